#include <atomic>
#include <barrier>
#include <condition_variable>
#include <fstream>

#include "cluster/client.hpp"
#include "cluster/http/server_check.hpp"
#include "http_fixture.hpp"
#include "support/process.hpp"

namespace upshift::cluster::http {
namespace {

ScriptedServer::Script always(int status, std::string body) {
  return [status, body = std::move(body)](Wire& wire, const SeenRequest&) {
    wire.answer(status, body);
    return true;
  };
}

TEST(HttpRequests, SendMethodPathQueryBodyAndCredentials) {
  const ScriptedServer server(always(200, R"({"kind":"Secret"})"), over_tls());
  Access access = with_token(access_to(server), "t0ken");
  access.headers = {{"Impersonate-User", "system:admin"}, {"Impersonate-Group", "a"}};
  auto transport = transport_to(access);
  Request request = patch("/api/v1/namespaces/x/secrets/s y");
  request.query = {{"labelSelector", "app=a,b!=c d&e"}, {"dryRun", "All"}};
  const auto response = transport->send(request);
  ASSERT_TRUE(response) << text_of(response.error());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body["kind"], "Secret");
  const auto seen = server.requests();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].method, "PATCH");
  EXPECT_EQ(seen[0].target, "/api/v1/namespaces/x/secrets/s%20y?labelSelector=app%3Da%2Cb%21%3Dc%20d%26e&dryRun=All");
  EXPECT_EQ(seen[0].header("content-type"), kMergePatch);
  EXPECT_EQ(seen[0].header("authorization"), "Bearer t0ken");
  EXPECT_EQ(seen[0].header("impersonate-user"), "system:admin");
  EXPECT_EQ(seen[0].header("expect"), "");
  EXPECT_EQ(seen[0].body, R"({"spec":{"replicas":2}})");
}

TEST(HttpRequests, SendNoBodyWhereThereIsNone) {
  const ScriptedServer server(always(200, "{}"));
  auto transport = transport_to(access_to(server));
  for (const char* method : {"GET", "DELETE", "POST"}) {
    ASSERT_TRUE(transport->send({method, "/x", {}, "", nullptr}));
  }
  const auto seen = server.requests();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].method, "GET");
  EXPECT_EQ(seen[1].method, "DELETE");
  EXPECT_EQ(seen[2].method, "POST");
  for (const auto& request : seen) EXPECT_EQ(request.body, "");
}

TEST(HttpRequests, PutTheServersOwnPathInFront) {
  const ScriptedServer server(always(200, "{}"));
  Access access = access_to(server);
  access.server += "/k8s/clusters/c-1/";
  ASSERT_TRUE(transport_to(access)->send(get("/api/v1/pods")));
  EXPECT_EQ(server.requests().at(0).target, "/k8s/clusters/c-1/api/v1/pods");
}

TEST(HttpRequests, KeepOneConnectionForOneRequestAfterTheOther) {
  const ScriptedServer server(always(200, "{}"), over_tls());
  auto transport = transport_to(access_to(server));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(transport->send(i % 2 == 0 ? get("/a") : patch("/b")));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(transport->traffic().connections, 1U);
  EXPECT_EQ(transport->traffic().requests, 20U);
}

TEST(HttpRequests, OfferHttp2) {
  const ScriptedServer server(always(200, "{}"), over_tls());
  ASSERT_TRUE(transport_to(access_to(server))->send(get("/")));
  EXPECT_THAT(server.offered_protocols(), ::testing::Contains("h2"));
}

TEST(HttpRequests, GiveRefusalsAndTheirHeadersAsValues) {
  const ScriptedServer server([](Wire& wire, const SeenRequest&) {
    wire.answer(429, R"({"kind":"Status","code":429})", {{"Retry-After", "7"}, {"Audit-ID", "abc"}});
    return true;
  });
  const auto response = transport_to(access_to(server))->send(patch("/x"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(response->headers.at("retry-after"), "7");
  EXPECT_EQ(response->body["code"], 429);
}

TEST(HttpRequests, GiveTextAsTextAndNothingAsNull) {
  const ScriptedServer server([](Wire& wire, const SeenRequest& request) {
    if (request.target == "/log") wire.answer(200, "line 1\nline 2\n", {}, "text/plain");
    if (request.target == "/empty") wire.answer(204, "");
    return true;
  });
  auto transport = transport_to(access_to(server));
  EXPECT_EQ(transport->send(get("/log"))->body, "line 1\nline 2\n");
  EXPECT_TRUE(transport->send(get("/empty"))->body.is_null());
}

TEST(HttpRequests, HandAnObjectOverAsItCameWhereAsked) {
  const std::string secret =
      R"({ "kind":"Secret", "metadata":{"resourceVersion":"7","name":"s"}, "data":{"b":1,"a":2} })";
  const ScriptedServer server([&](Wire& wire, const SeenRequest& request) {
    if (request.target.ends_with("/s")) wire.answer(200, secret);
    if (request.target.ends_with("/cut")) wire.answer(200, secret.substr(0, 40));
    if (request.target.ends_with("/list")) wire.answer(200, R"({"kind":"SecretList","metadata":{},"items":[]})");
    if (request.target.ends_with("/none")) wire.answer(404, R"({"kind":"Status","metadata":{"name":"x"}})");
    return true;
  });
  auto transport = transport_to(access_to(server));
  const auto ask = [&](const char* path) { return transport->send({"GET", path, {}, "", nullptr, true}); };
  auto whole = ask("/s");
  ASSERT_TRUE(whole && whole->object);
  EXPECT_TRUE(whole->body.is_null());
  EXPECT_EQ(whole->object->text(), secret);
  EXPECT_EQ(whole->object->name(), "s");
  EXPECT_EQ(whole->object->version(), "7");
  EXPECT_EQ(whole->object->tree(), Json::parse(secret));
  EXPECT_EQ(ask("/cut").error().code, StatusCode::kUnavailable);
  for (const char* path : {"/list", "/none"}) {
    const auto other = ask(path);
    ASSERT_TRUE(other) << path;
    EXPECT_FALSE(other->object) << path;
    EXPECT_TRUE(other->body.is_object()) << path;
  }
  Client client(*transport, "x");
  const ObjectRef named{*find_kind("Secret"), "", "s"};
  EXPECT_EQ(**client.get(named), Json::parse(secret));
  EXPECT_EQ((*client.get_as_it_came(named))->text(), secret);
  EXPECT_FALSE(*client.get_as_it_came({*find_kind("Secret"), "", "none"}));
}

TEST(HttpRequests, AreInFlightAtTheSameTimeUpToTheLimit) {
  // The server answers only once as many requests are there as may be in flight: one after the other would never end.
  constexpr int kInFlight = 4;
  std::barrier together(kInFlight);
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  const ScriptedServer server([&](Wire& wire, const SeenRequest& request) {
    most = std::max(most.load(), ++now);
    together.arrive_and_wait();
    --now;
    wire.answer(200, R"({"path":")" + request.target + "\"}");
    return true;
  });
  HttpOptions options;
  options.in_flight = kInFlight;
  auto transport = transport_to(access_to(server), options);
  std::vector<Request> requests;
  for (int i = 0; i < 3 * kInFlight; ++i) requests.push_back(get("/" + std::to_string(i)));
  const auto answers = transport->send_all(requests);
  ASSERT_EQ(answers.size(), requests.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_TRUE(answers[i]);
    EXPECT_EQ(answers[i]->body["path"], requests[i].path);
  }
  EXPECT_LE(most, kInFlight);
  EXPECT_LE(server.connections(), kInFlight);
}

TEST(HttpRequests, AreRepeatedOnceWithANewTokenWhereTheOldOneWasRefused) {
  const testing::TemporaryDirectory directory;
  const auto file = directory.file("token");
  std::ofstream(file) << "old\n";
  const ScriptedServer server([&](Wire& wire, const SeenRequest& request) {
    const bool good = request.header("authorization") == "Bearer new";
    if (!good) std::ofstream(file) << "new\n";  // as the kubelet renews a service account's token
    wire.answer(good ? 200 : 401, "{}");
    return true;
  });
  Access access = access_to(server);
  access.credentials = token_file_credential(file, {});
  auto transport = transport_to(access);
  EXPECT_EQ(transport->send(patch("/x"))->status, 200);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpRequests, AreNotRepeatedWithTheSameToken) {
  const ScriptedServer server(always(401, R"({"kind":"Status","code":401})"));
  EXPECT_EQ(transport_to(with_token(access_to(server), "wrong"))->send(get("/x"))->status, 401);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpRequests, LogIdsAndNeverSecrets) {
  const ScriptedServer server([](Wire& wire, const SeenRequest& request) {
    const bool first = request.target == "/api/v1/secrets/a";
    wire.answer(200, R"({"data":{"p":"aHVudGVyMg=="}})", {{first ? "Audit-ID" : "X-Request-Id", "id-4711"}});
    return true;
  });
  std::string log;
  HttpOptions options;
  options.log = [&log](Severity, std::string_view line) { log.append(line).append("\n"); };
  auto transport = transport_to(with_token(access_to(server), "t0p-secret"), options);
  Request change = patch("/api/v1/secrets/a");
  change.body = {{"data", {{"p", "aHVudGVyMg=="}}}};
  ASSERT_TRUE(transport->send(change));
  ASSERT_TRUE(transport->send(get("/api/v1/secrets/b")));
  EXPECT_TRUE(contains(log, "PATCH /api/v1/secrets/a: 200")) << log;
  EXPECT_TRUE(contains(log, "audit-id id-4711")) << log;
  EXPECT_TRUE(contains(log, "x-request-id id-4711")) << log;
  EXPECT_FALSE(contains(log, "aHVudGVyMg")) << log;
  EXPECT_FALSE(contains(log, "t0p-secret")) << log;
}

TEST(HttpRequests, PresentTheClientCertificate) {
  ServerOptions options = over_tls();
  options.client_authority = authority().pem();
  const ScriptedServer server(always(200, "{}"), options);
  Access access = access_to(server);
  const auto identity = authority().issue({.name = "system:admin"});
  Credential credential;
  credential.certificate = identity.certificate;
  credential.key = identity.key;
  access.credentials = fixed_credential(credential);
  ASSERT_TRUE(transport_to(access)->send(get("/x")));
  EXPECT_EQ(server.client_names(), std::vector<std::string>{"system:admin"});
}

TEST(HttpRequests, GoThroughTheProxyThatIsNamed) {
  const ScriptedServer server(always(200, R"({"via":"tunnel"})"), over_tls());
  const ScriptedServer proxy([&server](Wire& wire, const SeenRequest& request) {
    EXPECT_EQ(request.method, "CONNECT");
    EXPECT_EQ(request.header("authorization"), "");
    wire.write("HTTP/1.1 200 Connection established\r\n\r\n");
    wire.tunnel_to(server.port());
    return false;
  });
  Access access = with_token(access_to(server), "t0ken");
  access.proxy_url = "http://user:pass@127.0.0.1:" + std::to_string(proxy.port());
  const auto response = transport_to(access)->send(get("/x"));
  ASSERT_TRUE(response) << text_of(response.error());
  EXPECT_EQ(response->body["via"], "tunnel");
  EXPECT_TRUE(response->headers.contains("content-type"));
  ASSERT_EQ(proxy.requests().size(), 1U);
  EXPECT_EQ(proxy.requests()[0].target, "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(proxy.requests()[0].header("proxy-authorization"), basic("user", "pass"));
}

TEST(HttpRequests, VerifyTheNameThatTheKubeconfigGives) {
  const ScriptedServer server(always(200, "{}"), over_tls({.hosts = {"api.internal"}, .addresses = {}}));
  Access access = access_to(server);
  access.tls_server_name = "api.internal";
  const auto response = transport_to(access)->send(get("/x"));
  ASSERT_TRUE(response) << text_of(response.error());
  EXPECT_EQ(server.requests().at(0).header("host"), "127.0.0.1:" + std::to_string(server.port()));
}

TEST(HttpRequests, GoToAnUnverifiedServerOnlyWhenAsked) {
  const CertificateAuthority other;
  ServerOptions options;
  options.identity = other.issue({.hosts = {"elsewhere"}, .addresses = {}});
  const ScriptedServer server(always(200, "{}"), options);
  Access access = access_to(server);
  EXPECT_FALSE(transport_to(access)->send(get("/x")));
  access.certificate_authority.clear();
  access.skip_tls_verify = true;
  EXPECT_TRUE(transport_to(access)->send(get("/x")));
}

struct CheckCase {
  const char* name;
  int status;
  const char* version;
  const char* apis;
  const char* content_type;
  StatusCode code;
  const char* message;
};

TEST(ServerCheck, NamesWhatAnswers) {
  const char* const good = R"({"major":"1","gitVersion":"v1.11.0"})";
  const char* const openshift = R"({"kind":"APIGroupList","groups":[{"name":"apps.openshift.io"},{"name":"apps"}]})";
  const char* const plain = R"({"kind":"APIGroupList","groups":[{"name":"apps"}]})";
  const char* const status = R"({"kind":"Status","status":"Failure"})";
  const std::vector<CheckCase> cases = {
      {"openshift", 200, good, openshift, "application/json", StatusCode::kOk, ""},
      {"kubernetes", 200, good, plain, "application/json", StatusCode::kFailedPrecondition, "not OpenShift"},
      {"web page", 200, "<html>", "<html>", "text/html", StatusCode::kFailedPrecondition, "text/html"},
      {"other JSON", 200, "{}", "{}", "application/json", StatusCode::kFailedPrecondition, "/version"},
      {"not found", 404, "no", "no", "text/plain", StatusCode::kFailedPrecondition, "HTTP 404"},
      {"wrong token", 401, status, status, "application/json", StatusCode::kUnauthenticated, "credentials"},
      {"foreign 401", 401, "login", "login", "text/html", StatusCode::kFailedPrecondition, "HTTP 401"},
      {"forbidden", 403, status, status, "application/json", StatusCode::kPermissionDenied, "allow"},
      {"broken", 503, "upstream", "upstream", "text/plain", StatusCode::kUnavailable, "HTTP 503"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const ScriptedServer server([&one](Wire& wire, const SeenRequest& request) {
      wire.answer(one.status, request.target == "/version" ? one.version : one.apis, {}, one.content_type);
      return true;
    });
    auto transport = transport_to(access_to(server));
    const auto facts = check_server(*transport, {"apps.openshift.io"});
    ASSERT_EQ(facts ? StatusCode::kOk : facts.error().code, one.code) << (facts ? "" : text_of(facts.error()));
    if (facts) {
      EXPECT_EQ(facts->kubernetes_version, "v1.11.0");
      EXPECT_TRUE(facts->serves("apps"));
    } else {
      EXPECT_TRUE(contains(facts.error().summary, one.message)) << facts.error().summary;
      EXPECT_NE(facts.error().detail, "");
    }
  }
}

}  // namespace
}  // namespace upshift::cluster::http
