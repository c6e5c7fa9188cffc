// Turns what a DeploymentConfig asks for into versions: triggers, new ReplicationControllers, superseded and old ones,
// and the status that tells of it all.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "emulator/versions.hpp"

namespace upshift::emulator {

class DeploymentConfigController final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& deployment_config) override;

 private:
  using Versions = std::vector<Version>;
  void note_owner(const Json& controller, bool gone);
  void adopt(const ObjectName& name, const Json& config);
  bool trigger(const ObjectName& name, const Json& config, const Versions& versions);
  std::optional<Json> triggered_details(const Json& config, const Json& newest);
  const Json& template_of(const Json& controller);
  bool await_cancellations(const Json& config, const Versions& versions);
  void create_version(const ObjectName& name);
  void settle_scale(const Json& config, const Versions& versions);
  void prune(const Json& config, const Versions& versions);
  void update_status(const ObjectName& name, bool observed, const std::optional<Json>& condition = std::nullopt);

  std::map<ObjectName, std::set<std::string>> unowned_;  // a config to its ReplicationControllers without an owner
  std::map<std::string, Json> templates_;  // uid of a ReplicationController to the template it was made from
};

}  // namespace upshift::emulator
