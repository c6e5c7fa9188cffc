#include "cluster/http/web_client.hpp"

#include "http_fixture.hpp"
#include "support/threescale_server.hpp"

namespace upshift::cluster::http {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ThreescaleServer;

constexpr const char* kTenant = "shop-admin.example.com";
constexpr const char* kToken = "t0p+secret&/=";

struct Api {
  explicit Api(ServerOptions server_options = over_tls({.hosts = {"*.example.com"}}))
      : product(std::move(server_options)) {
    auto& tenant = product.add_tenant(kTenant, kToken);
    tenant.tokens.push_back({"readonly", false});
    tenant.services = Json::array({{{"id", 3}, {"name", "API"}, {"deployment_option", "hosted"}}});
    options.certificate_authority = authority().pem();
    options.connect_to = product.address();
    options.log = [this](Severity, std::string_view line) { log += std::string(line) + "\n"; };
    options.pause = [this](Duration time) { pauses.push_back(time); };
  }

  WebClient& client() {
    if (!made) {
      auto result = WebClient::create(options, surroundings);
      if (!result) throw std::runtime_error(result.error().summary);
      made = std::move(*result);
    }
    return *made;
  }
  Result<WebAnswer> send(const std::string& method, const std::string& path, WebRequest rest = {},
                         const std::string& token = kToken) {
    rest.method = method;
    if (rest.url.empty()) rest.url = product.url(kTenant, path);
    if (!token.empty()) rest.query["access_token"] = token;
    return client().send(rest);
  }

  ThreescaleServer product;
  WebOptions options;
  Surroundings surroundings;
  std::string log;
  std::vector<Duration> pauses;
  std::unique_ptr<WebClient> made;
};

TEST(WebClients, ReadAndChangeThroughTheRoutersAddressUnderTheRoutesName) {
  Api api;
  const auto services = api.send("GET", "/admin/api/services.json");
  ASSERT_TRUE(services) << text_of(services.error());
  EXPECT_EQ(services->status, 200);
  const auto list = parse_json(services->body, "services");
  ASSERT_TRUE(list);
  EXPECT_EQ(string_at(*list, "/services/0/service/deployment_option"), "hosted");
  WebRequest put;
  put.form = {{"deployment_option", "self_managed"}, {"note", "a&b=c d"}};
  const auto changed = api.send("PUT", "/admin/api/services/3.json", put);
  ASSERT_TRUE(changed) << text_of(changed.error());
  EXPECT_THAT(changed->body, HasSubstr("self_managed"));
  const auto seen = api.product.server().requests().at(1);
  EXPECT_EQ(seen.body, "deployment_option=self_managed&note=a%26b%3Dc%20d");
  EXPECT_EQ(seen.header("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(seen.target, "/admin/api/services/3.json?access_token=t0p%2Bsecret%26%2F%3D");
  EXPECT_TRUE(contains(seen.header("host"), kTenant)) << seen.header("host");
  EXPECT_EQ(api.product.server().requests().at(0).header("content-type"), "");
  EXPECT_EQ(api.client().traffic().connections, 1U) << "the connection is kept";
}

// The token goes by the host: the master's is none at a tenant's portal.
TEST(WebClients, GiveEveryRefusalOfTheProductAsItIs) {
  struct Case {
    const char* name;
    const char* method;
    const char* host;
    const char* path;
    const char* token;
    const char* option;
    int status;
    const char* body;
  };
  const std::vector<Case> cases = {
      {"a token of another portal", "GET", kTenant, "/admin/api/services.json", "master-t0ken", "", 403,
       "correct permissions"},
      {"a token that may only read", "PUT", kTenant, "/admin/api/services/3.json", "readonly", "hosted", 403,
       "correct permissions"},
      {"services of the master", "GET", ThreescaleServer::kMaster, "/admin/api/services.json", "master-t0ken", "", 403,
       R"({"status":"Forbidden"})"},
      {"a suspended tenant", "GET", "gone-admin.example.com", "/admin/api/services.json", "t", "", 403, ""},
      {"a host of nobody", "GET", "other.example.com", "/admin/api/services.json", kToken, "", 403, "Access denied"},
      {"no such service", "PUT", kTenant, "/admin/api/services/9.json", kToken, "hosted", 404, "Not found"},
      {"no such page", "GET", kTenant, "/admin/api/nothing.json", kToken, "", 404, "Not found"},
      {"no format", "GET", kTenant, "/admin/api/services", kToken, "", 406, ""},
      {"twice the same", "POST", kTenant, "/admin/api/services/3.json", kToken, "hosted", 409, "Conflict"},
      {"a parameter is missing", "PUT", kTenant, "/admin/api/services/3.json", kToken, "", 400, "Required parameter"},
      {"a value that is none", "PUT", kTenant, "/admin/api/services/3.json", kToken, "3scale_managed", 422,
       "is not included in the list"},
  };
  Api api;
  api.product.add_tenant("gone-admin.example.com", "t").suspended = true;
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    WebRequest request;
    request.url = api.product.url(one.host, one.path);
    if (*one.option != '\0') request.form["deployment_option"] = one.option;
    const auto answer = api.send(one.method, "", request, one.token);
    ASSERT_TRUE(answer) << text_of(answer.error());
    EXPECT_EQ(answer->status, one.status);
    EXPECT_THAT(answer->body, HasSubstr(one.body));
  }
  EXPECT_EQ(api.product.server().requests().size(), cases.size()) << "none was repeated";
}

TEST(WebClients, FollowPagesWithTheQueryOfTheUrl) {
  Api api;
  for (int i = 0; i < 5; ++i) api.product.add_tenant("t" + std::to_string(i) + "-admin.example.com", "t");
  const auto page = [&](const std::string& query) {
    WebRequest request;
    request.url = api.product.url(ThreescaleServer::kMaster, "/admin/api/accounts.json" + query);
    const auto answer = api.send("GET", "", request, "master-t0ken");
    return array_at(*parse_json(answer->body, "accounts"), "/accounts").size();
  };
  EXPECT_EQ(page("?page=1&per_page=4"), 4U);
  EXPECT_EQ(page("?page=2&per_page=4"), 2U);
  EXPECT_EQ(page("?page=3&per_page=4#part"), 0U);
  EXPECT_EQ(page("?per_page=0&state=approved+or+so"), 6U);
  EXPECT_EQ(page(""), 6U);
  WebRequest request;
  request.url = api.product.url(ThreescaleServer::kMaster, "/admin/api/accounts.xml?page=2&per_page=4");
  const auto xml = api.send("GET", "", request, "master-t0ken");
  EXPECT_THAT(xml->body, AllOf(HasSubstr("total_entries=\"6\""), HasSubstr("current_page=\"2\"")));
}

TEST(WebClients, NeverTellTheTokenToTheLogOrAnError) {
  Api api;
  WebRequest request;
  request.headers = {{"Authorization", "Basic s3cret-header"}};
  request.form = {{"provider_key", "s3cret-form"}};
  ASSERT_TRUE(api.send("PUT", "/admin/api/services/3.json", request));
  api.product.trouble({{0}});
  const auto lost = api.send("POST", "/admin/api/services/3.json", request);
  ASSERT_FALSE(lost);
  request.headers["Bad"] = "s3cret\r\nInjected: 1";
  const auto none = api.send("GET", "/admin/api/services.json", request);
  EXPECT_EQ(none.error().code, StatusCode::kInvalidArgument);
  for (const auto& text : {api.log, text_of(lost.error()), text_of(none.error())}) {
    EXPECT_THAT(text, AllOf(Not(HasSubstr("s3cret")), Not(HasSubstr("t0p")), Not(HasSubstr("access_token"))));
  }
  EXPECT_THAT(api.log, HasSubstr(std::string("PUT https://") + kTenant + ":443/admin/api/services/3.json: 400"));
}

TEST(WebClients, RepeatReadsWhileTheRouterIsBusyOrAway) {
  Api api;
  api.product.trouble({{0}, {429, {{"Retry-After", "7"}}}, {503}, {504, {{"Retry-After", "9999"}}}});
  const auto answer = api.send("GET", "/admin/api/services.json");
  ASSERT_TRUE(answer) << text_of(answer.error());
  EXPECT_EQ(answer->status, 200);
  using std::chrono::milliseconds;
  EXPECT_THAT(api.pauses, ElementsAre(milliseconds(500), milliseconds(7000), milliseconds(2000), milliseconds(30'000)));
}

TEST(WebClients, GiveReadsUpAfterAFewAttempts) {
  Api api;
  api.product.trouble(std::vector<ThreescaleServer::Trouble>(20, {502}));
  const auto refused = api.send("GET", "/admin/api/services.json");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 502);
  EXPECT_EQ(api.product.server().requests().size(), 5U);
  api.product.trouble(std::vector<ThreescaleServer::Trouble>(20, {0}));
  const auto lost = api.send("GET", "/admin/api/services.json");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, StatusCode::kUnavailable);
  EXPECT_EQ(api.pauses.size(), 8U);
  api.product.trouble({{500}});
  EXPECT_EQ(api.send("GET", "/admin/api/services.json")->status, 500) << "the product's own failure is its answer";
  EXPECT_EQ(api.pauses.size(), 8U);
}

TEST(WebClients, NeverRepeatAChange) {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    for (const int status : {0, 429, 502, 503}) {
      SCOPED_TRACE(std::string(method) + " " + std::to_string(status));
      Api api{ServerOptions{}};
      ASSERT_TRUE(api.send("GET", "/admin/api/services.json"));  // so that the connection is a kept one
      api.product.trouble({{status, {{"Retry-After", "1"}}}});
      const auto answer = api.send(method, "/admin/api/services/3.json");
      EXPECT_EQ(api.product.server().requests().size(), 2U);
      EXPECT_TRUE(api.pauses.empty());
      if (status != 0) {
        EXPECT_EQ(answer->status, status);
        continue;
      }
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().code, StatusCode::kUnavailable);
      EXPECT_TRUE(contains(answer.error().detail, kMayHaveActed)) << text_of(answer.error());
      EXPECT_TRUE(contains(answer.error().detail, "pods behind the route")) << text_of(answer.error());
    }
  }
}

TEST(WebClients, DoNotFollowRedirects) {
  const ScriptedServer server([](Wire& wire, const SeenRequest&) {
    wire.answer(302, "", {{"Location", "http://127.0.0.1:1/elsewhere"}});
    return true;
  });
  auto client = *WebClient::create({}, {});
  const auto answer = client->send({"GET", server.url() + "/p/login", {}, {}, {}});
  ASSERT_TRUE(answer) << text_of(answer.error());
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(WebClients, SayWhatIsWrongWithTheRoutesCertificate) {
  struct Case {
    const char* name;
    testing::IdentityOptions identity;
    bool other_authority;
    const char* words;
    const char* advice;
  };
  const std::vector<Case> cases = {
      {"authority", {.hosts = {"*.example.com"}}, true, "not trusted", "--route-certificate-authority"},
      {"host", {.hosts = {"router.internal"}}, false, "not for 'shop-admin.example.com'", "route's certificate"},
      {"expired",
       {.hosts = {"*.example.com"}, .valid_from = std::chrono::hours(-48), .valid_until = std::chrono::hours(-24)},
       false,
       "expired",
       "renewed"},
  };
  const CertificateAuthority stranger("stranger");
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    Api api(over_tls(one.identity));
    if (one.other_authority) api.options.certificate_authority = stranger.pem();
    const auto answer = api.send("GET", "/admin/api/services.json");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, StatusCode::kUnauthenticated);
    EXPECT_THAT(answer.error().summary, HasSubstr(one.words));
    EXPECT_THAT(answer.error().detail, AllOf(HasSubstr(one.advice), HasSubstr(kNotSent)));
    EXPECT_TRUE(api.product.server().requests().empty());
    EXPECT_TRUE(api.pauses.empty());
  }
}

TEST(WebClients, NameTheRouterThatIsNotThere) {
  Api api;
  api.options.connect_to = "127.0.0.1:" + std::to_string(testing::unused_port());
  auto answer = api.send("POST", "/admin/api/services/3.json");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, StatusCode::kUnavailable);
  EXPECT_THAT(text_of(answer.error()), AllOf(HasSubstr("refused"), HasSubstr("--route-address"), HasSubstr(kNotSent)));
  auto unknown = *WebClient::create({}, {});
  answer = unknown->send({"POST", "https://no-such-host.invalid/x", {}, {}, {}});
  EXPECT_THAT(text_of(answer.error()), AllOf(HasSubstr("cannot be resolved"), HasSubstr("--route-address")));
}

TEST(WebClients, GoThroughTheProxyOfTheEnvironment) {
  Api api;
  const ScriptedServer proxy([&api](Wire& wire, const SeenRequest& request) {
    EXPECT_EQ(request.target, std::string(kTenant) + ":443");
    wire.write("HTTP/1.1 200 Connection established\r\n\r\n");
    wire.tunnel_to(api.product.server().port());
    return false;
  });
  api.options.connect_to = "";
  api.surroundings.environment = {{"HTTPS_PROXY", proxy.url()}};
  const auto answer = api.send("GET", "/admin/api/services.json");
  EXPECT_EQ(proxy.requests().size(), 1U);
  // The stand-in proxy joins to a server that speaks TLS under the tenant's name.
  ASSERT_TRUE(answer) << text_of(answer.error());
  EXPECT_EQ(answer->status, 200);
}

TEST(WebClients, RefuseRequestsAndOptionsThatAreNone) {
  auto client = *WebClient::create({}, {});
  for (const char* url : {"", "host/path", "ftp://host/", "https://", "https://user:pw@host/", "https://ho st/",
                          "https://host/a b", "https://host:0/"}) {
    const auto answer = client->send({"GET", url, {}, {}, {}});
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().code, StatusCode::kInvalidArgument);
    EXPECT_FALSE(contains(text_of(answer.error()), "pw"));
  }
  EXPECT_EQ(client->send({"GET POST", "https://host/", {}, {}, {}}).error().code, StatusCode::kInvalidArgument);
  EXPECT_EQ(client->send({"GET", "https://host/", {{"A b", "c"}}, {}, {}}).error().code, StatusCode::kInvalidArgument);
  for (const char* address : {"https://router", "router:", "router:x", "a@router", "router/path", "::1"}) {
    WebOptions options;
    options.connect_to = address;
    EXPECT_FALSE(WebClient::create(options, {})) << address;
  }
  for (const char* address : {"router", "router:443", "[::1]", "[::1]:8443"}) {
    WebOptions options;
    options.connect_to = address;
    EXPECT_TRUE(WebClient::create(options, {})) << address;
  }
  for (const char* pem : {"nothing", "-----BEGIN CERTIFICATE-----\nbm90\n-----END CERTIFICATE-----\n"}) {
    WebOptions options;
    options.certificate_authority = pem;
    EXPECT_FALSE(WebClient::create(options, {})) << pem;
  }
}

TEST(WebClients, GiveUpAnswersThatAreTooLarge) {
  Api api;
  api.options.largest_body = 20;
  const auto answer = api.send("GET", "/admin/api/services.json");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace upshift::cluster::http
