// Random schedules of run, death, resume, somebody else's edits and rollback on a small project, against a model of
// what must come of them. UPSHIFT_SCHEDULES=N tries N seeds, UPSHIFT_SCHEDULE_SEED=S that one alone.
#include <cstdlib>
#include <random>
#include <set>

#include "bench.hpp"
#include "engine/rollback.hpp"
#include "support/mortal.hpp"

namespace upshift::engine {
namespace {

constexpr std::size_t kSeeds = 1000;

class NoProduct final : public HttpService {
 public:
  Result<HttpAnswer> send(const HttpCall&) override { return failure(StatusCode::kUnimplemented, "no product"); }
};

using Data = std::map<std::string, std::string>;

// ConfigMaps set-0 to set-2 have keys that steps set, made-N are made by steps, gone-N are deleted by steps.
class World : public Bench {
 public:
  explicit World(std::size_t seed) : dice_(seed) {
    for (const char* name : {"set-0", "set-1", "set-2"}) put(name, {{"a", "0"}, {"b", "0"}});
    for (const char* name : {"gone-0", "gone-1"}) put(name, {{"a", "0"}});
    const int steps = 3 + roll(6);
    for (int i = 0; i < steps; ++i) add_step(i);
    base_ = objects();
    with.cancelled = [this] { return life_.is_over(); };
  }

  void play() {
    const int moves = 2 + roll(8);
    for (int i = 0; i < moves; ++i) {
      switch (roll(6)) {
        case 0:
        case 1:
          forward(true);
          break;
        case 2:
          edit_elsewhere();
          break;
        case 3:
          edit_the_same();
          break;
        default:
          back(true);
          break;
      }
    }
    // However it got there, it comes to an end, both ways.
    if (roll(2) == 0) {
      forward(false);
      expect_forward();
    }
    back(false);
    forward(false);
    expect_forward();
    for (const auto& change : journal.all_changes) {
      EXPECT_NE(change.state, journal::ChangeState::kIntended) << change.object;
    }
  }

 private:
  int roll(int sides) { return static_cast<int>(dice_() % static_cast<unsigned>(sides)); }

  void put(const std::string& name, const Data& data) {
    Json object = config_map(name);
    object["data"] = data;
    server.put(object);
  }

  std::map<std::string, Data> objects() {
    std::map<std::string, Data> all;
    for (const auto& name : names_) {
      if (const Json* object = server.find_object("ConfigMap", name))
        all[name] = object_at(*object, "/data").get<Data>();
    }
    return all;
  }

  void add_step(int index) {
    const auto id = "step-" + std::to_string(index);
    plan::Step& step = add(id, roll(3) == 0 ? std::optional(std::vector<std::string>{}) : std::nullopt);
    step.changes = {{"configmaps", {"create", "update", "delete"}}};
    const int kind = roll(5);
    if (kind == 0) {
      const auto name = "made-" + std::to_string(index);
      names_.insert(name);
      wanted_[name] = {{"a", "1"}};
      checks(id, [this, name] { return server.find_object("ConfigMap", name) != nullptr; });
      // On a step that is done an apply changes nothing.
      plugin.on(Operation::kApply, id, [this, name](const Json&, HostServices& host) -> Result<Json> {
        if (server.find_object("ConfigMap", name) == nullptr) {
          UPSHIFT_TRY(host.invoke("upshift.cluster/1", "create", create(name)));
        }
        return Json{{"summary", "made"}};
      });
    } else if (kind == 1) {
      const auto name = "gone-" + std::to_string(roll(2));
      gone_.insert(name);
      checks(id, [this, name] { return server.find_object("ConfigMap", name) == nullptr; });
      applies(id, "delete", {{"kind", "ConfigMap"}, {"name", name}});
    } else {
      const auto name = "set-" + std::to_string(roll(3));
      const std::string key = roll(2) == 0 ? "a" : "b";
      const auto value = std::to_string(index + 1);
      // Steps that set the same follow each other.
      if (const auto last = last_on_.find(name); last != last_on_.end()) step.after.push_back(last->second);
      last_on_[name] = id;
      wanted_[name][key] = value;
      checks(id, [this, name, key, value] {
        return string_at(*server.find_object("ConfigMap", name), "/data/" + key) == value;
      });
      applies(id, "patch",
              {{"kind", "ConfigMap"}, {"name", name}, {"type", "merge"}, {"patch", {{"data", {{key, value}}}}}});
    }
  }

  void checks(const std::string& id, std::function<bool()> is_done) {
    plugin.on(Operation::kCheck, id, [is_done](const Json&, HostServices&) -> Result<Json> {
      return Json{{"state", is_done() ? "done" : "pending"}, {"summary", ""}};
    });
  }

  // One life of the program, which may end at any point.
  template <typename Act>
  void live(bool may_die, Act act) {
    life_ = testing::Life();
    if (may_die && roll(3) > 0) {
      life_.at = [death = static_cast<std::size_t>(roll(80))](std::size_t index, const std::string&) {
        return index == death;
      };
    }
    NoProduct product;
    testing::MortalTransport transport(life_, server, product);
    testing::MortalJournal record(life_, journal);
    cluster::Client own(transport, testing::FakeCluster::kProject);
    cluster::Cache seen(own);
    Dependencies parts{own, seen, record, events, *files};
    parts.plugin = with.plugin;
    parts.gate = with.gate;
    parts.cancelled = with.cancelled;
    act(parts);
  }

  void forward(bool may_die) {
    live(may_die, [this](const Dependencies& parts) {
      const auto result = journal.all_runs.empty() ? engine::run(plan, parts) : engine::resume(plan, parts, 1);
      EXPECT_EQ(life_.is_over() ? 0 : result.exit_status(), 0) << result.summary;
    });
  }

  void back(bool may_die) {
    if (journal.all_runs.empty()) return;
    live(may_die, [this](const Dependencies& parts) {
      const auto before = objects();
      const auto to_do = plan_rollback(parts, {});
      if (!to_do) {
        EXPECT_TRUE(life_.is_over()) << to_do.error().summary;
        return;
      }
      const auto result = rollback(*to_do, parts, {});
      if (life_.is_over()) return;
      EXPECT_EQ(result.exit_status(), result.conflicts.empty() ? 0 : 4) << result.summary;
      expect_back(before, result);
    });
  }

  void edit_elsewhere() {
    const auto name = "set-" + std::to_string(roll(3));
    const auto value = "theirs-" + std::to_string(++edits_);
    server.edit("ConfigMap", name, [&](Json& object) { object["data"]["theirs"] = value; });
    base_[name]["theirs"] = value;
    wanted_[name]["theirs"] = value;
  }

  void edit_the_same() {
    const auto name = "set-" + std::to_string(roll(3));
    const std::string key = roll(2) == 0 ? "a" : "b";
    const auto value = "theirs-" + std::to_string(++edits_);
    server.edit("ConfigMap", name, [&](Json& object) { object["data"][key] = value; });
    edited_.insert(name);
  }

  void expect_forward() {
    const auto now = objects();
    for (const auto& name : gone_) EXPECT_FALSE(now.contains(name)) << name;
    for (const auto& [name, data] : wanted_) {
      ASSERT_TRUE(now.contains(name)) << name;
      // What somebody else set after the last step that sets it was over stays.
      if (edited_.contains(name)) continue;
      for (const auto& [key, value] : data) EXPECT_EQ(now.at(name).at(key), value) << name << " " << key;
    }
  }

  void expect_back(const std::map<std::string, Data>& before, const RollbackResult& result) {
    const auto now = objects();
    std::set<std::string> left_alone;
    for (const auto& conflict : result.conflicts) {
      left_alone.insert(conflict.change.name);
      EXPECT_TRUE(edited_.contains(conflict.change.name))
          << "nobody else has edited the same: " << (conflict.lines().empty() ? "" : conflict.lines().front());
    }
    for (const auto& name : names_) {
      const auto at = [&name](const std::map<std::string, Data>& all) {
        const auto found = all.find(name);
        return found == all.end() ? Data{{"", "absent"}} : found->second;
      };
      if (left_alone.contains(name)) {
        EXPECT_EQ(at(now), at(before)) << name << " was to be left alone";
      } else if (!edited_.contains(name)) {
        EXPECT_EQ(at(now), at(base_)) << name << " did not come back";
      }
    }
  }

  std::mt19937_64 dice_;
  testing::Life life_;
  std::set<std::string> names_{"set-0", "set-1", "set-2", "gone-0", "gone-1"};
  std::map<std::string, Data> base_, wanted_;
  std::map<std::string, std::string> last_on_;
  std::set<std::string> gone_, edited_;
  int edits_ = 0;
};

std::size_t number_of(const char* variable, std::size_t fallback) {
  const char* given = std::getenv(variable);
  return given == nullptr ? fallback : static_cast<std::size_t>(std::strtoull(given, nullptr, 10));
}

TEST(Schedules, ComeToTheEndThatTheModelKnows) {
  const std::size_t only = number_of("UPSHIFT_SCHEDULE_SEED", 0);
  const std::size_t count = only != 0 ? 1 : number_of("UPSHIFT_SCHEDULES", kSeeds);
  for (std::size_t i = 1; i <= count; ++i) {
    const std::size_t seed = only != 0 ? only : i;
    SCOPED_TRACE("UPSHIFT_SCHEDULE_SEED=" + std::to_string(seed));
    World(seed).play();
    if (::testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace upshift::engine
