// What a step waits for after its changes: a rollout, an import, an object there or gone, a route admitted.
// Conditions are judged on a Cache and never send a request of their own beyond its lists and watches.
//
// Threads: the transport's.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/cache.hpp"
#include "cluster/pod_log.hpp"

namespace upshift::cluster {

struct Verdict {
  enum class State { kMet, kPending, kHopeless };
  State state = State::kPending;
  // One sentence that names the object and what it last said.
  std::string reason;
  // What to do now, one clause; for kHopeless, and for a kPending that runs out of time.
  std::string advice;
  // Changes whenever something moved: the no-progress timer starts again.
  std::string mark;
  // How long nothing may move before waiting makes no sense.
  Duration quiet_limit = std::chrono::minutes(10);
  // The log of what fails. It goes with its pod: whoever wants it reads it at once.
  std::optional<PodLog> log = {};
};

inline Verdict met(std::string reason) {
  return {Verdict::State::kMet, std::move(reason), "", "", {}, {}};
}
Verdict pending(std::string reason, std::string advice = {});
Verdict hopeless(std::string reason, std::string advice);

// The kinds that conditions follow, presence apart: whoever waits needs to list and watch them.
inline constexpr std::array<std::string_view, 6> kConditionKinds = {
    "DeploymentConfig", "ReplicationController", "Pod", "ImageStream", "Route", "Event"};

class Condition {
 public:
  virtual ~Condition() = default;
  // "rollout of DeploymentConfig/system-app"
  virtual std::string text() const = 0;
  // Errors are those of reading: UNAVAILABLE may pass, others will not.
  virtual Result<Verdict> judge() = 0;
  // How long the whole may take where the step does not say; asked once the objects can be read.
  virtual Duration budget() = 0;
};

// From its JSON of docs/plugin-abi.md; INVALID_ARGUMENT names what is wrong with it. The cache must outlive the
// condition.
Result<std::unique_ptr<Condition>> make_condition(const Json& description, Cache& cache);

}  // namespace upshift::cluster
