#include "cluster/http/kubeconfig.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cluster/http/credential.hpp"
#include "cluster/http/endpoint.hpp"
#include "cluster/http/proxy.hpp"
#include "support/process.hpp"

namespace upshift::cluster::http {
namespace {

using testing::TemporaryDirectory;

constexpr const char* kPem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

class KubeconfigTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(directory_.file(name)).parent_path());
    std::ofstream(directory_.file(name)) << text;
    return directory_.file(name);
  }

  // A kubeconfig of one cluster and one user, each given in flow style.
  std::string config(const std::string& cluster, const std::string& user) const {
    return write("config", "current-context: c\nclusters: [{name: k, cluster: " + cluster +
                               "}]\nusers: [{name: u, user: " + user +
                               "}]\ncontexts: [{name: c, context: {cluster: k, user: u, namespace: 3scale}}]\n");
  }

  Result<Access> find(AccessOverrides overrides = {}) const { return find_access(overrides, surroundings_); }

  Result<Credential> credential_of(const std::string& user) {
    surroundings_.environment["KUBECONFIG"] = config("{server: 'https://h:6443'}", user);
    UPSHIFT_ASSIGN(const Access access, find());
    return access.credentials->current();
  }

  // A credential plugin: a shell script that counts its runs in the file "runs".
  std::string plugin(const std::string& body) const {
    const auto path = write("plugin.sh", "#!/bin/sh\necho run >> '" + directory_.file("runs") + "'\n" + body);
    ::chmod(path.c_str(), 0700);
    return path;
  }

  std::size_t runs() const {
    std::ifstream in(directory_.file("runs"));
    std::size_t count = 0;
    for (std::string line; std::getline(in, line);) ++count;
    return count;
  }

  TemporaryDirectory directory_;
  std::shared_ptr<VirtualClock> clock_ = std::make_shared<VirtualClock>(*parse_rfc3339("2030-01-01T00:00:00Z"));
  Surroundings surroundings_{{}, directory_.file("service-account"), clock_};
};

TEST_F(KubeconfigTest, ReadsClusterContextAndRelativeFiles) {
  write("pki/ca.crt", kPem);
  surroundings_.environment["KUBECONFIG"] = config(
      "{server: 'https://h:6443/k', certificate-authority: pki/ca.crt, tls-server-name: api, proxy-url: 'http://p:1'}",
      "{token: abc, as: admin, as-groups: [a, b]}");
  const auto access = find();
  ASSERT_TRUE(access) << access.error().summary;
  EXPECT_EQ(access->context, "c");
  EXPECT_EQ(access->server, "https://h:6443/k");
  EXPECT_EQ(access->name_space, "3scale");
  EXPECT_EQ(access->certificate_authority, kPem);
  EXPECT_EQ(access->tls_server_name, "api");
  EXPECT_EQ(access->proxy_url, "http://p:1");
  EXPECT_FALSE(access->skip_tls_verify);
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"Impersonate-User", "admin"}, {"Impersonate-Group", "a"}, {"Impersonate-Group", "b"}};
  EXPECT_EQ(access->headers, headers);
  EXPECT_EQ(access->credentials->current()->authorization, "Bearer abc");
}

TEST_F(KubeconfigTest, FirstFileWinsWholeEntries) {
  const auto first = write("a/one",
                           "clusters: [{name: k, cluster: {server: 'https://first', certificate-authority: ca}}]\n"
                           "contexts: [{name: x, context: {cluster: k}}]\n");
  write("a/ca", kPem);
  const auto second = write("b/two",
                            "current-context: y\nclusters: [{name: k, cluster: {server: 'https://second', "
                            "tls-server-name: other}}, {name: l, cluster: {server: 'https://l'}}]\n"
                            "contexts: [{name: y, context: {cluster: l}}, {name: x, context: {cluster: l}}]\n");
  surroundings_.environment["KUBECONFIG"] = directory_.file("missing") + ":" + first + "::" + second;
  EXPECT_EQ(find()->server, "https://l");
  const auto access = find({.context = "x"});
  ASSERT_TRUE(access) << access.error().summary;
  EXPECT_EQ(access->server, "https://first");
  EXPECT_EQ(access->certificate_authority, kPem);
  EXPECT_EQ(access->tls_server_name, "");
  EXPECT_EQ(access->name_space, "default");
}

TEST_F(KubeconfigTest, GivesEveryKindOfCredential) {
  write("token", "from-file\n");
  write("cert", kPem);
  write("key", kPem);
  const auto encoded = encode_base64(kPem);
  EXPECT_EQ(credential_of("{token: abc}")->authorization, "Bearer abc");
  EXPECT_EQ(credential_of("{tokenFile: token}")->authorization, "Bearer from-file");
  EXPECT_EQ(credential_of("{tokenFile: token, token: abc}")->authorization, "Bearer from-file");
  EXPECT_EQ(credential_of("{tokenFile: gone, token: abc}")->authorization, "Bearer abc");
  EXPECT_EQ(credential_of("{username: u, password: p}")->authorization, "Basic dTpw");
  EXPECT_EQ(credential_of("{}")->authorization, "");
  const auto files = credential_of("{client-certificate: cert, client-key: key}");
  EXPECT_EQ(files->certificate, kPem);
  EXPECT_EQ(files->key, kPem);
  const auto data = credential_of("{client-certificate-data: " + encoded + ", client-key-data: " + encoded +
                                  ", client-certificate: gone, client-key: gone}");
  EXPECT_EQ(data->certificate, kPem);
  EXPECT_EQ(data->key, kPem);
}

TEST_F(KubeconfigTest, ReadsTokenFilesAgain) {
  surroundings_.environment["KUBECONFIG"] = config("{server: 'https://h'}", "{tokenFile: token}");
  write("token", "one");
  const auto access = find();
  EXPECT_EQ(access->credentials->current()->authorization, "Bearer one");
  EXPECT_FALSE(access->credentials->renew());
  write("token", "two");
  EXPECT_TRUE(access->credentials->renew());
  EXPECT_EQ(access->credentials->current()->authorization, "Bearer two");
  for (const char* bad : {"", " \n", "two words"}) {
    write("token", bad);
    EXPECT_FALSE(access->credentials->current());
  }
}

struct WrongCase {
  const char* name;
  const char* cluster;
  const char* user;
  const char* words;
};

TEST_F(KubeconfigTest, ErrorsNameFileAndFieldAndNoCredential) {
  const char* const good = "{server: 'https://h'}";
  const std::vector<WrongCase> cases = {
      {"no server", "{}", "{}", "clusters[k].cluster.server is missing"},
      {"bad server", "{server: 'https://u:SECRET@h:x'}", "{}", "clusters[k].cluster.server"},
      {"bad proxy", "{server: 'https://h', proxy-url: 'http://u:SECRET@'}", "{}", "clusters[k].cluster.proxy-url"},
      {"insecure with authority",
       "{server: 'https://h', insecure-skip-tls-verify: true, certificate-authority-data: LS0tLS1CRUdJTiA=}", "{}",
       "insecure-skip-tls-verify"},
      {"authority not base64", "{server: 'https://h', certificate-authority-data: '%SECRET%'}", "{}",
       "certificate-authority-data is not base64"},
      {"authority not PEM", "{server: 'https://h', certificate-authority-data: U0VDUkVU}", "{}", "does not hold PEM"},
      {"authority gone", "{server: 'https://h', certificate-authority: gone.crt}", "{}", "gone.crt"},
      {"token is a number", good, "{token: 123456}", "users[u].user.token is not text"},
      {"token of two lines", good, "{token: \"SECRET\\nX\"}", "users[u].user.token spans"},
      {"basic and token", good, "{token: SECRET, username: u}", "users[u].user.username"},
      {"certificate without key", good, "{client-certificate-data: LS0tLS1CRUdJTiA=}",
       "users[u].user.client-key is missing"},
      {"auth-provider", good, "{auth-provider: {name: oidc}}", "users[u].user.auth-provider"},
      {"groups without user", good, "{as-groups: [a]}", "users[u].user.as is missing"},
      {"exec without command", good, "{exec: {apiVersion: client.authentication.k8s.io/v1}}",
       "users[u].user.exec has no command"},
      {"exec of an old version", good, "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}}",
       "v1alpha1"},
      {"exec with questions", good,
       "{exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always, args: [SECRET]}}",
       "interactiveMode Always"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const auto file = config(one.cluster, one.user);
    surroundings_.environment["KUBECONFIG"] = file;
    const auto access = find();
    ASSERT_FALSE(access);
    const auto text = access.error().summary + " " + access.error().detail;
    EXPECT_THAT(access.error().summary, ::testing::HasSubstr(one.words));
    EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("SECRET")));
    EXPECT_THAT(text + access.error().path, ::testing::HasSubstr(directory_.path()));
  }
}

TEST_F(KubeconfigTest, RefusesWhatIsNoKubeconfig) {
  for (const char* text : {"[]", "kind: Pod", "clusters: {}", "clusters: [{cluster: {}}]", "a: [",
                           "clusters: [{name: a}, {name: a}]", "users: [{name: u, user: text}]"}) {
    SCOPED_TRACE(text);
    surroundings_.environment["KUBECONFIG"] = write("config", text);
    EXPECT_FALSE(find());
  }
  EXPECT_EQ(find({.kubeconfig = directory_.file("none")}).error().code, StatusCode::kNotFound);
  surroundings_.environment["KUBECONFIG"] = config("{server: 'https://h'}", "{}");
  const auto unknown = find({.context = "cc"});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().summary, ::testing::HasSubstr("no context 'cc'"));
}

TEST_F(KubeconfigTest, OverridesReplaceWhatWasFound) {
  surroundings_.environment["KUBECONFIG"] =
      config("{server: 'https://h', insecure-skip-tls-verify: true}", "{token: abc}");
  EXPECT_TRUE(find()->skip_tls_verify);
  const auto ca = write("ca", kPem);
  const auto token = write("token", "mine");
  const auto access =
      find({.server = "https://other:8443", .token_file = token, .certificate_authority = ca, .name_space = "n"});
  ASSERT_TRUE(access) << access.error().summary;
  EXPECT_EQ(access->server, "https://other:8443");
  EXPECT_EQ(access->certificate_authority, kPem);
  EXPECT_FALSE(access->skip_tls_verify);
  EXPECT_EQ(access->name_space, "n");
  EXPECT_EQ(access->credentials->current()->authorization, "Bearer mine");
  EXPECT_FALSE(find({.certificate_authority = ca, .skip_tls_verify = true}));
  EXPECT_FALSE(find({.token_file = directory_.file("none")}));
  EXPECT_FALSE(find({.server = "https://"}));
}

TEST_F(KubeconfigTest, DoesWithoutAKubeconfigWhereServerIsGiven) {
  const auto access = find({.server = "https://h:1"});
  ASSERT_TRUE(access) << access.error().summary;
  EXPECT_EQ(access->name_space, "default");
  EXPECT_EQ(access->credentials, nullptr);
  EXPECT_EQ(find().error().code, StatusCode::kFailedPrecondition);
  EXPECT_EQ(find({.context = "x"}).error().code, StatusCode::kNotFound);
}

TEST_F(KubeconfigTest, UsesTheServiceAccountInsideAPod) {
  write("service-account/token", "sa");
  write("service-account/ca.crt", kPem);
  write("service-account/namespace", "3scale\n");
  surroundings_.environment["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  const auto access = find();
  ASSERT_TRUE(access) << access.error().summary;
  EXPECT_EQ(access->server, "https://[fd00::1]:443");
  EXPECT_EQ(access->certificate_authority, kPem);
  EXPECT_EQ(access->name_space, "3scale");
  EXPECT_EQ(access->credentials->current()->authorization, "Bearer sa");
  surroundings_.environment["HOME"] = directory_.path();
  write(".kube/config",
        "current-context: c\nclusters: [{name: k, cluster: {server: 'https://home'}}]\n"
        "contexts: [{name: c, context: {cluster: k}}]\n");
  EXPECT_EQ(find()->server, "https://home");
}

TEST_F(KubeconfigTest, RunsCredentialPluginsAndKeepsWhatTheyGiveUntilItExpires) {
  plugin(R"sh(cat <<END
{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",
 "status":{"token":"$1-$NAME-$(wc -l < "$RUNS" | tr -d ' ')","expirationTimestamp":"2030-01-01T01:00:00Z"
}
}
END
)sh");
  surroundings_.environment["KUBECONFIG"] =
      config("{server: 'https://h'}",
             "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, args: [a], "
             "env: [{name: NAME, value: b}, {name: RUNS, value: '" +
                 directory_.file("runs") + "'}]}}");
  const auto access = find();
  ASSERT_TRUE(access) << access.error().summary;
  EXPECT_EQ(access->credentials->current()->authorization, "Bearer a-b-1");
  clock_->advance(std::chrono::minutes(59));
  EXPECT_EQ(access->credentials->current()->authorization, "Bearer a-b-1");
  clock_->advance(std::chrono::seconds(51));  // nearly over: not used any more
  EXPECT_EQ(access->credentials->current()->authorization, "Bearer a-b-2");
  clock_->advance(std::chrono::hours(-1));
  EXPECT_TRUE(access->credentials->renew());
  EXPECT_EQ(access->credentials->current()->authorization, "Bearer a-b-3");
  EXPECT_EQ(runs(), 3U);
}

TEST_F(KubeconfigTest, TellsPluginsOfTheClusterWhereAsked) {
  plugin("printf '%s' \"$KUBERNETES_EXEC_INFO\" > '" + directory_.file("info") + R"('
echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t"}}')");
  surroundings_.environment["KUBECONFIG"] = config(
      "{server: 'https://h', tls-server-name: api}",
      "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin.sh, provideClusterInfo: true}}");
  ASSERT_TRUE(find()->credentials->current());
  std::ifstream in(directory_.file("info"));
  const auto info = Json::parse(in);
  EXPECT_EQ(info["kind"], "ExecCredential");
  EXPECT_EQ(info["spec"]["interactive"], false);
  EXPECT_EQ(info["spec"]["cluster"]["server"], "https://h");
  EXPECT_EQ(info["spec"]["cluster"]["tls-server-name"], "api");
}

TEST_F(KubeconfigTest, SaysWhatIsWrongWithAPlugin) {
  const std::string answer =
      R"(echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"echo SECRET >&2; exit 3", "ended with status 3"},
      {"echo SECRET", "did not print an ExecCredential"},
      {answer + "{}}'", "neither a token nor a client certificate"},
      {answer + R"({"clientCertificateData":"SECRET"}}')", "only one of"},
      {answer + R"({"token":"SECRET","expirationTimestamp":"soon"}}')", "no time"},
      {answer + R"({"token":"SECRET X"}}')", "not one token"},
      {"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\"}'",
       "another apiVersion"},
      {"kill -9 $$", "ended with status 137"},
  };
  for (const auto& [body, words] : cases) {
    SCOPED_TRACE(body);
    plugin(body + "\n");
    const auto credential =
        credential_of("{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, args: [SECRET]}}");
    ASSERT_FALSE(credential);
    const auto text = credential.error().summary + credential.error().detail;
    EXPECT_THAT(text, ::testing::HasSubstr(words));
    EXPECT_THAT(text, ::testing::HasSubstr("users[u].user.exec"));
    EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("SECRET")));
  }
  const auto missing = credential_of(
      "{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin-x, installHint: 'get it there'}}");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().detail, "get it there");
}

TEST(ProxyTest, ReadsNoProxyAsGoProgramsDo) {
  struct Case {
    const char* list;
    const char* host;
    bool direct;
  };
  const std::vector<Case> cases = {
      {"", "api.example", false},
      {"*", "api.example", true},
      {"example", "api.example", true},
      {"api.example", "api.example", true},
      {"pi.example", "api.example", false},
      {".example", "api.example", true},
      {".example", "example", false},
      {"*.example", "api.example", true},
      {"API.Example", "api.example", true},
      {"other, api.example", "api.example", true},
      {"api.example:6443", "api.example", true},
      {"api.example:443", "api.example", false},
      {"10.0.0.0/8", "10.1.2.3", true},
      {"10.0.0.0/8", "11.1.2.3", false},
      {"10.0.0.0/33", "10.1.2.3", false},
      {"10.1.2.3", "10.1.2.3", true},
      {"fd00::/16", "fd00::5", true},
      {"fd00::/16", "10.1.2.3", false},
      {"10.0.0.0/8", "api.example", false},
  };
  for (const auto& one : cases) {
    const Endpoint server{"https", "", one.host, 6443, ""};
    EXPECT_EQ(goes_directly(server, one.list), one.direct) << one.list << " " << one.host;
  }
}

TEST(ProxyTest, ComesFromTheEnvironmentUnlessTheServerIsHere) {
  Surroundings surroundings;
  surroundings.environment = {{"https_proxy", "proxy:3128"}, {"NO_PROXY", "inside"}};
  EXPECT_EQ(proxy_from_environment({"https", "", "api", 443, ""}, surroundings), "http://proxy:3128");
  EXPECT_EQ(proxy_from_environment({"https", "", "api.inside", 443, ""}, surroundings), "");
  EXPECT_EQ(proxy_from_environment({"http", "", "api", 80, ""}, surroundings), "");
  for (const char* here : {"localhost", "127.0.0.1", "::1"}) {
    EXPECT_EQ(proxy_from_environment({"https", "", here, 443, ""}, surroundings), "");
  }
}

TEST(EndpointTest, ReadsAddressesInEveryForm) {
  const auto plain = parse_endpoint("api.example", "it");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->url(), "https://api.example:443");
  EXPECT_EQ(parse_endpoint("http://h/a/b//", "it")->url(), "http://h:80/a/b");
  EXPECT_EQ(parse_endpoint("https://[fd00::1]:6443", "it")->authority(), "[fd00::1]:6443");
  EXPECT_EQ(parse_endpoint("http://u:p@h:1", "it")->user, "u:p");
}

}  // namespace
}  // namespace upshift::cluster::http
