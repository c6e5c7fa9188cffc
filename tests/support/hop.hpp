// The hop 2.5 to 2.6 on the sample, or another way, with the real plugins, in this process: what a run of it asks of
// the cluster, and what it has come to.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/emulated_project.hpp"
#include "engine/run.hpp"
#include "support/faulty_transport.hpp"
#include "support/memory_journal.hpp"

namespace upshift::testing {

// What a run has come to, without uids, versions and times: two runs in the same state have the same end.
struct State {
  std::map<std::string, std::size_t> objects;       // hashes of all but controllers' objects, without their status
  std::map<std::string, std::int64_t> deployments;  // latestVersion of each DeploymentConfig
  std::vector<FaultyTransport::Acted> acted;        // sorted; without upshift's own lock and mirror
  bool operator==(const State&) const = default;

  // One line for each difference.
  std::vector<std::string> differences(const State& other) const;
};

// A command of which nothing tells whether it ran is run once more: that is no second deed.
void leave_out_repeated_command(State& state);

// What a run had come to, by the steps that had ended.
using States = std::map<std::set<std::string>, State>;

// Which installation is taken where.
struct Way {
  std::string sample = "threescale-2.5", from = "2.5", to = "2.6";
};

class Hop {
 public:
  // Fails the test where the sample cannot be made; plan() is empty then.
  explicit Hop(const Way& way = {});
  ~Hop();
  Hop(const Hop&) = delete;
  Hop& operator=(const Hop&) = delete;

  FaultyTransport& transport() { return *transport_; }
  const plan::Plan& plan() const { return plan_; }
  const std::string& project() const;
  // What asks at the moment: "check 2.5-2.6/registry/credentials", or "engine".
  const std::string& asker() const { return asker_; }
  const std::string& asking_step() const { return asking_step_; }

  // Told what a plugin answered to what asker() is.
  std::function<void(const Result<Json>& reply)> answered;

  engine::RunResult run(EventSink& events, journal::Journal& journal, engine::FileStore& files);
  // What the engine is given, with a client of `transport`, which stands before transport(); for one use of it.
  struct Parts {
    Parts(cluster::Transport& transport, const std::string& project, journal::Journal& journal, EventSink& events,
          engine::FileStore& files)
        : client(transport, project), cache(client), with{client, cache, journal, events, files} {}
    cluster::Client client;
    cluster::Cache cache;
    engine::Dependencies with;
  };
  std::unique_ptr<Parts> parts(cluster::Transport& transport, engine::HttpService& http, EventSink& events,
                               journal::Journal& journal, engine::FileStore& files);
  // Lets controllers act until nothing is left to do.
  void settle() { project_->settle(); }
  // Good until the next call.
  const State& state();

 private:
  class Asking;
  plugin::Plugin* plugin(const std::string& id);
  void renew(const std::string& object, const cluster::ResourceType& type, const Json& content);

  std::unique_ptr<cli::EmulatedProject> project_;
  std::unique_ptr<FaultyTransport> transport_;
  plan::Plan plan_;
  std::map<std::string, std::unique_ptr<Asking>> plugins_;
  std::string asker_ = "engine", asking_step_;
  struct Changed {
    cluster::ResourceType type;
    std::string name_space, name;
  };
  std::map<std::string, Changed> changed_;  // since the last state()
  std::size_t acted_ = 0;                   // how much of what was acted on is in state_
  State state_;
};

// Notes what a run comes to.
class StateRecorder final : public EventSink {
 public:
  StateRecorder(Hop& hop, States& out) : hop_(hop), out_(out) {}
  void on_event(const Event& event) override;

 private:
  Hop& hop_;
  States& out_;
  std::set<std::string> ended_;
};

}  // namespace upshift::testing
