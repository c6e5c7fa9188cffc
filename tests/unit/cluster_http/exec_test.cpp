#include <algorithm>
#include <future>

#include "cluster/exec_input.hpp"
#include "cluster/http/exec_frames.hpp"
#include "http_fixture.hpp"
#include "support/process.hpp"
#include "support/websocket_peer.hpp"

namespace upshift::cluster::http {
namespace {

using testing::WebSocketPeer;

constexpr std::string_view kSuccess = R"({"metadata":{},"status":"Success"})";

std::string ended_with(int code) {
  return fmt::format(
      R"({{"metadata":{{}},"status":"Failure","reason":"NonZeroExitCode","message":"no","details":{{"causes":[)"
      R"({{"reason":"ExitCode","message":"{}"}}]}}}})",
      code);
}

ExecRequest request_of(std::vector<std::string> command, std::string input = {}) {
  return {"3scale", "system-app-1-x", "system-master", std::move(command), std::move(input)};
}

TEST(ExecFrames, TellStreamsAndStatusesApart) {
  struct Case {
    const char* name;
    std::string status;
    bool ok;
    int code;
  };
  const std::vector<Case> cases = {
      {"success", std::string(kSuccess), true, 0},
      {"status 1", ended_with(1), true, 1},
      {"status 137", ended_with(137), true, 137},
      {"failure without a code", R"({"status":"Failure","message":"no such program","reason":"InternalError"})", false,
       0},
      {"a code that is no number", R"({"status":"Failure","details":{"causes":[{"reason":"ExitCode","message":"x"}]}})",
       false, 0},
      {"not JSON", "gone", false, 0},
      {"not an object", "[]", false, 0},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    ExecFrames frames;
    ASSERT_TRUE(frames.take(std::string("\x01", 1)));
    ASSERT_TRUE(frames.take("\x01out"));
    ASSERT_TRUE(
        frames.take("\x02"
                    "err"));
    ASSERT_TRUE(frames.take("\x01put"));
    ASSERT_TRUE(frames.take(""));
    EXPECT_FALSE(frames.ended());
    const auto taken = frames.take("\x03" + one.status);
    EXPECT_EQ(static_cast<bool>(taken), one.ok);
    if (!one.ok) continue;
    EXPECT_TRUE(frames.ended());
    const ExecResult result = frames.take_result();
    EXPECT_EQ(result.exit_code, one.code);
    EXPECT_EQ(result.standard_output, "output");
    EXPECT_EQ(result.standard_error, "err");
  }
  EXPECT_FALSE(ExecFrames().take("\x09what"));
}

// The wrapped command is run here by this machine's own shell, with input that goes on after what was counted.
TEST(ExecInput, EndsTheInputWhereItsCountEnds) {
  const auto wrapped = with_counted_input({"sh", "-c", "cat; echo \"$1\"; exit 7", "x", "a b'c"}, 5);
  const auto result =
      testing::run_process(wrapped, {.standard_input = "12345 and more", .directory = "", .environment = {}});
  EXPECT_EQ(result.standard_output, "12345a b'c\n");
  EXPECT_EQ(result.exit_status, 7);
}

TEST(ExecInput, ReadsBackWhatItWrote) {
  const std::vector<std::string> command = {"psql", "-f", "-"};
  const auto counted = counted_input(with_counted_input(command, 1234));
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted->bytes, 1234U);
  EXPECT_EQ(counted->command, command);
  auto wrapped = with_counted_input(command, 1234);
  wrapped[4] = "many";
  EXPECT_FALSE(counted_input(wrapped));
  EXPECT_FALSE(counted_input(command));
  EXPECT_FALSE(counted_input({"sh", "-c", "true", "upshift-input", "5", "x"}));
  EXPECT_FALSE(counted_input({}));
}

TEST(PodExec, SendsCommandAndCredentialsAndTakesBothStreams) {
  for (const bool tls : {true, false}) {
    SCOPED_TRACE(tls);
    const ScriptedServer server(
        [](Wire& wire, const SeenRequest& request) {
          WebSocketPeer peer(wire, request);
          peer.send(1, "");
          peer.send(1, "one ");
          peer.send(2, "oops");
          peer.send(1, "two");
          peer.send(3, ended_with(3));
          peer.send_close();
          return false;
        },
        tls ? over_tls() : ServerOptions{});
    auto transport = transport_to(with_token(access_to(server), "t0ken"));
    const auto result = transport->exec(request_of({"bundle", "exec", "rake a[b]", "--x=1&2"}));
    ASSERT_TRUE(result) << text_of(result.error());
    EXPECT_EQ(result->exit_code, 3);
    EXPECT_EQ(result->standard_output, "one two");
    EXPECT_EQ(result->standard_error, "oops");
    const auto seen = server.requests().at(0);
    EXPECT_EQ(seen.target,
              "/api/v1/namespaces/3scale/pods/system-app-1-x/exec?command=bundle&command=exec&command=rake%20a%5Bb%5D"
              "&command=--x%3D1%262&container=system-master&stdin=0&stdout=1&stderr=1&tty=0");
    EXPECT_EQ(seen.header("authorization"), "Bearer t0ken");
    EXPECT_EQ(seen.header("sec-websocket-protocol"), "v4.channel.k8s.io");
    EXPECT_EQ(seen.header("upgrade"), "websocket");
  }
}

// The server goes on only when the first piece has been handed out.
TEST(PodExec, HandsOutPiecesWhileTheCommandRuns) {
  std::promise<void> first_seen;
  const ScriptedServer server([&first_seen](Wire& wire, const SeenRequest& request) {
    WebSocketPeer peer(wire, request);
    peer.send(1, "migrating\n");
    first_seen.get_future().wait();
    peer.send(1, "");
    peer.send(2, "warning\n");
    peer.send(3, ended_with(1));
    return false;
  });
  auto request = request_of({"rake"});
  std::vector<std::pair<ExecStream, std::string>> pieces;
  request.output = [&](ExecStream stream, std::string_view piece) {
    if (pieces.empty()) first_seen.set_value();
    pieces.emplace_back(stream, piece);
  };
  const auto result = transport_to(access_to(server))->exec(request);
  ASSERT_TRUE(result) << text_of(result.error());
  EXPECT_EQ(result->standard_output, "migrating\n");
  EXPECT_EQ(result->standard_error, "warning\n");
  EXPECT_EQ(pieces, (std::vector<std::pair<ExecStream, std::string>>{{ExecStream::kStandardOutput, "migrating\n"},
                                                                     {ExecStream::kStandardError, "warning\n"}}));
}

TEST(PodExec, HandsOutWhatCameOfACommandWhoseEndIsLost) {
  const ScriptedServer server([](Wire& wire, const SeenRequest& request) {
    WebSocketPeer(wire, request).send(1, "half");
    return false;
  });
  auto request = request_of({"rake"});
  std::string seen;
  request.output = [&seen](ExecStream, std::string_view piece) { seen += piece; };
  EXPECT_FALSE(transport_to(access_to(server))->exec(request));
  EXPECT_EQ(seen, "half");
}

TEST(PodExec, SendsInputWhileOutputComes) {
  const std::string input(300'000, 'i');
  const std::string output(200'000, 'o');
  const ScriptedServer server(
      [&](Wire& wire, const SeenRequest& request) {
        WebSocketPeer peer(wire, request);
        peer.send(1, output);  // before any input is read
        std::string got;
        while (got.size() < input.size()) {
          const auto frame = peer.receive();
          if (!frame || frame->empty() || frame->front() != 0) return false;
          got += frame->substr(1);
        }
        const auto last = peer.receive();
        EXPECT_TRUE(last && *last == std::string(1, '\0'));
        peer.send(2, got == input ? "same" : "different");
        peer.send(3, kSuccess);
        return false;
      },
      over_tls());
  auto transport = transport_to(access_to(server));
  const auto result = transport->exec(request_of({"psql"}, input));
  ASSERT_TRUE(result) << text_of(result.error());
  EXPECT_EQ(result->standard_output, output);
  EXPECT_EQ(result->standard_error, "same");
  const auto target = server.requests().at(0).target;
  EXPECT_TRUE(contains(target, "&command=300000&command=psql&")) << target;
  EXPECT_TRUE(contains(target, "stdin=1")) << target;
}

struct RefusalCase {
  int status;
  const char* body;
  StatusCode code;
};

TEST(PodExec, RefusalsMeanThatNothingRan) {
  const std::vector<RefusalCase> cases = {
      {404, R"({"kind":"Status","message":"pods \"x\" not found","code":404})", StatusCode::kNotFound},
      {400, R"({"kind":"Status","message":"container c is not valid for pod x","code":400})", StatusCode::kNotFound},
      {500, R"({"kind":"Status","message":"unable to upgrade connection: container not found: c","code":500})",
       StatusCode::kNotFound},
      {400, R"({"kind":"Status","message":"bad","code":400})", StatusCode::kInvalidArgument},
      {403, R"({"kind":"Status","message":"pods \"x\" is forbidden","code":403})", StatusCode::kPermissionDenied},
      {401, R"({"kind":"Status","message":"Unauthorized","code":401})", StatusCode::kUnauthenticated},
      {503, "upstream connect error", StatusCode::kUnavailable},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.body);
    const ScriptedServer server([&one](Wire& wire, const SeenRequest&) {
      wire.answer(one.status, one.body);
      return true;
    });
    const auto result = transport_to(access_to(server))->exec(request_of({"true"}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, one.code) << text_of(result.error());
    EXPECT_TRUE(contains(result.error().detail, "did not run"));
    EXPECT_TRUE(result.error().not_acted_on);
    EXPECT_EQ(server.requests().size(), 1U);
  }
}

TEST(PodExec, IsTriedAgainWithANewCredential) {
  class Renewable final : public CredentialSource {
   public:
    Result<Credential> current() override {
      Credential credential;
      credential.authorization = bearer(renewed_ ? "new" : "old");
      return credential;
    }
    bool renew() override { return renewed_ = true; }

   private:
    bool renewed_ = false;
  };
  const ScriptedServer server([](Wire& wire, const SeenRequest& request) {
    if (request.header("authorization") != "Bearer new") {
      wire.answer(401, R"({"kind":"Status","code":401})");
      return true;
    }
    WebSocketPeer peer(wire, request);
    peer.send(3, kSuccess);
    return false;
  });
  Access access = access_to(server);
  access.credentials = std::make_shared<Renewable>();
  EXPECT_TRUE(transport_to(access)->exec(request_of({"true"})));
  EXPECT_EQ(server.requests().size(), 2U);
}

Error exec_error(const Access& access, HttpOptions options = {}) {
  const auto result = transport_to(access, std::move(options))->exec(request_of({"secret-word"}));
  if (result) {
    ADD_FAILURE() << "it ran";
    return {};
  }
  EXPECT_FALSE(contains(text_of(result.error()), "secret-word"));
  return result.error();
}

void expect(const Error& error, StatusCode code, std::string_view words, std::string_view fate) {
  EXPECT_EQ(error.code, code) << text_of(error);
  EXPECT_TRUE(contains(error.summary, words)) << text_of(error);
  EXPECT_TRUE(contains(error.detail, fate)) << text_of(error);
  EXPECT_EQ(error.not_acted_on, fate == kNotSent) << text_of(error);
}

TEST(PodExec, LostSessionsMayHaveRun) {
  struct Case {
    const char* name;
    std::function<void(Wire&, const SeenRequest&)> script;
    const char* words;
  };
  const std::vector<Case> cases = {
      {"no answer", [](Wire&, const SeenRequest&) {}, "lost before an answer"},
      {"closed without a status",
       [](Wire& wire, const SeenRequest& request) {
         WebSocketPeer peer(wire, request);
         peer.send(1, "half");
         peer.send_close();
         peer.receive();
       },
       "without the command's status"},
      {"cut", [](Wire& wire, const SeenRequest& request) { WebSocketPeer(wire, request).send(1, "half"); }, "cut off"},
      {"a proxy that waited in vain",
       [](Wire& wire, const SeenRequest&) { wire.answer(504, "<html>Gateway Timeout</html>", {}, "text/html"); },
       "HTTP 504"},
      {"not HTTP", [](Wire& wire, const SeenRequest&) { wire.write("SSH-2.0-x\r\n\r\n"); }, "lost before an answer"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const ScriptedServer server([&one](Wire& wire, const SeenRequest& request) {
      one.script(wire, request);
      return false;
    });
    const Error error = exec_error(access_to(server));
    EXPECT_EQ(error.code, StatusCode::kUnavailable) << text_of(error);
    EXPECT_TRUE(contains(error.summary, one.words)) << text_of(error);
    EXPECT_TRUE(contains(error.detail, "It may have ")) << text_of(error);
    EXPECT_FALSE(error.not_acted_on) << text_of(error);
  }
}

TEST(PodExec, SilenceEndsInTime) {
  const Duration tiny = std::chrono::milliseconds(30);
  const Duration enough = std::chrono::seconds(60);
  const ScriptedServer mute([](Wire& wire, const SeenRequest&) {
    wire.await_close();
    return false;
  });
  expect(exec_error(access_to(mute), with_timeouts(enough, tiny, enough, enough)), StatusCode::kUnavailable,
         "no answer came in time", kMayHaveActed);
  const ScriptedServer stuck([](Wire& wire, const SeenRequest& request) {
    WebSocketPeer(wire, request).send(1, "half");
    wire.await_close();  // answers no ping
    return false;
  });
  expect(exec_error(access_to(stuck), with_timeouts(enough, enough, tiny, enough)), StatusCode::kUnavailable,
         "no sign of life for 30 ms", kMayHaveActed);
  ServerOptions options;
  options.silent = true;
  const ScriptedServer silent({}, options);
  Access access = access_to(silent);
  access.server = "https://127.0.0.1:" + std::to_string(silent.port());
  expect(exec_error(access, with_timeouts(tiny, enough, enough, enough)), StatusCode::kUnavailable,
         "TLS handshake did not end", kNotSent);
}

TEST(PodExec, WhatFailsBeforeTheRequestWasNotSent) {
  const auto script = [](Wire&, const SeenRequest&) { return false; };
  const ScriptedServer server(script, over_tls({.hosts = {"api.example"}, .addresses = {}}));
  expect(exec_error(access_to(server)), StatusCode::kUnauthenticated, "not for '127.0.0.1'", kNotSent);
  const CertificateAuthority stranger;
  Access access = access_to(server);
  access.certificate_authority = stranger.pem();
  expect(exec_error(access), StatusCode::kUnauthenticated, "not trusted", kNotSent);
  const ScriptedServer expired(
      script, over_tls({.valid_from = std::chrono::hours(-48), .valid_until = std::chrono::hours(-24)}));
  expect(exec_error(access_to(expired)), StatusCode::kUnauthenticated, "expired", kNotSent);
  access.server = "https://127.0.0.1:" + std::to_string(testing::unused_port());
  expect(exec_error(access), StatusCode::kUnavailable, "refused", kNotSent);
  access.server = "https://no-such-host.invalid";
  expect(exec_error(access), StatusCode::kUnavailable, "cannot be resolved", kNotSent);
  access.certificate_authority = "-----BEGIN CERTIFICATE-----\nbm90\n-----END CERTIFICATE-----\n";
  expect(exec_error(access), StatusCode::kInvalidArgument, "authority", kNotSent);
  access = access_to(server);
  Credential credential;
  credential.certificate = authority().issue().certificate;
  credential.key = authority().issue().key;
  access.credentials = fixed_credential(credential);
  expect(exec_error(access), StatusCode::kInvalidArgument, "client certificate", kNotSent);
  EXPECT_TRUE(server.requests().empty());
}

TEST(PodExec, GoesThroughTheProxyWithNameAndClientCertificate) {
  ServerOptions options = over_tls({.hosts = {"api.internal"}, .addresses = {}});
  options.client_authority = authority().pem();
  const ScriptedServer server(
      [](Wire& wire, const SeenRequest& request) {
        WebSocketPeer peer(wire, request);
        peer.send(3, kSuccess);
        return false;
      },
      options);
  const ScriptedServer proxy([&server](Wire& wire, const SeenRequest& request) {
    if (request.header("proxy-authorization") != basic("us er", "pass")) {
      wire.answer(407, "");
      return false;
    }
    wire.write("HTTP/1.1 200 Connection established\r\n\r\n");
    wire.tunnel_to(server.port());
    return false;
  });
  Access access = access_to(server);
  access.tls_server_name = "api.internal";
  const auto identity = authority().issue({.name = "upgrader"});
  Credential credential;
  credential.certificate = identity.certificate;
  credential.key = identity.key;
  access.credentials = fixed_credential(credential);
  const auto at_proxy = "@127.0.0.1:" + std::to_string(proxy.port());
  access.proxy_url = "http://us%20er:pass" + at_proxy;
  const auto result = transport_to(access)->exec(request_of({"true"}));
  ASSERT_TRUE(result) << text_of(result.error());
  EXPECT_EQ(server.client_names(), std::vector<std::string>{"upgrader"});
  access.proxy_url = "http://wrong:word" + at_proxy;
  expect(exec_error(access), StatusCode::kUnavailable, "it answered 407", kNotSent);
  access.proxy_url = "socks5://127.0.0.1:1080";
  EXPECT_EQ(exec_error(access).code, StatusCode::kUnimplemented);
}

TEST(PodExec, RefusesAServerThatSpeaksAnotherProtocol) {
  const ScriptedServer server([](Wire& wire, const SeenRequest& request) {
    WebSocketPeer peer(wire, request, "");
    peer.receive();
    return false;
  });
  EXPECT_EQ(exec_error(access_to(server)).code, StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace upshift::cluster::http
