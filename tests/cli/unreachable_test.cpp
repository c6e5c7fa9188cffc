// What stands between the program and the project: told as what it is, exit status 5, nothing sent that changes
// anything, and nothing left behind that a later run would stumble over.
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "scenario/served_project.hpp"
#include "support/scripted_server.hpp"

namespace upshift::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Made once: keys cost more than the rest of a test.
const CertificateAuthority& authority() {
  static const CertificateAuthority one;
  return one;
}

std::string groups(const std::vector<std::string>& names) {
  Json all = Json::array();
  for (const auto& name : names) all.push_back({{"name", name}});
  return to_text(Json{{"kind", "APIGroupList"}, {"groups", all}});
}

struct Answer {
  int status = 200;
  std::string body;
  std::string type = "application/json";
};

Answer refusal(int code, const std::string& message) {
  return {code, to_text(Json{{"kind", "Status"}, {"status", "Failure"}, {"message", message}, {"code", code}})};
}

// Answers by path; what is not in the table is 404.
ScriptedServer::Script answering(std::map<std::string, Answer> table) {
  return [table = std::move(table)](Wire& wire, const SeenRequest& request) {
    const auto found = table.find(request.target.substr(0, request.target.find('?')));
    const Answer answer = found == table.end() ? refusal(404, "the server could not find it") : found->second;
    wire.answer(answer.status, answer.body, {}, answer.type);
    return true;
  };
}

const std::string kVersion = R"({"gitVersion":"v1.11.0+d4cacc0"})";
const std::vector<std::string> kOpenShift = {"apps.openshift.io", "image.openshift.io", "route.openshift.io"};

ServerOptions with_identity(const IdentityOptions& identity = {}) {
  ServerOptions options;
  options.identity = authority().issue(identity);
  return options;
}

// Where the program is led to.
struct Way {
  std::string server;
  std::string certificate_authority = authority().pem();
  std::string token = "a-token";
  std::string name_space = "3scale";
  std::vector<std::pair<std::string, std::string>> environment = {};
};

// Both `run` and `doctor` end with status 5 and these words, and begin nothing.
void expect_status_five(const Way& way, const std::vector<std::string>& words) {
  const TemporaryDirectory folder;
  ASSERT_TRUE(write_private_file(folder.file("ca.pem"), way.certificate_authority));
  ASSERT_TRUE(write_private_file(folder.file("token"), way.token));
  ASSERT_TRUE(write_private_file(folder.file("pull.json"), R"({"auths":{}})"));
  std::filesystem::create_directory(folder.file("state"));
  ProcessOptions options;
  options.environment = way.environment;
  options.environment.emplace_back("XDG_STATE_HOME", folder.file("state"));
  for (const std::string command : {"run", "doctor"}) {
    SCOPED_TRACE(command);
    std::vector<std::string> arguments{command,
                                       "-n",
                                       way.name_space,
                                       "--server",
                                       way.server,
                                       "--token-file",
                                       folder.file("token"),
                                       "--certificate-authority",
                                       folder.file("ca.pem"),
                                       "--set",
                                       "registry.credentials-file=" + folder.file("pull.json")};
    if (command == "run") arguments.emplace_back("--yes");
    const auto ended = run_upshift(arguments, options);
    EXPECT_EQ(ended.exit_status, 5) << ended.standard_output << ended.standard_error;
    EXPECT_EQ(ended.standard_output, "");
    for (const auto& word : words) EXPECT_THAT(ended.standard_error, HasSubstr(word));
    EXPECT_THAT(ended.standard_error, AllOf(Not(HasSubstr(way.token)), Not(HasSubstr("secret-word"))));
    EXPECT_TRUE(std::filesystem::is_empty(folder.file("state"))) << "a journal was begun";
  }
}

void expect_reads_only(const ScriptedServer& server) {
  EXPECT_FALSE(server.requests().empty());
  for (const auto& request : server.requests()) EXPECT_EQ(request.method, "GET") << request.target;
}

TEST(Unreachable, AServerThatDoesNotProveItself) {
  const auto script = answering({});
  const ScriptedServer server(script, with_identity());
  const CertificateAuthority stranger;
  expect_status_five({.server = server.url(), .certificate_authority = stranger.pem()},
                     {"authority that is not trusted", "--certificate-authority", "was not sent"});
  const ScriptedServer expired(
      script, with_identity({.valid_from = std::chrono::hours(-48), .valid_until = std::chrono::hours(-24)}));
  expect_status_five({.server = expired.url()}, {"certificate has expired", "renewed"});
  const ScriptedServer another(script, with_identity({.hosts = {"api.example"}, .addresses = {}}));
  expect_status_five({.server = another.url()}, {"not for '127.0.0.1'", "tls-server-name"});
  EXPECT_TRUE(server.requests().empty() && expired.requests().empty() && another.requests().empty());
}

TEST(Unreachable, NobodyThere) {
  expect_status_five({.server = "https://127.0.0.1:" + std::to_string(unused_port())},
                     {"connection was refused", "whether the API server runs"});
  expect_status_five({.server = "https://no-such-host.invalid:6443"},
                     {"https://no-such-host.invalid:6443", "name cannot be resolved"});
  const ScriptedServer cuts([](Wire&, const SeenRequest&) { return false; }, with_identity());
  expect_status_five({.server = cuts.url()}, {"connection was lost before an answer"});
}

TEST(Unreachable, ProxiesThatGiveNoConnection) {
  struct Case {
    int status;
    const char* words;
  };
  for (const Case& one : {Case{407, "it wants a user name and a password"}, Case{502, "it answered 502"}}) {
    const ScriptedServer proxy([&one](Wire& wire, const SeenRequest&) {
      wire.answer(one.status, "no", {}, "text/plain");
      return false;
    });
    const auto address = "127.0.0.1:" + std::to_string(proxy.port());
    expect_status_five(
        {.server = "https://api.cluster.example:6443",
         .environment = {{"HTTPS_PROXY", "http://secret-user:secret-word@" + address}, {"NO_PROXY", ""}}},
        {"the proxy gave no connection", address, one.words, "HTTPS_PROXY"});
    for (const auto& request : proxy.requests()) EXPECT_EQ(request.method, "CONNECT");
  }
  const auto nobody = "127.0.0.1:" + std::to_string(unused_port());
  expect_status_five({.server = "https://api.cluster.example:6443",
                      .environment = {{"HTTPS_PROXY", "http://" + nobody}, {"NO_PROXY", ""}}},
                     {"the proxy gave no connection", nobody});
}

TEST(Unreachable, SomethingElseThanAnOpenShiftCluster) {
  struct Case {
    std::map<std::string, Answer> answers;
    std::vector<std::string> words;
  };
  const Answer page{200, "<html>Log in</html>", "text/html"};
  const Answer version{200, kVersion};
  const std::vector<Case> cases = {
      {{{"/version", page}, {"/apis", page}}, {"not a Kubernetes API server", "text/html", "web console"}},
      {{{"/version", {502, "<html>Bad Gateway</html>", "text/html"}}}, {"HTTP 502", "health of the API server"}},
      {{{"/version", version}, {"/apis", {200, groups({"apps", "batch"})}}},
       {"not OpenShift", "apps.openshift.io", "address of an OpenShift cluster"}},
      {{{"/version", version}, {"/apis", {200, groups({"apps.openshift.io", "image.openshift.io"})}}},
       {"this OpenShift cluster lacks the API group route.openshift.io", "Enable it"}},
      {{{"/version", refusal(401, "Unauthorized")}}, {"does not accept the credentials", "log in again"}},
      {{{"/version", version}, {"/apis", {200, groups(kOpenShift)}}}, {"there is no project '3scale'", "-n"}},
      {{{"/version", version},
        {"/apis", {200, groups(kOpenShift)}},
        {"/api/v1/namespaces/3scale", {200, R"({"kind":"Namespace","status":{"phase":"Terminating"}})"}}},
       {"project '3scale' is being deleted"}},
      {{{"/version", version}, {"/apis", {200, groups(kOpenShift)}}, {"/api/v1/namespaces/3scale", page}},
       {"not a Kubernetes API server"}}};
  for (const auto& one : cases) {
    SCOPED_TRACE(one.words.front());
    const ScriptedServer server(answering(one.answers), with_identity());
    expect_status_five({.server = server.url()}, one.words);
    expect_reads_only(server);
  }
}

// The same on a server with a real project in it, which a right way leads to afterwards.
TEST(Unreachable, AWrongTokenOrProjectIsNamedAndTheProjectLeftAlone) {
  const ServedProject served;
  const auto certificate_authority = read_file(served.file("ca.pem")).value_or("");
  const auto token = read_file(served.file("token")).value_or("");
  Way way{.server = served.url(), .certificate_authority = certificate_authority, .token = "another-token"};
  expect_status_five(way, {"does not accept the credentials", "log in again"});
  way.token = token;
  way.name_space = "nowhere";
  expect_status_five(way, {"there is no project 'nowhere'", "oc projects"});
  way.name_space = "3scale";
  way.token = read_file(served.file("unprivileged")).value_or("");
  expect_status_five(way, {"may not look into project '3scale', or there is none of that name"});
  const auto fit = run_upshift(served.to("doctor", {"--set", "registry.credentials-file=" + served.file("pull.json")}));
  EXPECT_EQ(fit.exit_status, 0) << fit.standard_output << fit.standard_error;
}

TEST(Unreachable, AServedCertificateThatHasExpired) {
  const ServedProject served({"--sample", "threescale-2.5", "--certificate-days", "-1"});
  expect_status_five({.server = served.url(), .certificate_authority = read_file(served.file("ca.pem")).value_or("")},
                     {"certificate has expired"});
}

}  // namespace
}  // namespace upshift::testing
