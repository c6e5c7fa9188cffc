#include "emulator/selector.hpp"
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ApiList : public ApiFixture {
 protected:
  void SetUp() override {
    for (const auto& [name, app, tier] :
         {std::tuple{"m0", "b", ""}, {"m1", "a", ""}, {"m2", "b", ""}, {"m3", "a", "x"}, {"m4", "b", "x"}}) {
      Json object = config_map(name);
      object["metadata"]["labels"]["app"] = app;
      if (*tier != '\0') object["metadata"]["labels"]["tier"] = tier;
      ASSERT_EQ(post("ConfigMap", object).status, 201);
    }
  }
  std::vector<std::string> names(const std::string& query) {
    return names_of(send("GET", collection("ConfigMap") + "?" + query));
  }
  static std::vector<std::string> names_of(const Response& response) {
    std::vector<std::string> out;
    for (const Json& item : array_at(response.body, "/items")) out.push_back(string_at(item, "/metadata/name"));
    return out;
  }
};

TEST_F(ApiList, SelectsByLabels) {
  EXPECT_THAT(names("labelSelector=app=a"), ElementsAre("m1", "m3"));
  EXPECT_THAT(names("labelSelector=app==b,tier"), ElementsAre("m4"));
  EXPECT_THAT(names("labelSelector=app!=a"), ElementsAre("m0", "m2", "m4"));
  EXPECT_THAT(names("labelSelector=!tier"), ElementsAre("m0", "m1", "m2"));
  EXPECT_THAT(names("labelSelector=app in (a,b),tier"), ElementsAre("m3", "m4"));
  EXPECT_THAT(names("labelSelector=app notin (a)"), ElementsAre("m0", "m2", "m4"));
  EXPECT_THAT(names("labelSelector=app=none"), IsEmpty());
  for (const char* text : {"app in a", "app in (a", "=a", "app a", "app=a,", "app,,b"}) {
    EXPECT_EQ(send("GET", collection("ConfigMap") + "?labelSelector=" + text).status, 400) << text;
  }
}

TEST_F(ApiList, SelectsByFields) {
  EXPECT_THAT(names("fieldSelector=metadata.name=m2"), ElementsAre("m2"));
  EXPECT_THAT(names("fieldSelector=metadata.name!=m2,metadata.namespace=n"), ElementsAre("m0", "m1", "m3", "m4"));
  EXPECT_EQ(send("GET", collection("ConfigMap") + "?fieldSelector=data.i=2").status, 400);
  EXPECT_EQ(send("GET", collection("ConfigMap") + "?fieldSelector=metadata.name").status, 400);
  EXPECT_TRUE(Selector::parse(*cluster::find_kind("Pod"), "", "status.phase=Running"));
  EXPECT_FALSE(Selector::parse(*cluster::find_kind("ConfigMap"), "", "status.phase=Running"));
}

TEST_F(ApiList, ComesInPages) {
  const Response first = send("GET", collection("ConfigMap") + "?limit=2");
  EXPECT_THAT(names_of(first), ElementsAre("m0", "m1"));
  EXPECT_EQ(first.body["metadata"]["remainingItemCount"], 3);
  remove("ConfigMap", "m2");
  const Response second = send(
      "GET", collection("ConfigMap") + "?limit=3&continue=" + first.body["metadata"]["continue"].get<std::string>());
  EXPECT_THAT(names_of(second), ElementsAre("m2", "m3", "m4")) << "all pages are of the first one's state";
  EXPECT_FALSE(second.body["metadata"].contains("continue"));
  EXPECT_EQ(second.body["metadata"]["resourceVersion"], first.body["metadata"]["resourceVersion"]);
  EXPECT_EQ(send("GET", collection("ConfigMap") + "?limit=2&continue=nonsense").status, 400);
  EXPECT_EQ(send("GET", collection("ConfigMap") + "?limit=two").status, 400);
}

TEST_F(ApiList, IsOfTheVersionThatIsAskedForOrRefused) {
  const std::string now = std::to_string(store.resource_version());
  const auto status = [&](const std::string& query) {
    return send("GET", collection("ConfigMap") + "?" + query).status;
  };
  EXPECT_EQ(status("resourceVersion=0"), 200);
  EXPECT_EQ(status("resourceVersion=1&resourceVersionMatch=NotOlderThan"), 200);
  EXPECT_EQ(status("resourceVersionMatch=Exact&resourceVersion=" + now), 200);
  EXPECT_EQ(status("resourceVersionMatch=Exact&resourceVersion=1"), 410);
  EXPECT_EQ(status("resourceVersionMatch=Exact&resourceVersion=0"), 422);
  EXPECT_EQ(status("resourceVersionMatch=Exact"), 422);
  EXPECT_EQ(status("resourceVersionMatch=Some&resourceVersion=1"), 422);
  EXPECT_EQ(status("resourceVersion=soon"), 500);
  const Response ahead = send("GET", collection("ConfigMap") + "?resourceVersion=999999");
  EXPECT_EQ(ahead.status, 504);
  EXPECT_EQ(string_at(ahead.body, "/details/causes/0/reason"), "ResourceVersionTooLarge");
  EXPECT_EQ(send("GET", collection("ConfigMap") + "?limit=-1").body["items"].size(), 5U) << "no limit";
}

TEST_F(ApiList, ShowsAStateOfThePast) {
  post("ConfigMap", config_map("a"));
  post("ConfigMap", config_map("b"));
  const std::string before = std::to_string(store.resource_version());
  const Response first = send("GET", collection("ConfigMap") + "?limit=1");
  merge("ConfigMap", "b", json(R"({"data":{"a":"changed"}})"));
  remove("ConfigMap", "a");
  post("ConfigMap", config_map("c"));
  const Response past = send("GET", collection("ConfigMap") + "?resourceVersionMatch=Exact&resourceVersion=" + before);
  ASSERT_EQ(past.body["items"].size(), 7U) << past.body;
  EXPECT_EQ(past.body["items"][0]["metadata"]["name"], "a");
  EXPECT_EQ(past.body["items"][1]["data"]["a"], "1");
  EXPECT_EQ(past.body["metadata"]["resourceVersion"], before);
  const std::string token = string_at(first.body, "/metadata/continue");
  Request rest{"GET", collection("ConfigMap"), {{"limit", "5"}, {"continue", token}}, {}, nullptr};
  const Response second = api.handle(rest);
  ASSERT_EQ(second.body["items"].size(), 5U) << "of the first page's state";
  EXPECT_EQ(second.body["items"][0]["data"]["a"], "1");
  store.forget_events(store.resource_version());
  EXPECT_EQ(send("GET", collection("ConfigMap") + "?resourceVersionMatch=Exact&resourceVersion=" + before).status, 410);
}

TEST_F(ApiList, LeavesOutWhatTheListSaysItself) {
  const Response listed = send("GET", collection("ConfigMap"));
  EXPECT_EQ(listed.body["kind"], "ConfigMapList");
  EXPECT_FALSE(listed.body["items"][0].contains("kind"));
}

TEST_F(ApiList, SpansNamespaces) {
  send("POST", "/api/v1/namespaces/n-2/configmaps", config_map("m0"));
  EXPECT_EQ(send("GET", "/api/v1/configmaps").body["items"].size(), 6U);
  std::size_t seen = 0;
  std::string token;
  do {
    const Response page = send("GET", "/api/v1/configmaps?limit=1" + (token.empty() ? "" : "&continue=" + token));
    seen += page.body["items"].size();
    token = string_at(page.body, "/metadata/continue");
  } while (!token.empty() && seen < 10);
  EXPECT_EQ(seen, 6U);
}

TEST_F(ApiList, IsDeletedAsAWhole) {
  EXPECT_EQ(send("DELETE", collection("ConfigMap") + "?labelSelector=app=a").body["items"].size(), 2U);
  EXPECT_THAT(names("limit=0"), ElementsAre("m0", "m2", "m4"));
}

TEST_F(ApiList, OfEventsEndsWhereTheLogWasForgotten) {
  const std::uint64_t before = store.resource_version();
  merge("ConfigMap", "m0", json(R"({"data":{"a":"2"}})"));
  remove("ConfigMap", "m1");
  const auto events = store.events_since(before);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ((*events)[0]->event.type, WatchEvent::Type::kModified);
  EXPECT_EQ((*events)[1]->event.type, WatchEvent::Type::kDeleted);
  store.forget_events(before + 1);
  EXPECT_FALSE(store.events_since(before));
  EXPECT_EQ(store.events_since(before + 1)->size(), 1U);
}

}  // namespace
}  // namespace upshift::emulator
