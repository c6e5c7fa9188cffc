// What a product's plugins know of the world it runs in: registries that want credentials, containers that cannot work
// with some images. docs/plugin-abi.md, "emulation".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::emulator {

struct CrashFact {
  std::string deployment_config;
  std::string container;
  std::string unless_image;  // glob
  int exit_code = 1;
  std::string log;
};

class Facts {
 public:
  // Adds to what is known; INVALID_ARGUMENT names the member that is not as described, and nothing is added.
  Status add(const Json& facts);

  bool needs_credentials(std::string_view registry_host) const;
  // Why the container of this DeploymentConfig dies with this image, or nullptr.
  const CrashFact* crash(std::string_view deployment_config, std::string_view container, std::string_view image) const;

 private:
  std::vector<std::string> guarded_registries_;
  std::vector<CrashFact> crashes_;
};

}  // namespace upshift::emulator
