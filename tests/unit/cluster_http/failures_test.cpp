// Every way in which no answer comes, each with its own message, and whether the request was sent.
#include <netinet/in.h>

#include "http_fixture.hpp"

namespace upshift::cluster::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kTiny = milliseconds(20);
constexpr Duration kLong = seconds(60);

ScriptedServer::Script ok() {
  return [](Wire& wire, const SeenRequest&) {
    wire.answer(200, "{}");
    return true;
  };
}

// Sends a change, which must fail, and gives the error.
Error error_from(const Access& access, HttpOptions options = {}) {
  const auto response = transport_to(access, std::move(options))->send(patch("/api/v1/x"));
  if (response) {
    ADD_FAILURE() << "it was answered with " << response->status;
    return {};
  }
  EXPECT_TRUE(contains(response.error().summary, "PATCH /api/v1/x")) << response.error().summary;
  return response.error();
}

void expect(const Error& error, StatusCode code, std::string_view words, std::string_view fate) {
  EXPECT_EQ(error.code, code) << text_of(error);
  EXPECT_TRUE(contains(error.summary, words)) << text_of(error);
  EXPECT_TRUE(contains(error.detail, fate)) << text_of(error);
}

TEST(HttpFailures, NameThatCannotBeResolved) {
  Access access;
  access.server = "https://no-such-host.invalid:6443";
  expect(error_from(access), StatusCode::kUnavailable, "cannot be resolved", kNotSent);
}

TEST(HttpFailures, RefusedConnection) {
  Access access;
  access.server = "https://127.0.0.1:" + std::to_string(testing::unused_port());
  expect(error_from(access), StatusCode::kUnavailable, "refused", kNotSent);
}

struct TrustCase {
  const char* name;
  testing::IdentityOptions identity;
  bool other_authority;
  const char* words;
};

TEST(HttpFailures, CertificatesThatProveNothing) {
  const CertificateAuthority stranger("stranger");
  const std::vector<TrustCase> cases = {
      {"other authority", {}, true, "authority that is not trusted"},
      {"expired", {.valid_from = std::chrono::hours(-48), .valid_until = std::chrono::hours(-24)}, false, "expired"},
      {"not yet valid",
       {.valid_from = std::chrono::hours(24), .valid_until = std::chrono::hours(48)},
       false,
       "not valid yet"},
      {"other address", {.hosts = {"api.example"}, .addresses = {"192.0.2.1"}}, false, "not for '127.0.0.1'"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    ServerOptions options;
    options.identity = (one.other_authority ? stranger : authority()).issue(one.identity);
    const ScriptedServer server(ok(), options);
    expect(error_from(access_to(server)), StatusCode::kUnauthenticated, one.words, kNotSent);
    EXPECT_TRUE(server.requests().empty());
  }
}

TEST(HttpFailures, NameFromTheKubeconfigThatIsNotInTheCertificate) {
  const ScriptedServer server(ok(), over_tls());
  Access access = access_to(server);
  access.tls_server_name = "api.elsewhere";
  expect(error_from(access), StatusCode::kUnauthenticated, "not for 'api.elsewhere'", kNotSent);
}

TEST(HttpFailures, ServerWithoutTls) {
  ServerOptions options;
  options.greeting = "HTTP/1.1 400 Bad Request\r\n\r\n";
  const ScriptedServer server(ok(), options);
  Access access = access_to(server);
  access.server = "https://127.0.0.1:" + std::to_string(server.port());
  expect(error_from(access), StatusCode::kUnavailable, "TLS handshake failed", kNotSent);
}

TEST(HttpFailures, ClientCertificateOrAuthorityThatIsNone) {
  const ScriptedServer server(ok(), over_tls());
  Access access = access_to(server);
  Credential credential;
  credential.certificate = authority().issue().certificate;
  credential.key = authority().issue().key;  // of another certificate
  access.credentials = fixed_credential(credential);
  expect(error_from(access), StatusCode::kInvalidArgument, "client certificate or its key", kNotSent);
  access = access_to(server);
  access.certificate_authority = "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n";
  const Error error = error_from(access);
  EXPECT_TRUE(contains(error.summary, "authority")) << text_of(error);
  EXPECT_TRUE(contains(error.detail, kNotSent)) << text_of(error);
}

TEST(HttpFailures, EncryptedClientKeyIsRefusedWithoutAQuestion) {
  const ScriptedServer server(ok(), over_tls());
  Access access = access_to(server);
  Credential credential;
  credential.certificate = authority().issue().certificate;
  credential.key =
      "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,"
      "0123456789ABCDEF0123456789ABCDEF\n\nAAAAAAAAAAAAAAAAAAAAAA==\n-----END EC PRIVATE KEY-----\n";
  access.credentials = fixed_credential(credential);
  expect(error_from(access), StatusCode::kInvalidArgument, "client certificate or its key", kNotSent);
}

TEST(HttpFailures, ProxyThatCannotBeReachedOrRefuses) {
  const ScriptedServer server(ok(), over_tls());
  Access access = access_to(server);
  access.proxy_url = "http://127.0.0.1:" + std::to_string(testing::unused_port());
  expect(error_from(access), StatusCode::kUnavailable, "proxy gave no connection", kNotSent);
  access.proxy_url = "http://no-such-proxy.invalid:3128";
  expect(error_from(access), StatusCode::kUnavailable, "proxy's name cannot be resolved", kNotSent);
  const ScriptedServer proxy([](Wire& wire, const SeenRequest&) {
    wire.answer(407, "who are you?", {}, "text/plain");
    return false;
  });
  access.proxy_url = "http://secret-user:secret-word@127.0.0.1:" + std::to_string(proxy.port());
  const Error error = error_from(access);
  expect(error, StatusCode::kUnavailable, "it answered 407", kNotSent);
  EXPECT_FALSE(contains(text_of(error), "secret-")) << text_of(error);
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpFailures, NoTlsHandshakeInTime) {
  ServerOptions options;
  options.silent = true;
  const ScriptedServer server(ok(), options);
  Access access = access_to(server);
  access.server = "https://127.0.0.1:" + std::to_string(server.port());
  expect(error_from(access, with_timeouts(kTiny, kLong, kLong, kLong)), StatusCode::kUnavailable,
         "TLS handshake did not end within 20 ms", kNotSent);
}

TEST(HttpFailures, NoFirstByteInTime) {
  const ScriptedServer server([](Wire& wire, const SeenRequest&) {
    wire.await_close();
    return false;
  });
  expect(error_from(access_to(server), with_timeouts(kLong, kTiny, kLong, kLong)), StatusCode::kUnavailable,
         "no answer came in time", kMayHaveActed);
}

TEST(HttpFailures, SilenceInTheMiddleOfAnAnswer) {
  const ScriptedServer server([](Wire& wire, const SeenRequest&) {
    wire.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"half\":");
    wire.await_close();
    return false;
  });
  expect(error_from(access_to(server), with_timeouts(kLong, kLong, kTiny, kLong)), StatusCode::kUnavailable,
         "stopped in the middle", kMayHaveActed);
}

struct CutCase {
  const char* name;
  const char* sent;
  bool reset;
  const char* words;
};

TEST(HttpFailures, CutsAfterTheRequestWasSent) {
  const std::vector<CutCase> cases = {
      {"closed at once", "", false, "lost before an answer"},
      {"reset at once", "", true, "lost before an answer"},
      {"in the body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":", false, "cut off"},
      {"reset in the body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":", true, "cut off"},
      {"in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"half\":", false, "cut off"},
      {"JSON that ends early", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"half\":", false,
       "not the JSON that it claims"},
      {"not HTTP", "220 mail.example ESMTP\r\n", false, "cannot be read"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const ScriptedServer server([&one](Wire& wire, const SeenRequest&) {
      wire.write(one.sent);
      if (one.reset) wire.reset();
      return false;
    });
    expect(error_from(access_to(server)), StatusCode::kUnavailable, one.words, kMayHaveActed);
    EXPECT_EQ(server.requests().size(), 1U);
  }
}

// libcurl by itself would send again on a new connection when a kept one is closed without an answer.
TEST(HttpFailures, ChangeOnAKeptConnectionIsNeverSentTwice) {
  for (const char* method : {"PATCH", "POST", "PUT", "DELETE"}) {
    for (const bool has_body : {true, false}) {
      SCOPED_TRACE(std::string(method) + (has_body ? " with a body" : ""));
      const ScriptedServer server(
          [](Wire& wire, const SeenRequest& request) {
            if (request.target == "/change") return false;
            wire.answer(200, "{}");
            return true;
          },
          over_tls());
      auto transport = transport_to(access_to(server));
      ASSERT_TRUE(transport->send(get("/first")));
      const auto answer = transport->send({method, "/change", {}, "", has_body ? Json({{"a", 1}}) : Json(nullptr)});
      ASSERT_FALSE(answer);
      expect(answer.error(), StatusCode::kUnavailable, "lost before an answer", kMayHaveActed);
      EXPECT_EQ(server.requests().size(), 2U);
    }
  }
}

TEST(HttpFailures, ReadOnAKeptConnectionIsSentAgain) {
  std::atomic<bool> cut = true;
  const ScriptedServer server([&cut](Wire& wire, const SeenRequest& request) {
    if (request.target == "/read" && cut.exchange(false)) return false;
    wire.answer(200, "{}");
    return true;
  });
  auto transport = transport_to(access_to(server));
  ASSERT_TRUE(transport->send(get("/first")));
  EXPECT_TRUE(transport->send(get("/read")));
  EXPECT_EQ(server.connections(), 2);
}

TEST(HttpFailures, AnswerThatIsTooLarge) {
  const ScriptedServer server([](Wire& wire, const SeenRequest&) {
    wire.answer(200, std::string(4096, 'x'));
    return false;
  });
  HttpOptions options;
  options.largest_body = 1000;
  expect(error_from(access_to(server), options), StatusCode::kResourceExhausted, "too large", kMayHaveActed);
}

TEST(HttpFailures, OneOfSeveralLeavesTheOthersAlone) {
  const ScriptedServer server([](Wire& wire, const SeenRequest& request) {
    if (request.target == "/bad") return false;
    wire.answer(200, "{}");
    return true;
  });
  const std::vector<Request> requests = {get("/a"), patch("/bad"), get("/b")};
  const auto answers = transport_to(access_to(server))->send_all(requests);
  EXPECT_TRUE(answers[0]);
  EXPECT_FALSE(answers[1]);
  EXPECT_TRUE(answers[2]);
}

TEST(HttpFailures, CredentialThatCannotBeHadSendsNothing) {
  const ScriptedServer server(ok());
  Access access = access_to(server);
  access.credentials = token_file_credential("/nonexistent/token", {});
  const auto answer = transport_to(access)->send(get("/x"));
  ASSERT_FALSE(answer);
  EXPECT_TRUE(contains(answer.error().summary, "was not sent")) << text_of(answer.error());
  EXPECT_TRUE(contains(answer.error().summary, "/nonexistent/token")) << text_of(answer.error());
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpFailures, AddressesThatAreNoneAreRefusedWithoutRepeatingThem) {
  for (const char* url : {"https://", "ftp://host", "https://host:notaport", "https://host:0", "https://user:pw@host",
                          "https://ho st", "https://host/a?b"}) {
    Access access;
    access.server = url;
    const auto transport = HttpTransport::create(access);
    ASSERT_FALSE(transport) << url;
    EXPECT_EQ(transport.error().code, StatusCode::kInvalidArgument);
    EXPECT_FALSE(contains(text_of(transport.error()), "pw"));
  }
}

}  // namespace
}  // namespace upshift::cluster::http
