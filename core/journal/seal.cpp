#include "journal/seal.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace upshift::journal {

std::string key_id_of(std::string_view sealed) {
  sealed.remove_prefix(kSealMark.size());
  const auto colon = sealed.find(':');
  return colon == std::string_view::npos ? std::string() : std::string(sealed.substr(0, colon));
}

bool may_hold_secrets(const Change& change) {
  // Beside Secrets, all that has a pod template: its variables are often literals.
  static constexpr std::array<std::string_view, 11> kKinds = {"Secret",     "DeploymentConfig",
                                                              "Deployment", "StatefulSet",
                                                              "DaemonSet",  "ReplicationController",
                                                              "ReplicaSet", "Pod",
                                                              "Job",        "CronJob",
                                                              "Template"};
  return change.verb == Verb::kExec || change.verb == Verb::kHttp ||
         std::find(kKinds.begin(), kKinds.end(), change.kind) != kKinds.end();
}

std::string place_of(const Change& change, std::string_view column) {
  return to_text(Json::array({column, change.step_run, change.object}));
}

std::string place_of(RunId run, const std::string& name) {
  return to_text(Json::array({"value", run, name}));
}

}  // namespace upshift::journal
