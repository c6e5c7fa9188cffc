// One run of the hop in which a copy of the process branches off at requests, has one fault done to that request, and
// reports how it went on. The copies run one at a time.
#pragma once

#include "support/hop.hpp"

namespace upshift::testing {

// What the undisturbed run was like: by the steps that had ended, and where plugins had answered.
struct Undisturbed {
  States after;
  std::map<std::string, std::vector<std::pair<Json, State>>> answers;  // by what asked
  State end;
  std::vector<Call> calls;
  TimePoint started, ended;
};
Undisturbed run_undisturbed(std::size_t largest_page);

struct WalkOptions {
  std::size_t shards = 1, shard = 0;  // every `shards`-th request
  // Whether a copy goes on to the very end although it is back in the undisturbed run's state.
  std::function<bool(std::size_t index)> to_the_end = [](std::size_t) { return false; };
  // Whether a run that a lost server stopped is followed by another one, once the server is back.
  std::function<bool(std::size_t index)> again_when_back = [](std::size_t) { return true; };
  // Which faults are tried.
  std::function<bool(Fault fault, const Call& call)> tried = applies;
  std::size_t largest_page = 0;
};

struct WalkCounts {
  std::size_t requests = 0, copies = 0, ended_well = 0, stopped = 0, to_the_end = 0;
};
// Failures of copies are failures of the test, with request and fault.
WalkCounts walk(const Undisturbed& undisturbed, const WalkOptions& options);

}  // namespace upshift::testing
