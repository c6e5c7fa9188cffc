// What a deployer sees as it looks at its rollout. Good until the next write.
#pragma once

#include <string>
#include <vector>

#include "emulator/deployer.hpp"

namespace upshift::emulator {

struct Deployer::Situation {
  ObjectName name;
  Json deployer;
  Rollout& rollout;
  std::vector<Version> versions;
  int desired = 0;

  const Version* version(const std::string& wanted) const {
    for (const Version& known : versions) {
      if (known.name == wanted) return &known;
    }
    return nullptr;
  }
  const Version& to() const { return *version(name.name); }
  // The version to take over from, or nullptr.
  const Version* from() const {
    for (const Version& known : versions) {
      if (known.name != name.name && known.phase == "Complete" && known.number < to().number) return &known;
    }
    return nullptr;
  }
  bool rolling() const { return string_at(rollout.config, "/spec/strategy/type") == "Rolling"; }
  const Json& parameters() const {
    const std::string type = string_at(rollout.config, "/spec/strategy/type");
    return object_at(rollout.config, type == "Rolling"  ? "/spec/strategy/rollingParams"
                                     : type == "Custom" ? "/spec/strategy/customParams"
                                                        : "/spec/strategy/recreateParams");
  }
};

}  // namespace upshift::emulator
