// Real clients against the server: kubectl, and the replay of recordings from a real server.
#include <filesystem>

#include "base/file.hpp"
#include "served_project.hpp"
#include "support/process.hpp"

namespace upshift::emulator::server {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

#ifdef UPSHIFT_KUBECTL

constexpr const char* kDeployment = R"({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
  "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}},
           "template": {"metadata": {"labels": {"app": "web"}},
                        "spec": {"containers": [{"name": "main", "image": "example.com/team/web:1"}]}}}})";

class Kubectl : public ServedProject {
 protected:
  static ServerOptions over_tls() {
    ServerOptions options;
    options.tls = true;
    options.speed = 0;
    return options;
  }
  Kubectl() : ServedProject(over_tls()) {
    (void)write_private_file(directory_.file("kubeconfig"), server_->kubeconfig());
    (void)write_private_file(directory_.file("web.json"), kDeployment);
  }

  upshift::testing::ProcessResult kubectl(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), {UPSHIFT_KUBECTL, "--kubeconfig", directory_.file("kubeconfig"), "--cache-dir",
                                         directory_.file("cache"), "--request-timeout", "60s"});
    return upshift::testing::run_process(arguments, {.standard_input = input, .directory = {}, .environment = {}});
  }
  // What it prints; the test fails where it fails.
  std::string output(const std::vector<std::string>& arguments, const std::string& input = {}) {
    const auto result = kubectl(arguments, input);
    EXPECT_EQ(result.exit_status, 0) << join(arguments, " ") << ": " << result.standard_error;
    return result.standard_output;
  }

  upshift::testing::TemporaryDirectory directory_;
};

TEST_F(Kubectl, FindsResourcesByTheirShortNames) {
  EXPECT_THAT(output({"api-resources"}), HasSubstr("deploymentconfigs"));
  EXPECT_THAT(output({"get", "sa"}), ContainsRegex("NAME +SECRETS +AGE\nbuilder +2 "));
  EXPECT_EQ(output({"auth", "can-i", "create", "pods"}), "yes\n");
}

TEST_F(Kubectl, AppliesRollsOutPatchesAndDeletes) {
  EXPECT_EQ(output({"apply", "-f", directory_.file("web.json")}), "deployment.apps/web created\n");
  EXPECT_THAT(output({"rollout", "status", "deployment/web", "--timeout=60s"}), HasSubstr("successfully rolled out"));
  EXPECT_THAT(output({"get", "deployment", "web"}), ContainsRegex("web +2/2 +2 +2 "));
  EXPECT_EQ(output({"apply", "-f", directory_.file("web.json")}), "deployment.apps/web unchanged\n");
  EXPECT_EQ(output({"patch", "deployment", "web", "-p", R"({"spec": {"replicas": 3}})"}),
            "deployment.apps/web patched\n");
  EXPECT_THAT(output({"rollout", "status", "deployment/web", "--timeout=60s"}), HasSubstr("successfully rolled out"));
  EXPECT_THAT(output({"describe", "deployment", "web"}), HasSubstr("3 desired | 3 updated | 3 total | 3 available"));
  EXPECT_EQ(output({"delete", "deployment", "web"}), "deployment.apps \"web\" deleted\n");
  EXPECT_EQ(kubectl({"get", "deployment", "web"}).exit_status, 1);
}

struct Created {
  std::vector<std::string> arguments;  // after `create`
  const char* said;
};

TEST_F(Kubectl, CreatesWhatItSendsAsProtocolBuffer) {
  const Created cases[] = {
      {{"deployment", "shop", "--image=example.com/team/shop:1", "--replicas=2", "--port=8080"},
       "deployment.apps/shop created"},
      {{"configmap", "settings", "--from-literal=colour=red"}, "configmap/settings created"},
      {{"secret", "generic", "login", "--from-literal=password=p"}, "secret/login created"},
      {{"serviceaccount", "robot"}, "serviceaccount/robot created"},
      {{"service", "clusterip", "shop", "--tcp=80:8080"}, "service/shop created"},
      {{"role", "reader", "--verb=get,list", "--resource=pods"}, "role.rbac.authorization.k8s.io/reader created"},
      {{"rolebinding", "readers", "--role=reader", "--serviceaccount=demo:robot"},
       "rolebinding.rbac.authorization.k8s.io/readers created"},
      {{"job", "once", "--image=example.com/team/job:1"}, "job.batch/once created"},
      {{"cronjob", "often", "--image=example.com/team/job:1", "--schedule=*/5 * * * *"}, "cronjob.batch/often created"},
      {{"quota", "most", "--hard=pods=50"}, "resourcequota/most created"},
      {{"poddisruptionbudget", "some", "--selector=app=shop", "--min-available=1"},
       "poddisruptionbudget.policy/some created"},
  };
  for (const Created& one : cases) {
    std::vector<std::string> arguments{"create"};
    arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
    EXPECT_EQ(output(arguments), std::string(one.said) + "\n");
  }
  output({"rollout", "status", "deployment/shop", "--timeout=60s"});
  EXPECT_EQ(output({"get", "deployment", "shop", "-o", "jsonpath={.spec.template.spec.containers[0].ports}"}),
            R"([{"containerPort":8080,"protocol":"TCP"}])");
  EXPECT_EQ(output({"get", "secret", "login", "-o", "jsonpath={.data.password}"}), "cA==");
  EXPECT_EQ(output({"get", "rolebinding", "readers", "-o", "jsonpath={.subjects[0].name} {.roleRef.name}"}),
            "robot reader");
  EXPECT_EQ(output({"get", "cronjob", "often", "-o", "jsonpath={.apiVersion} {.spec.schedule}"}),
            "batch/v1 */5 * * * *");
  EXPECT_EQ(output({"auth", "can-i", "list", "pods", "--as=system:serviceaccount:demo:robot"}), "yes\n");
}

TEST_F(Kubectl, DescribesPodsWithWhatHappenedToThem) {
  output({"apply", "-f", directory_.file("web.json")});
  output({"rollout", "status", "deployment/web", "--timeout=60s"});
  const std::string told = output({"describe", "pods", "-l", "app=web"});
  for (const char* line : {"Scheduled", "Pulling image", "Created container main", "Started container main"}) {
    EXPECT_THAT(told, HasSubstr(line));
  }
}

TEST_F(Kubectl, SortsAndSelects) {
  output({"apply", "-f", directory_.file("web.json")});
  output({"rollout", "status", "deployment/web", "--timeout=60s"});
  EXPECT_THAT(output({"get", "pods", "--sort-by=.metadata.name"}),
              ContainsRegex("web-[0-9a-f]+-[0-9a-z]+ +1/1 +Running"));
  EXPECT_THAT(output({"get", "pods", "--field-selector=status.phase=Running", "-o", "name"}), HasSubstr("pod/web-"));
}

TEST_F(Kubectl, RunsCommandsInPods) {
  output({"apply", "-f", directory_.file("web.json")});
  output({"rollout", "status", "deployment/web", "--timeout=60s"});
  EXPECT_EQ(output({"exec", "deployment/web", "--", "echo", "hello"}), "hello\n");
  EXPECT_EQ(output({"exec", "-i", "deployment/web", "--", "cat"}, "typed\n"), "typed\n");
  const auto failed = kubectl({"exec", "deployment/web", "--", "fail"});
  EXPECT_EQ(failed.exit_status, 3);
  EXPECT_THAT(failed.standard_error, HasSubstr("it failed"));
  output({"logs", "deployment/web"});
}

TEST_F(Kubectl, SeesNamespacesComeAndGo) {
  EXPECT_EQ(output({"create", "namespace", "other"}), "namespace/other created\n");
  EXPECT_THAT(output({"get", "namespace", "other"}), ContainsRegex("other +Active"));
  output({"delete", "namespace", "other"});
  EXPECT_EQ(kubectl({"get", "namespace", "other"}).exit_status, 1);
}

#endif

#ifdef UPSHIFT_PYTHON

// At either speed; the certificate authority of the recorded cluster is part of its environment.
class RecordedServer : public ServedProject, public ::testing::WithParamInterface<int> {
 protected:
  static ServerOptions at_speed(int speed) {
    ServerOptions options;
    options.speed = speed;
    return options;
  }
  RecordedServer() : ServedProject(at_speed(GetParam())) {}

  void configure(Emulator& emulator) override {
    const auto text = read_file(UPSHIFT_SOURCE_DIR "/../shared/conformance/cases/list-selectors-and-pages.json");
    const Json recording = Json::parse(text.value_or("{}"), nullptr, false);
    for (const Json& exchange : array_at(recording, "/exchanges")) {
      for (const Json& item : array_at(exchange, "/response/body/items")) {
        if (string_at(item, "/metadata/name") != "kube-root-ca.crt") continue;
        emulator.set_cluster_authority(string_at(item, "/data/ca.crt"));
      }
    }
  }
};

// Fast enough for the pauses of the recordings, slow enough for a busy machine to ask before a second has passed.
INSTANTIATE_TEST_SUITE_P(Speeds, RecordedServer, ::testing::Values(0, 10));

TEST_P(RecordedServer, AgreesInEveryExchange) {
  const std::string folder = UPSHIFT_SOURCE_DIR "/../shared/conformance/";
  const std::vector<std::string> command = {UPSHIFT_PYTHON,        folder + "replay.py",   server_->url(),   "--token",
                                            "administrator-token", "--unprivileged-token", "developer-token"};
  const auto replay = upshift::testing::run_process(command, {});
  EXPECT_EQ(replay.exit_status, 0) << replay.standard_output << replay.standard_error;
}

#endif

}  // namespace
}  // namespace upshift::emulator::server
