// Pods and what they need, routes, claims, endpoints, service accounts, garbage.
#include "unit/emulator/emulated_project.hpp"

namespace upshift::emulator {
namespace {

using testing::Contains;
using testing::SizeIs;
using testing::StartsWith;

class ProjectControllers : public EmulatedProject {
 protected:
  static Json object(const std::string& kind, const std::string& name, Json more = Json::object()) {
    more["apiVersion"] = cluster::find_kind(kind)->api_version();
    more["kind"] = kind;
    more["metadata"]["name"] = name;
    return more;
  }
  Json waiting() {
    const auto pods = pods_of("web-1");
    return pods.empty() ? Json() : object_at(pods[0], "/status/containerStatuses/0/state/waiting");
  }
  Json admission(const std::string& route) { return object_at(get("Route", route), "/status/ingress/0/conditions/0"); }
  static Json route(const std::string& name, const std::string& host, const std::string& policy = "None") {
    return object(
        "Route", name,
        {{"spec", {{"host", host}, {"wildcardPolicy", policy}, {"to", {{"kind", "Service"}, {"name", "web"}}}}}});
  }
};

struct MissingReference {
  std::string label;
  std::string variable;  // a member of env, as JSON
  std::string message;
};

class MissingReferences : public ProjectControllers, public testing::WithParamInterface<MissingReference> {};

TEST_P(MissingReferences, HoldAContainerBackUntilTheyAreThere) {
  create(object("Secret", "half", {{"stringData", {{"other", "x"}}}}));
  Json config = web_config();
  config["spec"]["template"]["spec"]["containers"][0]["env"] = Json::array({Json::parse(GetParam().variable)});
  create(config);
  pass(20s);
  EXPECT_EQ(string_at(waiting(), "/reason"), "CreateContainerConfigError");
  EXPECT_EQ(string_at(waiting(), "/message"), GetParam().message);
  patch("Secret", "half", {{"stringData", {{"colour", "red"}}}});
  create(object("Secret", "whole", {{"stringData", {{"colour", "red"}}}}));
  create(object("ConfigMap", "plain", {{"data", {{"colour", "red"}}}}));
  settle();
  EXPECT_EQ(phase("web-1"), "Complete");
}

INSTANTIATE_TEST_SUITE_P(
    All, MissingReferences,
    testing::Values(
        MissingReference{"Secret",
                         R"({"name": "A", "valueFrom": {"secretKeyRef": {"name": "whole", "key": "colour"}}})",
                         "secret \"whole\" not found"},
        MissingReference{"Key", R"({"name": "A", "valueFrom": {"secretKeyRef": {"name": "half", "key": "colour"}}})",
                         "couldn't find key colour in Secret demo/half"},
        MissingReference{"ConfigMap",
                         R"({"name": "A", "valueFrom": {"configMapKeyRef": {"name": "plain", "key": "colour"}}})",
                         "configmap \"plain\" not found"}),
    [](const auto& tested) { return tested.param.label; });

TEST_F(ProjectControllers, StartContainersWithoutOptionalReferences) {
  Json config = web_config();
  config["spec"]["template"]["spec"]["containers"][0]["env"] =
      Json::parse(R"([{"name": "A", "valueFrom": {"secretKeyRef": {"name": "none", "key": "k", "optional": true}}}])");
  create(config);
  settle();
  EXPECT_EQ(phase("web-1"), "Complete");
}

TEST_F(ProjectControllers, WaitForInitContainersProbesAndClaims) {
  Json config = web_config();
  Json& spec = config["spec"]["template"]["spec"];
  spec["initContainers"] = Json::parse(R"([{"name": "first", "image": "example.com/team/tool:1"}])");
  spec["containers"][0]["readinessProbe"] = Json::parse(R"({"tcpSocket": {"port": 1}, "initialDelaySeconds": 40})");
  spec["containers"][0]["volumeMounts"] = Json::parse(R"([{"name": "data", "mountPath": "/data"}])");
  spec["volumes"] = Json::parse(R"([{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}])");
  create(config);
  pass(5s);
  ASSERT_THAT(pods_of("web-1"), SizeIs(1));
  EXPECT_EQ(string_at(pods_of("web-1")[0], "/status/conditions/0/message"), "persistentvolumeclaim \"data\" not found");
  create(object(
      "PersistentVolumeClaim", "data",
      Json::parse(R"({"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}})")));
  const TimePoint before = emulator.clock().now();
  settle();
  EXPECT_EQ(phase("web-1"), "Complete");
  EXPECT_GE(emulator.clock().now() - before, 40s);
  const Json pod = pods_of("web-1").at(0);
  EXPECT_EQ(string_at(pod, "/status/initContainerStatuses/0/state/terminated/reason"), "Completed");
  EXPECT_EQ(string_at(get("PersistentVolumeClaim", "data"), "/status/phase"), "Bound");
}

TEST_F(ProjectControllers, CrashWhereTheFactsSaySo) {
  ASSERT_TRUE(emulator.add_facts(Json::parse(R"({"containers": [{"deployment_config": "web", "container": "main",
      "crashes_unless_image": "*/web:2", "exit_code": 3, "log": "no such task"}]})")));
  create(web_config());
  settle();
  EXPECT_EQ(phase("web-1"), "Failed");
  Json container = get("DeploymentConfig", "web")["spec"]["template"]["spec"]["containers"][0];
  container["image"] = "example.com/team/web:2";
  patch("DeploymentConfig", "web",
        {{"spec", {{"template", {{"spec", {{"containers", std::vector<Json>{container}}}}}}}}});
  settle();
  EXPECT_EQ(phase("web-2"), "Complete");
}

TEST_F(ProjectControllers, RefuseFactsThatAreNone) {
  for (const char* text : {R"([])", R"({"registries": {}})", R"({"registries": [{}]})", R"({"containers": [1]})",
                           R"({"containers": [{"deployment_config": "web", "container": "main"}]})"}) {
    EXPECT_FALSE(emulator.add_facts(Json::parse(text))) << text;
  }
}

TEST_F(ProjectControllers, WaitForTheServiceAccount) {
  Json config = web_config();
  config["spec"]["template"]["spec"]["serviceAccountName"] = "robot";
  create(config);
  pass(20s);
  EXPECT_THAT(events_about("web-1"), Contains(testing::HasSubstr("serviceaccount \"robot\" not found")));
  create(object("ServiceAccount", "robot"));
  settle();
  EXPECT_EQ(phase("web-1"), "Complete");
}

TEST_F(ProjectControllers, GiveServiceAccountsTheirSecrets) {
  create(object("ServiceAccount", "robot", Json::parse(R"({"imagePullSecrets": [{"name": "mine"}]})")));
  settle();
  const Json account = get("ServiceAccount", "robot");
  ASSERT_THAT(array_at(account, "/secrets"), SizeIs(2));
  ASSERT_THAT(array_at(account, "/imagePullSecrets"), SizeIs(2));
  EXPECT_EQ(string_at(account, "/imagePullSecrets/0/name"), "mine");
  EXPECT_THAT(string_at(account, "/imagePullSecrets/1/name"), StartsWith("robot-dockercfg-"));
  const auto secrets = all("Secret").size();
  remove("ServiceAccount", "robot");
  settle();
  EXPECT_EQ(all("Secret").size(), secrets - 3);
}

TEST_F(ProjectControllers, FurnishANewNamespace) {
  settle();
  EXPECT_THAT(all("ServiceAccount"), SizeIs(3));
  EXPECT_THAT(all("RoleBinding"), SizeIs(4));
  EXPECT_TRUE(exists("ConfigMap", "kube-root-ca.crt"));
}

TEST_F(ProjectControllers, AdmitTheOlderRouteOfAHost) {
  create(route("first", "shop.example.com"));
  pass(2s);
  create(route("second", "shop.example.com"));
  settle();
  EXPECT_EQ(string_at(admission("first"), "/status"), "True");
  EXPECT_EQ(string_at(admission("second"), "/status"), "False");
  EXPECT_EQ(string_at(admission("second"), "/reason"), "HostAlreadyClaimed");
  remove("Route", "first");
  settle();
  EXPECT_EQ(string_at(admission("second"), "/status"), "True");
}

TEST_F(ProjectControllers, AdmitRoutesBesideAWildcard) {
  create(route("all", "any.example.com", "Subdomain"));
  create(route("one", "shop.example.com"));
  create(route("other", "thing.example.com", "Subdomain"));
  settle();
  EXPECT_EQ(string_at(admission("all"), "/status"), "True");
  EXPECT_EQ(string_at(admission("one"), "/status"), "True");
  EXPECT_EQ(string_at(admission("other"), "/reason"), "HostAlreadyClaimed");
}

TEST_F(ProjectControllers, KeepEndpointsOfServices) {
  create(object("Service", "web", Json::parse(R"({"spec": {"selector": {"name": "web"},
      "ports": [{"name": "http", "port": 80, "targetPort": 8080}]}})")));
  create(web_config());
  settle();
  const Json endpoints = get("Endpoints", "web");
  EXPECT_EQ(string_at(endpoints, "/subsets/0/addresses/0/targetRef/name"),
            string_at(pods_of("web-1").at(0), "/metadata/name"));
  EXPECT_EQ(int_at(endpoints, "/subsets/0/ports/0/port"), 8080);
  remove("Service", "web");
  settle();
  EXPECT_FALSE(exists("Endpoints", "web"));
}

class Deletions : public ProjectControllers, public testing::WithParamInterface<const char*> {};

TEST_P(Deletions, TakeDependentsAlong) {
  create(web_config());
  settle();
  remove("DeploymentConfig", "web", {{"propagationPolicy", GetParam()}});
  settle();
  EXPECT_FALSE(exists("DeploymentConfig", "web"));
  const bool orphaned = std::string_view(GetParam()) == "Orphan";
  EXPECT_EQ(exists("ReplicationController", "web-1"), orphaned);
  EXPECT_EQ(pods_of("web-1").size(), orphaned ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(All, Deletions, testing::Values("Background", "Foreground", "Orphan"));

}  // namespace
}  // namespace upshift::emulator
