#include <algorithm>
#include <functional>
#include <gtest/gtest.h>

#include "unit/plugins/installation.hpp"
#include "unit/plugins/loaded_plugin.hpp"

namespace upshift::testing {
namespace {

class Backup : public ::testing::Test {
 protected:
  Backup() { install_2_5(loaded_.host); }
  Outcome apply() { return loaded_.plugin.apply("backup/objects", parameters_); }
  void put_routes(int count) {
    for (int i = 0; i < count; ++i) {
      loaded_.host.put({{"kind", "Route"}, {"metadata", {{"name", "r" + std::to_string(1000 + i)}}}});
    }
  }
  // The names that the files of a kind hold.
  std::vector<std::string> saved(const std::string& kind) {
    std::vector<std::string> names;
    for (const auto& [path, content] : loaded_.host.files) {
      if (path.rfind("objects/" + kind + "/", 0) != 0) continue;
      const Json list = Json::parse(content);
      for (const Json& item : list["items"]) names.push_back(item["metadata"]["name"]);
    }
    return names;
  }

  Json parameters_ = {
      {"kinds", {"DeploymentConfig", "Secret", "Route"}},
      {"objects", {"DeploymentConfig/system-app", "ConfigMap/system-environment", "DeploymentConfig/gone"}},
      {"directory", "objects"}};
  LoadedPlugin loaded_{"backup"};
};

TEST_F(Backup, WritesListsWithAnIndexAndReadsThemBack) {
  EXPECT_EQ(loaded_.plugin.check("backup/objects", parameters_).state(), "pending");
  ASSERT_TRUE(apply().ok());
  const Json index = Json::parse(loaded_.host.files.at("objects.index.json"));
  std::size_t objects = 0;
  for (const Json& entry : index["files"]) {
    const Json list = Json::parse(loaded_.host.files.at(entry["path"]));
    EXPECT_EQ(list["kind"], "List");
    EXPECT_EQ(list["items"].size(), entry["objects"]);
    for (const Json& item : list["items"]) {
      EXPECT_EQ(item["kind"], entry["kind"]);
      EXPECT_FALSE(item["metadata"].contains("resourceVersion")) << "the server would refuse to create it";
    }
    objects += list["items"].size();
  }
  EXPECT_EQ(index["objects"], objects);
  EXPECT_EQ(saved("Secret").size(), 5U);
  EXPECT_EQ(loaded_.plugin.verify("backup/objects", parameters_).state(), "ok");
  EXPECT_EQ(loaded_.plugin.check("backup/objects", parameters_).state(), "done");
}

TEST_F(Backup, SavesNamedObjectsWhoseKindIsNotListedAndToleratesAbsentOnes) {
  const Outcome outcome = apply();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(saved("ConfigMap"), (std::vector<std::string>{"system-environment"}));
  EXPECT_EQ(outcome.diagnostics.size(), 1U) << "the absent object is mentioned";
  const auto names = saved("DeploymentConfig");
  EXPECT_EQ(std::count(names.begin(), names.end(), "system-app"), 1) << "saved with its kind already";
}

TEST_F(Backup, LeavesUpshiftsOwnBookkeepingOut) {
  for (const char* name : {"upshift-lock", "mine"}) {
    Json object = {{"kind", "Secret"}, {"metadata", {{"name", name}, {"labels", Json::object()}}}};
    object["metadata"]["labels"]["app.kubernetes.io/managed-by"] = name == std::string("mine") ? "Helm" : "upshift";
    loaded_.host.put(object);
  }
  parameters_["objects"].push_back("Secret/upshift-lock");
  ASSERT_TRUE(apply().ok());
  const auto names = saved("Secret");
  EXPECT_EQ(std::count(names.begin(), names.end(), "mine"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "upshift-lock"), 0);
}

TEST_F(Backup, ReadsAKindAnewWhenTheServerForgetsThePageAndKeepsNothingTwice) {
  put_routes(700);
  int asked = 0;
  loaded_.host.refuse = [&](const Call& call) {
    if (call.verb != "list" || sdk::string_at(call.request, "/kind") != "Route" || ++asked != 3) {
      return UPSHIFT_STATUS_OK;
    }
    // Fewer pages the second time: no file of the first may stay.
    for (int i = 300; i < 700; ++i) loaded_.host.erase("Route", "r" + std::to_string(1000 + i));
    return UPSHIFT_STATUS_OUT_OF_RANGE;
  };
  ASSERT_TRUE(apply().ok());
  auto names = saved("Route");
  EXPECT_EQ(names.size(), 307U);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(loaded_.plugin.verify("backup/objects", parameters_).state(), "ok");
}

TEST_F(Backup, SavesThousandsOfObjectsInFewFilesAndRequests) {
  put_routes(5000);
  loaded_.host.forget_calls();
  ASSERT_TRUE(apply().ok());
  EXPECT_EQ(saved("Route").size(), 5007U);
  std::size_t lists = 0, writes = 0, largest = 0;
  for (const Call& call : loaded_.host.calls()) {
    lists += call.verb == "list" && call.service == "upshift.cluster/1" ? 1U : 0U;
    writes += call.verb == "write" ? 1U : 0U;
    largest = std::max(largest, sdk::string_at(call.request, "/content").size());
  }
  EXPECT_LT(lists, 25U);
  EXPECT_LT(writes, 25U);
  EXPECT_LT(largest, 1024U * 1024U) << "what is in memory at once does not grow with the project";
}

TEST_F(Backup, BeginsAnewAfterAnAttemptThatBrokeOff) {
  put_routes(700);
  int writes = 0;
  loaded_.host.refuse = [&](const Call& call) {
    return call.verb == "write" && ++writes == 3 ? UPSHIFT_STATUS_RESOURCE_EXHAUSTED : UPSHIFT_STATUS_OK;
  };
  const Outcome broken = apply();
  EXPECT_EQ(broken.status, UPSHIFT_STATUS_RESOURCE_EXHAUSTED) << "a full disk is no kind that may not be listed";
  EXPECT_EQ(loaded_.plugin.check("backup/objects", parameters_).state(), "pending");
  loaded_.host.refuse = nullptr;
  loaded_.host.files["objects/Route/0099.json"] = "left over";
  ASSERT_TRUE(apply().ok());
  EXPECT_FALSE(loaded_.host.files.contains("objects/Route/0099.json"));
  EXPECT_EQ(saved("Route").size(), 707U);
}

TEST_F(Backup, FailsWhereTheServerCannotBeReached) {
  loaded_.host.refuse = [](const Call& call) {
    return call.verb == "list" && sdk::string_at(call.request, "/kind") == "Route" ? UPSHIFT_STATUS_UNAVAILABLE
                                                                                   : UPSHIFT_STATUS_OK;
  };
  EXPECT_EQ(apply().status, UPSHIFT_STATUS_UNAVAILABLE);
  EXPECT_FALSE(loaded_.host.files.contains("objects.index.json"));
}

TEST_F(Backup, GoesOnWithoutAKindThatMayNotBeListed) {
  loaded_.host.refuse = [](const Call& call) {
    return call.verb == "list" && sdk::string_at(call.request, "/kind") == "Secret" ? UPSHIFT_STATUS_PERMISSION_DENIED
                                                                                    : UPSHIFT_STATUS_OK;
  };
  const Outcome outcome = loaded_.plugin.apply("backup/objects", parameters_);
  EXPECT_TRUE(outcome.ok());
  EXPECT_NE(outcome.warning().find("Secret"), std::string::npos);
}

TEST_F(Backup, RefusesToBeEmpty) {
  loaded_.host.refuse = [](const Call& call) {
    const bool is_list = call.service == "upshift.cluster/1" && call.verb == "list";
    return is_list ? UPSHIFT_STATUS_PERMISSION_DENIED : UPSHIFT_STATUS_OK;
  };
  parameters_["objects"] = Json::array();
  const Outcome outcome = loaded_.plugin.apply("backup/objects", parameters_);
  EXPECT_EQ(outcome.status, UPSHIFT_STATUS_FAILED_PRECONDITION);
  EXPECT_FALSE(loaded_.host.files.contains("objects.index.json"));
}

TEST_F(Backup, NoticesAFileThatWasLostOrChangedSince) {
  ASSERT_TRUE(loaded_.plugin.apply("backup/objects", parameters_).ok());
  const std::string path = "objects/Route/0001.json";
  const std::string content = loaded_.host.files.at(path);
  loaded_.host.files[path] += " ";
  EXPECT_EQ(loaded_.plugin.verify("backup/objects", parameters_).status, UPSHIFT_STATUS_DATA_LOSS);
  loaded_.host.files.erase(path);
  EXPECT_NE(loaded_.plugin.verify("backup/objects", parameters_).error().find(path), std::string::npos);
  EXPECT_EQ(loaded_.plugin.check("backup/objects", parameters_).state(), "pending");
  loaded_.host.files[path] = content;
  EXPECT_EQ(loaded_.plugin.check("backup/objects", parameters_).state(), "done");
}

TEST_F(Backup, NoticesAnIndexThatContradictsItselfOrTheFiles) {
  ASSERT_TRUE(apply().ok());
  const std::string path = "objects.index.json";
  const Json whole = Json::parse(loaded_.host.files.at(path));
  struct Row {
    const char* name;
    std::function<void(Json&)> damage;
    const char* says;
  };
  const Row table[] = {
      {"count of a file", [](Json& i) { i["files"][0]["objects"] = 99; }, "count"},
      {"count of all", [](Json& i) { i["objects"] = 1; }, "count"},
      {"no count", [](Json& i) { i["files"][0].erase("objects"); }, "contradicts"},
      {"a file is left out", [](Json& i) { i["files"].erase(0); }, "count"},
      {"a kind", [](Json& i) { i["files"][0]["kind"] = "Pod"; }, "contradicts"},
      {"a path", [](Json& i) { i["files"][0]["path"] = "../objects/Secret/0001.json"; }, "contradicts"},
      {"a file that never was", [](Json& i) { i["files"][0]["path"] = "objects/DeploymentConfig/7.json"; }, "missing"},
      {"a checksum", [](Json& i) { i["files"][0]["sha256"] = std::string(64, '0'); }, "checksum"},
      {"no checksum", [](Json& i) { i["files"][0].erase("sha256"); }, "checksum"},
      {"no files", [](Json& i) { i["files"] = Json::array(); }, "lists no file"},
      {"no index", [](Json& i) { i = "?"; }, "lists no file"},
  };
  for (const Row& row : table) {
    Json index = whole;
    row.damage(index);
    loaded_.host.files[path] = index.dump();
    const Outcome outcome = loaded_.plugin.verify("backup/objects", parameters_);
    EXPECT_EQ(outcome.status, UPSHIFT_STATUS_DATA_LOSS) << row.name;
    EXPECT_NE(outcome.error().find(row.says), std::string::npos) << row.name << ": " << outcome.error();
  }
  loaded_.host.files[path] = whole.dump().substr(0, 200);
  EXPECT_EQ(loaded_.plugin.verify("backup/objects", parameters_).status, UPSHIFT_STATUS_DATA_LOSS) << "cut short";
}

TEST_F(Backup, SavesNoObjectThatTheIndexCouldNotName) {
  loaded_.host.put({{"kind", "ConfigMap"}, {"metadata", {{"labels", {{"app", "x"}}}}}});
  parameters_["objects"].push_back("ConfigMap/");
  const Outcome outcome = apply();
  EXPECT_EQ(outcome.status, UPSHIFT_STATUS_DATA_LOSS);
  EXPECT_NE(outcome.error().find("without a name"), std::string::npos) << outcome.error();
  EXPECT_FALSE(loaded_.host.files.contains("objects.index.json"));
}

TEST_F(Backup, ChecksTheFilesWithoutTakingTheirContent) {
  ASSERT_TRUE(apply().ok());
  loaded_.host.forget_calls();
  ASSERT_EQ(loaded_.plugin.verify("backup/objects", parameters_).state(), "ok");
  for (const Call& call : loaded_.host.calls()) {
    if (call.verb != "read") continue;
    EXPECT_EQ(sdk::string_at(call.request, "/path"), "objects.index.json");
  }
}

}  // namespace
}  // namespace upshift::testing
