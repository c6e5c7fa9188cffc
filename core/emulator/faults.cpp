#include "emulator/faults.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace upshift::emulator {
namespace {

template <typename Fault, typename Predicate>
const Fault* first(const std::vector<Fault>& faults, Predicate holds) {
  const auto found = std::find_if(faults.begin(), faults.end(), holds);
  return found == faults.end() ? nullptr : &*found;
}

}  // namespace

void Faults::clear() {
  *this = Faults{};
}

const ImageFault* Faults::import_fault(std::string_view image) const {
  return first(images_, [&](const ImageFault& fault) { return fault.on_import && matches_glob(fault.image, image); });
}

const ImageFault* Faults::pull_fault(std::string_view image) const {
  return first(images_, [&](const ImageFault& fault) { return fault.on_pull && matches_glob(fault.image, image); });
}

const ContainerFault* Faults::container_fault(std::string_view deployment_config, std::string_view container,
                                              std::string_view image) const {
  return first(containers_, [&](const ContainerFault& fault) {
    return matches_glob(fault.deployment_config, deployment_config) && matches_glob(fault.container, container) &&
           matches_glob(fault.image, image);
  });
}

const HookFault* Faults::hook_fault(std::string_view deployment_config, std::string_view hook, int run) const {
  return first(hooks_, [&](const HookFault& fault) {
    return matches_glob(fault.deployment_config, deployment_config) && matches_glob(fault.hook, hook) &&
           (fault.times == 0 || run <= fault.times);
  });
}

bool Faults::kills_deployer(std::string_view deployment_config) const {
  return first(deployers_, [&](const DeployerFault& fault) {
           return matches_glob(fault.deployment_config, deployment_config);
         }) != nullptr;
}

const RequestFault* Faults::request_fault(const cluster::Request& request) {
  for (Counted& counted : requests_) {
    const RequestFault& fault = counted.fault;
    if (!matches_glob(fault.method, request.method) || !matches_glob(fault.path, request.path)) continue;
    const int count = ++counted.seen;
    if (count >= fault.first && (fault.times == 0 || count < fault.first + fault.times)) return &fault;
  }
  return nullptr;
}

}  // namespace upshift::emulator
