// Things that go wrong on demand: for tests, and to rehearse how an upgrade behaves when they do. Everything is a
// pattern; faults hold from when they are set until clear().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/transport.hpp"

namespace upshift::emulator {

// A registry's answer for images whose reference matches.
struct ImageFault {
  std::string image;                // glob over the reference, "registry.redhat.io/*"
  std::string reason = "NotFound";  // of the import's condition: NotFound, Unauthorized, InternalError
  bool on_import = true;
  bool on_pull = true;
};

struct ContainerFault {
  enum class Kind { kCrashes, kNeverReady };
  std::string deployment_config;  // glob
  std::string container = "*";    // glob
  Kind kind = Kind::kCrashes;
  int exit_code = 1;
  std::string image = "*";  // glob: only while the container has such an image
};

// A hook pod's command fails.
struct HookFault {
  std::string deployment_config;  // glob
  std::string hook = "*";         // pre, mid, post, or a glob
  int times = 0;                  // the first so many runs in a hook pod; 0 is every run
  int exit_code = 1;
};

// The deployer pod of a rollout is killed once the new version's first pod exists.
struct DeployerFault {
  std::string deployment_config;  // glob
};

// A request is refused with a Status.
struct RequestFault {
  std::string method = "*";  // glob
  std::string path = "*";    // glob
  int code = 403;
  std::string reason = "Forbidden";
  std::string message;  // "" is worded from method and path
  int first = 1;        // from the so-manieth matching request on
  int times = 0;        // so many of them; 0 is all
};

class Faults {
 public:
  void add(ImageFault fault) { images_.push_back(std::move(fault)); }
  void add(ContainerFault fault) { containers_.push_back(std::move(fault)); }
  void add(HookFault fault) { hooks_.push_back(std::move(fault)); }
  void add(DeployerFault fault) { deployers_.push_back(std::move(fault)); }
  void add(RequestFault fault) { requests_.push_back({std::move(fault), 0}); }
  void clear();

  // The fault that holds, or nullptr.
  const ImageFault* import_fault(std::string_view image) const;
  const ImageFault* pull_fault(std::string_view image) const;
  const ContainerFault* container_fault(std::string_view deployment_config, std::string_view container,
                                        std::string_view image) const;
  // `run` counts from 1.
  const HookFault* hook_fault(std::string_view deployment_config, std::string_view hook, int run) const;
  bool kills_deployer(std::string_view deployment_config) const;
  // Counts the request.
  const RequestFault* request_fault(const cluster::Request& request);

 private:
  struct Counted {
    RequestFault fault;
    int seen;
  };
  std::vector<ImageFault> images_;
  std::vector<ContainerFault> containers_;
  std::vector<HookFault> hooks_;
  std::vector<DeployerFault> deployers_;
  std::vector<Counted> requests_;
};

}  // namespace upshift::emulator
