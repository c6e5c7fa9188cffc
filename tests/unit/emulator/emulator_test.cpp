// The emulator as a transport: loading, snapshots, watches, commands, refusals.
#include "unit/emulator/emulated_project.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Emulators : public EmulatedProject {
 protected:
  static Json config_map(const std::string& name, const std::string& tier) {
    return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"labels", {{"tier", tier}}}}}};
  }
  cluster::WatchId watch(const std::string& selector, const std::string& version) {
    cluster::Request request{
        "GET", cluster::collection_path(*cluster::find_kind("ConfigMap"), kSpace), {}, {}, nullptr};
    if (!selector.empty()) request.query.emplace_back("labelSelector", selector);
    if (!version.empty()) request.query.emplace_back("resourceVersion", version);
    auto id = emulator.start_watch(request, [this](const WatchEvent& event) {
      static constexpr std::array<const char*, 5> kNames = {"ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"};
      const std::string name = string_at(event.object, "/metadata/name");
      seen.push_back(std::string(kNames.at(static_cast<std::size_t>(event.type))) + " " +
                     (name.empty() ? std::to_string(int_at(event.object, "/code")) : name));
    });
    return id.value_or(0);
  }
  std::string version() { return std::to_string(emulator.store().resource_version()); }
  void set_tier(const std::string& name, const std::string& tier) {
    patch("ConfigMap", name, {{"metadata", {{"labels", {{"tier", tier}}}}}});
  }

  std::vector<std::string> seen;
};

class World final : public OutsideWorld {
 public:
  Result<std::optional<SimulatedExec>> exec(const cluster::ExecRequest& request) override {
    if (request.command != std::vector<std::string>{"resync"}) return std::nullopt;
    SimulatedExec slow;
    slow.result = {0, "ok\n", "slow\n"};
    slow.timers = {{90s, {{"step", 1}}}};
    return slow;
  }
  Result<std::vector<Timer>> timer(const Json& data) override {
    due.push_back(int_at(data, "/step"));
    if (due.back() == 1) return std::vector<Timer>{{30s, {{"step", 2}}}};
    return failure(StatusCode::kInternal, "the second step went wrong");
  }
  std::vector<std::int64_t> due;
};

TEST_F(Emulators, DeliverWhatHappensToWhomItConcerns) {
  settle();
  watch("tier=front", version());
  create(config_map("a", "front"));
  create(config_map("b", "back"));
  set_tier("b", "front");
  set_tier("a", "back");
  remove("ConfigMap", "b");
  EXPECT_THAT(seen, IsEmpty()) << "events come from inside wait()";
  emulator.wait(emulator.clock().now());
  EXPECT_THAT(seen, ElementsAre("ADDED a", "ADDED b", "DELETED a", "DELETED b"));
}

TEST_F(Emulators, CatchUpFromAnOlderVersion) {
  create(config_map("a", "front"));
  settle();
  const std::string since = version();
  set_tier("a", "back");
  watch("tier=front", since);
  emulator.wait(emulator.clock().now());
  EXPECT_THAT(seen, ElementsAre("DELETED a"));
}

TEST_F(Emulators, EndAWatchThatStartsTooLongAgo) {
  create(config_map("a", "front"));
  settle();
  emulator.store().forget_events(emulator.store().resource_version());
  watch("", "5");
  emulator.wait(emulator.clock().now());
  create(config_map("b", "front"));
  emulator.wait(emulator.clock().now());
  EXPECT_THAT(seen, ElementsAre("ERROR 410"));
}

TEST_F(Emulators, StopAWatchFromItsHandler) {
  settle();
  int calls = 0;
  cluster::WatchId id = 0;
  cluster::Request request{"GET", cluster::collection_path(*cluster::find_kind("ConfigMap"), kSpace), {}, {}, nullptr};
  id = *emulator.start_watch(request, [&](const WatchEvent&) {
    ++calls;
    emulator.stop_watch(id);
  });
  emulator.wait(emulator.clock().now());
  EXPECT_EQ(calls, 1);
}

TEST_F(Emulators, NeverPassTheTimeTheyMayWaitTo) {
  create(web_config());
  const TimePoint until = emulator.clock().now() + 3s;
  emulator.wait(until);
  EXPECT_EQ(emulator.clock().now(), until);
  EXPECT_EQ(phase("web-1"), "Running");
}

TEST_F(Emulators, TakeBackTheirOwnSnapshotUnchanged) {
  create(web_config());
  create(image_stream("app", {docker_tag("1", "example.com/team/app:1")}));
  settle();
  const Json saved = emulator.snapshot();
  Emulator other({"elsewhere", {}, 99});
  ASSERT_TRUE(other.load(saved, {}));
  other.settle(24h);
  EXPECT_EQ(other.name_space(), kSpace);
  Json again = other.snapshot();
  ASSERT_EQ(again["items"].size(), saved["items"].size());
  for (std::size_t i = 0; i < saved["items"].size(); ++i) {
    Json expected = saved["items"][i];
    Json& actual = again["items"][i];
    for (Json* object : {&expected, &actual}) (*object)["metadata"].erase("resourceVersion");
    EXPECT_EQ(actual, expected);
  }
}

TEST_F(Emulators, ScaleALoadedProjectOfTheSameSeed) {
  create(web_config());
  settle();
  Emulator other({"elsewhere", {}, 7});
  ASSERT_TRUE(other.load(emulator.snapshot(), {}));
  const auto scaled = other.send({"PATCH",
                                  cluster::object_path(ref("DeploymentConfig", "web")),
                                  {},
                                  std::string(cluster::kMergePatch),
                                  {{"spec", {{"replicas", 3}}}}});
  ASSERT_TRUE(scaled && scaled->ok());
  other.settle(1h);
  EXPECT_EQ(int_at(*other.store().get(ref("DeploymentConfig", "web")), "/status/availableReplicas"), 3);
}

TEST_F(Emulators, GoOnWithARolloutThatWasSavedInTheMiddle) {
  create(web_config());
  pass(4s);
  ASSERT_EQ(phase("web-1"), "Running");
  Emulator other({"elsewhere", {}, 99});
  ASSERT_TRUE(other.load(emulator.snapshot(), {}));
  other.settle(2h);
  EXPECT_EQ(int_at(*other.store().get(ref("DeploymentConfig", "web")), "/status/availableReplicas"), 1);
}

TEST_F(Emulators, NameTheObjectThatCannotBeLoaded) {
  const auto error_of = [&](const Json& document) {
    const Status status = emulator.load(document, {});
    return status ? std::string() : status.error().summary;
  };
  EXPECT_THAT(error_of(Json::parse(R"({"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "x"}})")),
              HasSubstr("Thing"));
  EXPECT_THAT(error_of(Json::parse(R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}})")),
              HasSubstr("ConfigMap"));
  EXPECT_THAT(error_of(Json::parse(R"({"apiVersion": "v1", "kind": "List", "items": [7]})")),
              HasSubstr("not an object"));
  Json broken = web_config();
  broken["spec"]["template"]["spec"]["containers"] = Json::array();
  EXPECT_THAT(error_of(broken), HasSubstr("DeploymentConfig/web"));
  Json exported = config_map("c", "front");
  exported["metadata"]["uid"] = "1-2-3";
  exported["metadata"]["namespace"] = "another";
  create(config_map("a", "front"));
  EXPECT_THAT(error_of(exported), HasSubstr("namespace another"));
  EXPECT_THAT(error_of(Json(3)), HasSubstr("not an object"));
}

TEST_F(Emulators, RunCommandsThatSomebodySimulates) {
  World world;
  emulator.set_outside_world(&world);
  create(web_config());
  settle();
  const std::string pod = string_at(pods_of("web-1").at(0), "/metadata/name");
  std::vector<std::string> pieces;
  const auto output = [&](cluster::ExecStream stream, std::string_view piece) {
    pieces.push_back((stream == cluster::ExecStream::kStandardOutput ? "out: " : "err: ") + std::string(piece));
  };
  const auto done = emulator.exec({kSpace, pod, "main", {"resync"}, "", output});
  ASSERT_TRUE(done);
  EXPECT_THAT(pieces, ElementsAre("out: ok\n", "err: slow\n"));
  EXPECT_EQ(done->standard_output, "ok\n");
  pass(89s);
  EXPECT_THAT(world.due, IsEmpty());
  pass(60s);
  EXPECT_THAT(world.due, ElementsAre(1, 2));
  const auto errors = emulator.take_world_errors();
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].summary, "the second step went wrong");
}

TEST_F(Emulators, RefuseCommandsThatCannotRun) {
  World world;
  emulator.set_outside_world(&world);
  create(web_config());
  settle();
  const std::string pod = string_at(pods_of("web-1").at(0), "/metadata/name");
  const auto code = [&](const std::string& name, const std::string& container, const std::string& command) {
    const auto result = emulator.exec({kSpace, name, container, {command}, ""});
    return result ? StatusCode::kOk : result.error().code;
  };
  EXPECT_EQ(code("none", "main", "resync"), StatusCode::kNotFound);
  EXPECT_EQ(code(pod, "none", "resync"), StatusCode::kNotFound);
  EXPECT_EQ(code("web-1-deploy", "deployment", "resync"), StatusCode::kFailedPrecondition);
  EXPECT_EQ(code(pod, "main", "dance"), StatusCode::kUnimplemented);
  EXPECT_THAT(emulator.exec({kSpace, pod, "main", {"dance"}, ""}).error().summary, HasSubstr("dance"));
}

TEST_F(Emulators, RefuseRequestsOnDemand) {
  emulator.faults().add(RequestFault{.method = "POST",
                                     .path = "*/configmaps",
                                     .code = 409,
                                     .reason = "Conflict",
                                     .message = "not now",
                                     .first = 2,
                                     .times = 1});
  const std::string path = cluster::collection_path(*cluster::find_kind("ConfigMap"), kSpace);
  EXPECT_EQ(send("POST", path, config_map("a", "x")).status, 201);
  const auto refused = send("POST", path, config_map("b", "x"));
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.body.value("reason", ""), "Conflict");
  EXPECT_EQ(send("POST", path, config_map("b", "x")).status, 201);
}

}  // namespace
}  // namespace upshift::emulator
