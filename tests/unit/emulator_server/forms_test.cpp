// Forms in which clients read, and older and newer paths to the same objects.
#include "served_project.hpp"

namespace upshift::emulator::server {
namespace {

using ::testing::HasSubstr;

class Forms : public ServedProject {
 protected:
  Received read(const std::string& target, const std::string& accept) const {
    return request("GET", target, "", "administrator-token", "Accept: " + accept + "\r\n");
  }
  void make(const std::string& name) const {
    const Json object = {
        {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"a", "b"}}}};
    ASSERT_EQ(request("POST", kConfigMaps, to_text(object)).status, 201);
  }
  static constexpr const char* kConfigMaps = "/api/v1/namespaces/demo/configmaps";
  std::string one_ = std::string(kConfigMaps) + "/one";
};

TEST_F(Forms, AreWhatTheClientAccepts) {
  make("one");
  EXPECT_EQ(string_at(read(one_, "*/*").json(), "/kind"), "ConfigMap");
  EXPECT_EQ(string_at(read(one_, "application/vnd.kubernetes.protobuf, application/json").json(), "/kind"),
            "ConfigMap");
  EXPECT_EQ(string_at(read(one_, "application/json;as=Table;v=v1;g=meta.k8s.io,application/json").json(), "/kind"),
            "Table");
  const Json partial = read(one_, "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io").json();
  EXPECT_EQ(string_at(partial, "/kind"), "PartialObjectMetadata");
  EXPECT_EQ(string_at(partial, "/metadata/name"), "one");
  EXPECT_FALSE(partial.contains("data"));
  const Json list = read(kConfigMaps, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io").json();
  EXPECT_EQ(string_at(list, "/kind"), "PartialObjectMetadataList");
  EXPECT_FALSE(list["items"][0].contains("data"));
  const Received yaml = read(one_, "application/yaml");
  EXPECT_THAT(yaml.head, HasSubstr("Content-Type: application/yaml"));
  const auto documents = parse_yaml(yaml.body, "the answer");
  ASSERT_TRUE(documents);
  EXPECT_EQ(string_at(documents->at(0), "/data/a"), "b");
  const Received refused = read(one_, "application/xml");
  EXPECT_EQ(refused.status, 406);
  EXPECT_EQ(string_at(refused.json(), "/reason"), "NotAcceptable");
  EXPECT_EQ(read("/api/v1/namespaces/demo/configmaps/none", "application/json;as=PartialObjectMetadata").status, 404);
}

TEST_F(Forms, OfATableCarryWholeObjectsThatSayWhatTheyAre) {
  make("one");
  const Json table =
      read(std::string(kConfigMaps) + "?includeObject=Object", "application/json;as=Table;v=v1;g=meta.k8s.io").json();
  for (const Json& row : table["rows"]) {
    EXPECT_EQ(string_at(row, "/object/kind"), "ConfigMap");
    EXPECT_EQ(string_at(row, "/object/apiVersion"), "v1");
  }
}

TEST_F(Forms, OfAWatchAreTheSame) {
  make("one");
  const std::string watch =
      "/api/v1/watch/namespaces/demo/configmaps?timeoutSeconds=1&fieldSelector=metadata.name%3Done";
  const auto event = [&](const std::string& accept) {
    const std::string body = read(watch, accept).body;
    const auto from = body.find('{');
    return from == std::string::npos ? Json()
                                     : Json::parse(body.substr(from, body.find('\n', from) - from), nullptr, false);
  };
  const Json whole = event("application/json");
  EXPECT_EQ(string_at(whole, "/type"), "ADDED");
  EXPECT_EQ(string_at(whole, "/object/data/a"), "b");
  const Json partial = event("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
  EXPECT_EQ(string_at(partial, "/object/kind"), "PartialObjectMetadata");
  EXPECT_EQ(string_at(partial, "/object/metadata/name"), "one");
}

TEST_F(Forms, ShowKindsInBothVersionsThatTheServerHas) {
  const std::string newer = "/apis/policy/v1/namespaces/demo/poddisruptionbudgets";
  const std::string older = "/apis/policy/v1beta1/namespaces/demo/poddisruptionbudgets";
  const Json budget = {{"apiVersion", "policy/v1"},
                       {"kind", "PodDisruptionBudget"},
                       {"metadata", {{"name", "some"}}},
                       {"spec", {{"minAvailable", 1}, {"selector", {{"matchLabels", {{"app", "web"}}}}}}}};
  const Received made = request("POST", newer, to_text(budget));
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(string_at(made.json(), "/apiVersion"), "policy/v1");
  EXPECT_EQ(string_at(request("GET", newer).json(), "/apiVersion"), "policy/v1");
  EXPECT_EQ(string_at(request("GET", older + "/some").json(), "/apiVersion"), "policy/v1beta1");
  EXPECT_EQ(int_at(request("GET", newer + "/some").json(), "/spec/minAvailable"), 1);
  EXPECT_EQ(request("DELETE", newer + "/some").status, 200);
  EXPECT_EQ(request("GET", older + "/some").status, 404);
}

TEST_F(Forms, MakeAProjectOnRequest) {
  const std::string requests = "/apis/project.openshift.io/v1/projectrequests";
  EXPECT_EQ(request("GET", requests).status, 200);
  const Json asked = {{"kind", "ProjectRequest"},
                      {"apiVersion", "project.openshift.io/v1"},
                      {"metadata", {{"name", "shop"}}},
                      {"displayName", "The shop"},
                      {"description", "sells"}};
  const Received made = request("POST", requests, to_text(asked));
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(string_at(made.json(), "/kind"), "Project");
  const Json project = request("GET", "/apis/project.openshift.io/v1/projects/shop").json();
  EXPECT_EQ(string_at(project, "/metadata/annotations/openshift.io~1display-name"), "The shop");
  const Received again = request("POST", requests, to_text(asked));
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(string_at(again.json(), "/message"), HasSubstr("project.project.openshift.io \"shop\" already exists"));
  EXPECT_EQ(request("POST", requests, "{").status, 400);
  EXPECT_EQ(request("POST", requests, to_text(asked), "developer-token").status, 403);
}

}  // namespace
}  // namespace upshift::emulator::server
