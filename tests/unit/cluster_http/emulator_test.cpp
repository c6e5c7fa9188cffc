// The transport against the emulator served over HTTPS: what one says, the other must understand.
#include <thread>

#include "cluster/client.hpp"
#include "cluster/http/server_check.hpp"
#include "emulator/server/server.hpp"
#include "http_fixture.hpp"

namespace upshift::cluster::http {
namespace {

using emulator::Emulator;
using emulator::server::Server;

// Runs commands as a container would whose only program is `cat`.
class OnlyCat final : public emulator::OutsideWorld {
 public:
  Result<std::optional<emulator::SimulatedExec>> exec(const ExecRequest& request) override {
    if (request.command != std::vector<std::string>{"cat"}) return std::optional<emulator::SimulatedExec>();
    return std::optional<emulator::SimulatedExec>({{0, request.standard_input, "done"}, {}});
  }
  Result<std::vector<emulator::Timer>> timer(const Json&) override { return std::vector<emulator::Timer>(); }
};

class EmulatorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    emulator_.set_outside_world(&world_);
    emulator::server::ServerOptions options;
    options.tls = true;
    options.speed = 0;
    auto server = Server::open(emulator_, options);
    ASSERT_TRUE(server) << server.error().summary;
    server_ = std::move(*server);
    thread_ = std::thread([this] { server_->run(); });
  }
  void TearDown() override {
    if (!server_) return;
    server_->stop();
    thread_.join();
  }

  Access access(const std::string& token) const {
    Access access;
    access.server = server_->url();
    access.name_space = "3scale";
    access.certificate_authority = server_->authority();
    return with_token(access, token);
  }
  Access administrator() const { return access(server_->tokens().administrator); }

  static void ask_for(HttpTransport& transport, const Json& fault) {
    const auto answer = transport.send({"POST", "/upshift/faults", {}, "", fault});
    ASSERT_TRUE(answer) << text_of(answer.error());
    ASSERT_TRUE(answer->ok()) << answer->body;
  }

  static ObjectRef config_map(const std::string& name) { return {*find_kind("ConfigMap"), "3scale", name}; }

  OnlyCat world_;
  Emulator emulator_{{.name_space = "3scale", .start = SystemClock().now(), .seed = 1}};
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(EmulatorTest, IsFoundToBeAnOpenShiftServer) {
  auto transport = transport_to(administrator());
  const auto facts = check_server(*transport, {"apps.openshift.io", "route.openshift.io"});
  ASSERT_TRUE(facts) << text_of(facts.error());
  auto stranger = transport_to(access("wrong"));
  const auto refused = stranger->send(get("/api/v1/namespaces/3scale/configmaps"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 401);
}

TEST_F(EmulatorTest, ChangesObjectsAndReportsThemOnAWatch) {
  auto transport = transport_to(administrator());
  Client client(*transport, "3scale");
  std::vector<WatchEvent> events;
  ASSERT_TRUE(transport->start_watch(get("/api/v1/namespaces/3scale/configmaps"),
                                     [&](const WatchEvent& event) { events.push_back(event); }));
  const auto ref = config_map("a");
  Json object = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "a"}}}, {"data", {{"k", "1"}}}};
  const auto created = client.create(ref, object);
  ASSERT_TRUE(created) << text_of(created.error());
  ASSERT_TRUE(client.patch(ref, kMergePatch, {{"data", {{"k", "2"}}}}));
  EXPECT_EQ((*client.get(ref))->at("data").at("k"), "2");
  ASSERT_TRUE(client.remove(ref));
  EXPECT_FALSE(client.get(ref)->has_value());
  const auto deleted = [&] {
    return std::any_of(events.begin(), events.end(),
                       [](const WatchEvent& event) { return event.type == WatchEvent::Type::kDeleted; });
  };
  const TimePoint until = some_time();
  while (!deleted() && transport->clock().now() < until) transport->wait(until);
  EXPECT_TRUE(deleted());
}

TEST_F(EmulatorTest, ListsInPages) {
  auto transport = transport_to(administrator());
  Client client(*transport, "3scale");
  for (int i = 0; i < 7; ++i) {
    const auto name = "page-" + std::to_string(i);
    ASSERT_TRUE(
        client.create(config_map(name), {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}}));
  }
  const auto before = transport->traffic().requests;
  const auto list = client.list(config_map("").type, {.labels = "", .page_size = 3});
  ASSERT_TRUE(list) << text_of(list.error());
  EXPECT_GE(list->items.size(), 7U);
  EXPECT_GE(transport->traffic().requests - before, 3U);
  EXPECT_EQ(transport->traffic().connections, 1U);
}

TEST_F(EmulatorTest, PassesAnExpiredWatchOn) {
  auto transport = transport_to(administrator());
  ask_for(*transport, {{"fault", "gone"}, {"path", "*/pods"}});
  std::vector<WatchEvent> events;
  ASSERT_TRUE(transport->start_watch(get("/api/v1/namespaces/3scale/pods"),
                                     [&](const WatchEvent& event) { events.push_back(event); }));
  transport->wait(some_time());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].type, WatchEvent::Type::kError);
  EXPECT_EQ(int_at(events[0].object, "/code"), 410);
}

TEST_F(EmulatorTest, SaysThatALostChangeMayHaveBeenMade) {
  auto transport = transport_to(administrator());
  Client client(*transport, "3scale");
  const Json object = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "a"}}}};
  for (const char* fault : {"cut_before", "cut_after"}) {
    SCOPED_TRACE(fault);
    ask_for(*transport, {{"fault", fault}, {"method", "POST"}, {"path", "*/configmaps"}});
    const auto created = client.create(config_map("a"), object);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().code, StatusCode::kUnavailable);
    EXPECT_TRUE(contains(created.error().detail, kMayHaveActed)) << text_of(created.error());
    EXPECT_EQ(client.get(config_map("a"))->has_value(), std::string_view(fault) == "cut_after");
  }
}

TEST_F(EmulatorTest, RefusesACommandInAPodThatIsNotThere) {
  const auto result = transport_to(administrator())->exec({"3scale", "nobody", "c", {"cat"}, ""});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, StatusCode::kNotFound) << text_of(result.error());
}

TEST_F(EmulatorTest, RunsACommandWithItsInput) {
  auto transport = transport_to(administrator());
  Client client(*transport, "3scale");
  const ObjectRef pod{*find_kind("Pod"), "3scale", "p"};
  const Json object = {{"apiVersion", "v1"},
                       {"kind", "Pod"},
                       {"metadata", {{"name", "p"}}},
                       {"spec", {{"containers", {{{"name", "c"}, {"image", "example.com/x:1"}}}}}}};
  ASSERT_TRUE(client.create(pod, object));
  const TimePoint until = some_time();
  bool running = false;
  ASSERT_TRUE(transport->start_watch(get("/api/v1/namespaces/3scale/pods"), [&running](const WatchEvent& event) {
    running = running || string_at(event.object, "/status/phase") == "Running";
  }));
  while (!running && transport->clock().now() < until) transport->wait(until);
  ASSERT_TRUE(running);
  const auto result = transport->exec({"3scale", "p", "c", {"cat"}, "restore this"});
  ASSERT_TRUE(result) << text_of(result.error());
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->standard_output, "restore this");
  EXPECT_EQ(result->standard_error, "done");
}

}  // namespace
}  // namespace upshift::cluster::http
