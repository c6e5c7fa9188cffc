// What a run has come to before it is resumed, as its journal tells.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "journal/journal.hpp"

namespace upshift::engine {

struct PastStep {
  journal::StepState state = journal::StepState::kRunning;  // of the last attempt
  std::string summary;
  int attempt = 0;
  int changes = 0;       // applied, in all attempts
  Json reply = nullptr;  // of the last attempt
  bool cut_off = false;  // it was stopped in the middle, by a kill or by the user, and did not fail
  bool unsure = false;   // nobody knows whether a command or a call of it ran
  // Commands and calls with a known good outcome, of the attempts that were cut off.
  std::vector<journal::Change> answered = {};

  bool is_over() const { return state == journal::StepState::kDone || state == journal::StepState::kSkipped; }
};

struct Past {
  journal::RunId run = 0;
  std::map<std::string, PastStep> steps;  // without those that a rollback has taken back since
};

Result<Past> past_of(journal::Journal& journal, journal::RunId run);

// Stands in a step's reply where the user stopped it.
inline constexpr const char* kInterrupted = "interrupted";

}  // namespace upshift::engine
