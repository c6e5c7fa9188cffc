// One rehearsal from what the user gave to the emulated project's end: what `rehearse` and `plan` share.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/event.hpp"
#include "cli/input.hpp"
#include "cli/installed_version.hpp"
#include "cli/selection_options.hpp"
#include "config/settings.hpp"
#include "engine/run.hpp"
#include "plan/plan.hpp"
#include "report/document.hpp"

namespace upshift::cli {

struct RehearsalRequest {
  config::Settings settings;
  InputRequest input;
  VersionRequest version;
  StepChoice steps = {};
  std::filesystem::path journal;      // "": in memory
  std::vector<std::string> declined;  // globs of steps whose gate is answered with no
  std::vector<Diagnostic> warnings;   // about the input, to be shown with the rehearsal's own
  Json faults;                        // what is to go wrong, valid by faults.schema.json; null: nothing
};

class Rehearsal {
 public:
  // Reads and checks everything, brings the emulated project to rest, finds the version and makes the plan. Writes
  // nothing. `events` hears what the plugins say meanwhile and later; it may be null and is borrowed.
  static Result<std::unique_ptr<Rehearsal>> prepare(RehearsalRequest request, EventSink* events);
  ~Rehearsal();
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;

  const VersionChoice& version() const;
  // Empty where there is nothing to do.
  const plan::Plan& plan() const;
  std::vector<report::StandIn> stand_ins() const;
  std::vector<Diagnostic> warnings() const;

  // What the selection leaves out, needs, and is not so in the project.
  Result<std::vector<engine::Missing>> missing();

  // Opens the journal and runs the plan; afterwards the project comes to rest. FAILED_PRECONDITION: not a journal.
  Result<engine::RunResult> run(EventSink& events);

  // The project as it is now, a List.
  Json project() const;
  const std::string& name_space() const;
  // latestVersion of each DeploymentConfig, by name.
  std::map<std::string, std::int64_t> rollouts() const;
  // Every change of the run with the object before and after.
  Result<std::vector<report::ChangeDetail>> changes() const;

 private:
  struct State;
  explicit Rehearsal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace upshift::cli
