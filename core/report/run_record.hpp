// What a run did, gathered from its events: the source of the final report, as text and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/event.hpp"
#include "base/result.hpp"

namespace upshift::report {

struct ChangeRecord {
  std::string verb;    // create, update, delete, exec, http
  std::string object;  // "Secret/system-redis"
  std::string state;   // the journal's word
  int http_status = 0;
};

struct StepRecord {
  std::string id, title, hop, stage, stage_title, guide;
  std::string gate;                   // its question, "" where it is none
  std::string gate_answer;            // yes, no, or "" while nobody answered
  std::string irreversible;           // why no rollback can undo it, "" where one can
  std::string state = "not reached";  // then running, done, skipped, blocked, failed
  std::string summary;
  Duration duration{};
  std::vector<ChangeRecord> changes;
  std::vector<std::string> unchanged;  // objects that were already as wanted
  std::vector<std::string> awaited;    // what it waited for, each once
  std::vector<Diagnostic> diagnostics;
};

class RunRecord final : public EventSink {
 public:
  void on_event(const Event& event) override;

  bool started() const { return started_; }
  const std::string& mode() const { return mode_; }
  const std::string& product() const { return product_; }
  const std::string& from() const { return from_; }
  const std::string& to() const { return to_; }
  const std::string& target() const { return target_; }
  // "" before the run ended; then done, failed, blocked, interrupted.
  const std::string& state() const { return state_; }
  const std::string& summary() const { return summary_; }
  // By the run's clock: virtual in a rehearsal.
  Duration duration() const { return duration_; }
  const std::vector<StepRecord>& steps() const { return steps_; }
  // Of the run, not of a step.
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

  // The first step in order whose effect cannot be undone; nullptr: every one can.
  const StepRecord* point_of_no_return() const;
  // Steps in the given state.
  int count(std::string_view state) const;
  int changes() const;

 private:
  void start_run(const Json& data);
  void on_step_event(const Event& event);
  StepRecord& step(const std::string& id);

  bool started_ = false;
  std::string mode_, product_, from_, to_, target_, state_, summary_;
  Duration duration_{};
  std::vector<StepRecord> steps_;
  std::vector<Diagnostic> diagnostics_;
};

// How many steps of a starting run are over already.
std::size_t steps_over(const Json& run);
// {"severity","summary","detail","path"} of an event.
Diagnostic diagnostic_of(const Json& data);

}  // namespace upshift::report
