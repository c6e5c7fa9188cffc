// Why a pod does not come up, read from its status.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "cluster/pod_log.hpp"

namespace upshift::cluster {

struct Trouble {
  // How long it may stand before waiting makes no sense: zero for what mends itself never, max() for what often does.
  Duration patience{};
  std::string what;                // "Pod/web-1-x: container main crashes again and again (exit code 1)"
  std::string advice;              // "look at its log …"
  std::optional<PodLog> log = {};  // where more may stand
  bool crashed = false;            // a container ended that should not have
};

// The worst of the pod's troubles; nullopt where it is well or only starting.
std::optional<Trouble> trouble_of(const Json& pod);

inline constexpr Duration kForEver = Duration::max();

// "exit code 137 (killed): text of the termination message"
std::string ending_of(const Json& terminated);

bool is_deployer_or_hook(const Json& pod);
// "pre", "mid", "post", or "" for a pod that is no hook.
std::string hook_of(const Json& pod);
// The ReplicationController that a pod, deployer or hook pod belongs to.
std::string controller_of(const Json& pod);
bool is_ready(const Json& pod);
bool has_ended(const Json& pod);

}  // namespace upshift::cluster
