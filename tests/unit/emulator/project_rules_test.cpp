// What controllers and admission make of what a client writes: tokens, quotas of any kind, paused Deployments, orphans.
#include "unit/emulator/emulated_project.hpp"

namespace upshift::emulator {
namespace {

class ProjectRules : public EmulatedProject {};

TEST_F(ProjectRules, FillASecretThatIsToHoldAToken) {
  settle();
  const auto token = [&](const char* name, const char* account) {
    create({{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata", {{"name", name}, {"annotations", {{"kubernetes.io/service-account.name", account}}}}},
            {"type", "kubernetes.io/service-account-token"}});
  };
  token("mine", "default");
  token("nobodys", "nobody");
  settle();
  EXPECT_FALSE(string_at(get("Secret", "mine"), "/data/token").empty());
  EXPECT_EQ(string_at(get("Secret", "mine"), "/metadata/annotations/kubernetes.io~1service-account.uid"),
            string_at(get("ServiceAccount", "default"), "/metadata/uid"));
  EXPECT_FALSE(exists("Secret", "nobodys"));
}

TEST_F(ProjectRules, CountObjectsOfAnyKindAgainstAQuota) {
  settle();
  const std::string maps = cluster::collection_path(*cluster::find_kind("ConfigMap"), kSpace);
  const auto make = [&](const char* name) { return send("POST", maps, {{"metadata", {{"name", name}}}}); };
  create(Json::parse(R"({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"},
      "spec": {"hard": {"configmaps": "3", "count/routes.route.openshift.io": "0"}}})"));
  settle();
  EXPECT_EQ(string_at(get("ResourceQuota", "few"), "/status/used/configmaps"), "2") << "those of every namespace";
  EXPECT_EQ(make("a").status, 201);
  const cluster::Response full = make("b");
  EXPECT_EQ(full.status, 403);
  EXPECT_EQ(string_at(full.body, "/details/kind"), "configmaps");
  settle();
  EXPECT_EQ(string_at(get("ResourceQuota", "few"), "/status/used/configmaps"), "3");
  remove("ConfigMap", "a");
  EXPECT_EQ(make("b").status, 201);
  EXPECT_EQ(send("POST", cluster::collection_path(*cluster::find_kind("Route"), kSpace),
                 Json::parse(R"({"metadata": {"name": "r"}, "spec": {"to": {"name": "s"}}})"))
                .status,
            403);
}

TEST_F(ProjectRules, SayThatADeploymentIsPausedAndWhichSetItProgressesWith) {
  create(Json::parse(R"({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
      "spec": {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}},
      "spec": {"containers": [{"name": "c", "image": "i:1"}]}}}})"));
  settle();
  const auto progress = [&] {
    const Json deployment = get("Deployment", "d");
    for (const Json& condition : array_at(deployment, "/status/conditions")) {
      if (string_at(condition, "/type") == "Progressing") return condition;
    }
    return Json();
  };
  const Json sets = all("ReplicaSet");
  EXPECT_EQ(string_at(sets.at(0), "/metadata/annotations/deployment.kubernetes.io~1desired-replicas"), "0");
  const std::string first = string_at(progress(), "/message");
  patch("Deployment", "d", {{"spec", {{"paused", true}}}});
  settle();
  EXPECT_EQ(string_at(progress(), "/reason"), "DeploymentPaused");
  EXPECT_EQ(string_at(progress(), "/status"), "Unknown");
  patch("Deployment", "d", Json::parse(R"({"spec": {"paused": null,
      "template": {"spec": {"containers": [{"name": "c", "image": "i:2"}]}}}})"));
  settle();
  EXPECT_EQ(string_at(progress(), "/reason"), "NewReplicaSetAvailable");
  EXPECT_NE(string_at(progress(), "/message"), first) << "of another set";
}

TEST_F(ProjectRules, EmptyANamespaceBeforeItGoes) {
  settle();
  ASSERT_EQ(send("POST", "/api/v1/namespaces", {{"metadata", {{"name", "other"}}}}).status, 201);
  ASSERT_EQ(send("POST", "/api/v1/namespaces/other/configmaps", {{"metadata", {{"name", "m"}}}}).status, 201);
  settle();
  EXPECT_EQ(string_at(send("DELETE", "/api/v1/namespaces/other").body, "/status/phase"), "Terminating");
  settle();
  EXPECT_EQ(send("GET", "/api/v1/namespaces/other").status, 404);
  EXPECT_EQ(send("GET", "/api/v1/namespaces/other/configmaps/m").status, 404);
}

TEST_F(ProjectRules, AdmitAPodThatAClientMakes) {
  settle();
  const std::string pods = cluster::collection_path(*cluster::find_kind("Pod"), kSpace);
  Json pod = Json::parse(R"({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}})");
  const Json made = send("POST", pods, pod).body;
  EXPECT_EQ(string_at(made, "/spec/serviceAccountName"), "default");
  EXPECT_EQ(array_at(made, "/spec/tolerations").size(), 2U);
  EXPECT_EQ(string_at(made, "/status/qosClass"), "BestEffort");
  pod["metadata"]["name"] = "q";
  pod["spec"]["serviceAccountName"] = "nobody";
  EXPECT_EQ(send("POST", pods, pod).status, 403);
  settle();
  const cluster::Response gone = send("DELETE", pods + "/p");
  EXPECT_EQ(int_at(gone.body, "/metadata/deletionGracePeriodSeconds"), 30) << "it runs, and gets time to end";
  settle();
  EXPECT_EQ(send("GET", pods + "/p").status, 404);
}

}  // namespace
}  // namespace upshift::emulator
