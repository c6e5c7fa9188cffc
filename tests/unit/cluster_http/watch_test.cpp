#include <atomic>
#include <future>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cluster/client.hpp"
#include "cluster/http/watch_stream.hpp"
#include "http_fixture.hpp"

namespace upshift::cluster::http {
namespace {

using Type = WatchEvent::Type;

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunk(const std::string& text) {
  return fmt::format("{:x}\r\n{}\r\n", text.size(), text);
}

std::string line(const std::string& type, const std::string& name) {
  return R"({"type":")" + type + R"(","object":{"metadata":{"name":")" + name + "\"}}}\n";
}

std::string name_of(const WatchEvent& event) {
  return string_at(event.object, "/metadata/name");
}

// Lets events come until `count` are there.
void wait_for(HttpTransport& transport, const std::vector<WatchEvent>& events, std::size_t count) {
  const TimePoint until = some_time();
  while (events.size() < count && transport.clock().now() < until) transport.wait(until);
  ASSERT_GE(events.size(), count);
}

WatchHandler into(std::vector<WatchEvent>& events) {
  return [&events](const WatchEvent& event) { events.push_back(event); };
}

TEST(WatchStream, SplitsLinesWhereverThePiecesAreCut) {
  const std::string body =
      line("ADDED", "ä") + "\r\n" + line("MODIFIED", "b") + line("BOOKMARK", "") + line("DELETED", "c");
  for (std::size_t size = 1; size <= body.size(); ++size) {
    WatchStream stream;
    std::vector<WatchEvent> events;
    for (std::size_t at = 0; at < body.size(); at += size) {
      ASSERT_TRUE(stream.feed(std::string_view(body).substr(at, size),
                              [&](WatchEvent event) { events.push_back(std::move(event)); }));
    }
    ASSERT_EQ(events.size(), 4U) << size;
    EXPECT_EQ(events[0].type, Type::kAdded);
    EXPECT_EQ(name_of(events[0]), "ä");
    EXPECT_EQ(events[1].type, Type::kModified);
    EXPECT_EQ(events[2].type, Type::kBookmark);
    EXPECT_EQ(events[3].type, Type::kDeleted);
  }
}

TEST(WatchStream, RefusesWhatIsNoEventWithoutQuotingIt) {
  for (const char* bad :
       {"secret-word\n", "[]\n", "{\"type\":\"SECRET-WORD\",\"object\":{}}\n", "{\"type\":\"ADDED\"}\n",
        "{\"type\":\"ADDED\",\"object\":7}\n", "{\"type\":1,\"object\":{}}\n"}) {
    WatchStream stream;
    EXPECT_FALSE(stream.feed(bad, [](const WatchEvent&) { ADD_FAILURE(); })) << bad;
    EXPECT_NE(stream.problem(), "");
    EXPECT_FALSE(contains(stream.problem(), "SECRET") || contains(stream.problem(), "secret"));
  }
}

TEST(HttpWatches, AskForBookmarksAndAnEndAndGoOnWhereTheListEnded) {
  const ScriptedServer server([](Wire& wire, const SeenRequest&) {
    wire.write(std::string(kHead) + chunk(line("BOOKMARK", "")));
    wire.await_close();
    return false;
  });
  auto transport = transport_to(access_to(server));
  std::vector<WatchEvent> events;
  Request request = get("/api/v1/pods");
  request.query.emplace_back("resourceVersion", "42");
  ASSERT_TRUE(transport->start_watch(request, into(events)));
  wait_for(*transport, events, 1);
  EXPECT_EQ(events[0].type, Type::kBookmark);
  EXPECT_EQ(server.requests().at(0).target,
            "/api/v1/pods?resourceVersion=42&watch=true&allowWatchBookmarks=true&timeoutSeconds=300");
}

TEST(HttpWatches, DeliverEventsOnlyInsideWaitAndInOrder) {
  std::promise<void> answered;
  const ScriptedServer server([&answered](Wire& wire, const SeenRequest& request) {
    if (request.target == "/get") {
      wire.answer(200, "{}");
      return true;
    }
    wire.write(std::string(kHead) + chunk(line("ADDED", "a")) + chunk(line("MODIFIED", "b") + line("DELETED", "c")));
    answered.set_value();
    wire.await_close();
    return false;
  });
  auto transport = transport_to(access_to(server));
  std::vector<WatchEvent> events;
  ASSERT_TRUE(transport->start_watch(get("/w"), into(events)));
  ASSERT_TRUE(transport->send(get("/get")));  // carries the watch on too
  answered.get_future().wait();
  ASSERT_TRUE(transport->send(get("/get")));
  EXPECT_TRUE(events.empty());
  wait_for(*transport, events, 3);
  EXPECT_EQ(name_of(events[0]), "a");
  EXPECT_EQ(name_of(events[1]), "b");
  EXPECT_EQ(name_of(events[2]), "c");
}

struct EndCase {
  const char* name;
  std::string body;
  int events;  // before the last
  int code;
  const char* reason;
  const char* words;
};

TEST(HttpWatches, EndWithExactlyOneErrorEvent) {
  const std::string expired = R"({"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"})";
  const std::string head(kHead);
  const auto whole = [](int status, const std::string& body) {
    return fmt::format("HTTP/1.1 {} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", status,
                       body.size(), body);
  };
  const std::vector<EndCase> cases = {
      {"orderly", head + chunk(line("ADDED", "a")) + "0\r\n\r\n", 1, 0, "StreamEnded", "ended"},
      {"cut", head + chunk(line("ADDED", "a")), 1, 0, "ConnectionLost", "cut off"},
      {"cut in a line", head + chunk(line("ADDED", "a") + "{\"type\":"), 1, 0, "ConnectionLost", "cut off"},
      {"before an answer", "", 0, 0, "ConnectionLost", "lost before an answer"},
      {"expired in the stream", head + chunk(R"({"type":"ERROR","object":)" + expired + "}\n" + line("ADDED", "late")),
       0, 410, "Expired", "too old"},
      {"expired at once", whole(410, expired), 0, 410, "Expired", "too old"},
      {"forbidden", whole(403, R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no"})"), 0, 403,
       "Forbidden", "no"},
      {"foreign refusal", whole(502, R"({"error":"x"})"), 0, 502, "Refused", "HTTP 502"},
      {"not an event", head + chunk(line("ADDED", "a") + "<html>\n"), 1, 0, "ConnectionLost", "not an event"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const ScriptedServer server([&one](Wire& wire, const SeenRequest&) {
      wire.write(one.body);
      return false;
    });
    auto transport = transport_to(access_to(server));
    std::vector<WatchEvent> events;
    ASSERT_TRUE(transport->start_watch(get("/w"), into(events)));
    wait_for(*transport, events, static_cast<std::size_t>(one.events) + 1);
    transport->wait(transport->clock().now());  // nothing more may come
    ASSERT_EQ(events.size(), static_cast<std::size_t>(one.events) + 1);
    EXPECT_EQ(events.back().type, Type::kError);
    EXPECT_EQ(string_at(events.back().object, "/kind"), "Status");
    EXPECT_EQ(int_at(events.back().object, "/code"), one.code);
    EXPECT_EQ(string_at(events.back().object, "/reason"), one.reason);
    EXPECT_TRUE(contains(string_at(events.back().object, "/message"), one.words)) << events.back().object.tree();
  }
}

TEST(HttpWatches, AreTakenForDeadWhenSilentForTooLong) {
  const ScriptedServer server([](Wire& wire, const SeenRequest&) {
    wire.write(kHead);
    wire.await_close();
    return false;
  });
  const Duration tiny = std::chrono::milliseconds(10);
  auto transport =
      transport_to(access_to(server), with_timeouts(std::chrono::seconds(60), std::chrono::seconds(60), tiny, tiny));
  std::vector<WatchEvent> events;
  ASSERT_TRUE(transport->start_watch(get("/w"), into(events)));
  wait_for(*transport, events, 1);
  EXPECT_EQ(string_at(events[0].object, "/reason"), "ConnectionLost");
  EXPECT_TRUE(contains(string_at(events[0].object, "/message"), "silent for 20 ms")) << events[0].object.tree();
}

TEST(HttpWatches, SayNothingAfterTheyWereStopped) {
  const ScriptedServer server([](Wire& wire, const SeenRequest& request) {
    wire.write(std::string(kHead) + chunk(line("ADDED", request.target.substr(1, 1)) + line("ADDED", "again")));
    wire.await_close();
    return false;
  });
  auto transport = transport_to(access_to(server));
  std::vector<WatchEvent> first;
  std::vector<WatchEvent> second;
  WatchId id = 0;
  // The first event stops its own watch from inside the handler, although another has already arrived.
  const auto started = transport->start_watch(get("/a"), [&](const WatchEvent& event) {
    first.push_back(event);
    transport->stop_watch(id);
  });
  ASSERT_TRUE(started);
  id = *started;
  wait_for(*transport, first, 1);
  ASSERT_TRUE(transport->start_watch(get("/b"), into(second)));
  wait_for(*transport, second, 2);
  EXPECT_EQ(first.size(), 1U);
}

TEST(HttpWatches, MayBeStartedAndRequestsSentFromAHandler) {
  const ScriptedServer server([](Wire& wire, const SeenRequest& request) {
    if (request.target == "/get") {
      wire.answer(200, "{}");
      return true;
    }
    wire.write(std::string(kHead) + chunk(line("ADDED", request.target.substr(1, 1))) + "0\r\n\r\n");
    return true;
  });
  auto transport = transport_to(access_to(server));
  std::vector<WatchEvent> outer;
  std::vector<WatchEvent> inner;
  ASSERT_TRUE(transport->start_watch(get("/a"), [&](const WatchEvent& event) {
    outer.push_back(event);
    if (event.type == Type::kError) return;
    EXPECT_TRUE(transport->send(get("/get")));
    EXPECT_TRUE(transport->start_watch(get("/b"), into(inner)));
  }));
  wait_for(*transport, outer, 2);
  wait_for(*transport, inner, 2);
  EXPECT_EQ(name_of(inner[0]), "b");
  EXPECT_EQ(inner[1].type, Type::kError);
}

TEST(HttpWatches, ManyGoOnAtTheSameTime) {
  constexpr std::size_t kWatches = 30;
  const ScriptedServer server(
      [](Wire& wire, const SeenRequest&) {
        wire.write(std::string(kHead) + chunk(line("ADDED", "x")));
        wire.await_close();
        return false;
      },
      over_tls());
  auto transport = transport_to(access_to(server));
  std::vector<WatchEvent> events;
  std::vector<WatchId> ids;
  for (std::size_t i = 0; i < kWatches; ++i) {
    const auto id = transport->start_watch(get("/w"), into(events));
    ASSERT_TRUE(id);
    ids.push_back(*id);
  }
  wait_for(*transport, events, kWatches);
  for (const WatchId id : ids) transport->stop_watch(id);
  EXPECT_EQ(transport->traffic().requests, kWatches);
}

TEST(HttpWatches, WaitReturnsWhereTheUserWantsToStop) {
  const int signal = ::eventfd(0, EFD_CLOEXEC);
  const ScriptedServer server([signal](Wire& wire, const SeenRequest&) {
    // The client waits already, or will: it makes no difference.
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(signal, &one, sizeof one), static_cast<ssize_t>(sizeof one));
    wire.await_close();
    return false;
  });
  HttpOptions options;
  options.interrupt = signal;
  const auto transport = transport_to(access_to(server), options);
  EXPECT_FALSE(transport->interrupted());
  ASSERT_TRUE(transport->start_watch(get("/api/v1/namespaces/3scale/pods"), [](const WatchEvent&) {}));
  transport->wait(transport->clock().now() + std::chrono::hours(1));
  EXPECT_TRUE(transport->interrupted());
  // Neither a wait nor a pause between two attempts begins any more.
  transport->wait(transport->clock().now() + std::chrono::hours(1));
  Client client(*transport, "3scale");
  client.pause_until(transport->clock().now() + std::chrono::hours(1));
  ::close(signal);
}

TEST(HttpWatches, WaitReturnsAtItsTimeWhereNothingComes) {
  const ScriptedServer server([](Wire&, const SeenRequest&) { return false; });
  auto transport = transport_to(access_to(server));
  const TimePoint until = transport->clock().now() + std::chrono::milliseconds(15);
  transport->wait(until);
  EXPECT_GE(transport->clock().now(), until);
  transport->wait(TimePoint());  // long past
}

}  // namespace
}  // namespace upshift::cluster::http
