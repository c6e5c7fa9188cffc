// ResourceQuotas: what they refuse, and their count of what is used.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "emulator/controller.hpp"

namespace upshift::emulator {

// Why a pod may not be created, in the server's words ("failed quota: q: must specify requests.cpu"); nullopt: it may.
std::optional<std::string> quota_refusal(const Store& store, const Json& pod);

// The same for an object of any other type of which a quota counts how many there are ("configmaps", "count/routes.…").
std::optional<std::string> quota_refusal(const Store& store, const ResourceType& type, const std::string& name_space);

class QuotaUsage final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& quota) override;

 private:
  std::set<ObjectName> quotas_;
};

}  // namespace upshift::emulator
