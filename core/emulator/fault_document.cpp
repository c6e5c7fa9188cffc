#include "emulator/fault_document.hpp"

namespace upshift::emulator {
namespace {

void add_image_fault(Faults& faults, const std::string& kind, const Json& entry) {
  faults.add(ImageFault{.image = string_at(entry, "/image"),
                        .reason = string_at(entry, "/reason", "NotFound"),
                        .on_import = kind != "pull",
                        .on_pull = kind != "import"});
}

void add_container_fault(Faults& faults, const std::string& kind, const Json& entry) {
  using Kind = ContainerFault::Kind;
  faults.add(ContainerFault{.deployment_config = string_at(entry, "/deployment_config"),
                            .container = string_at(entry, "/container", "*"),
                            .kind = kind == "crash" ? Kind::kCrashes : Kind::kNeverReady,
                            .exit_code = static_cast<int>(int_at(entry, "/exit_code", 1)),
                            .image = string_at(entry, "/image", "*")});
}

void add_request_fault(Faults& faults, const Json& entry) {
  faults.add(RequestFault{.method = string_at(entry, "/method", "*"),
                          .path = string_at(entry, "/path", "*"),
                          .code = static_cast<int>(int_at(entry, "/code", 403)),
                          .reason = string_at(entry, "/reason", "Forbidden"),
                          .message = string_at(entry, "/message"),
                          .first = static_cast<int>(int_at(entry, "/first", 1)),
                          .times = static_cast<int>(int_at(entry, "/times", 0))});
}

}  // namespace

void add_faults(Faults& faults, const Json& document) {
  for (const auto& entry : array_at(document, "/faults")) {
    const std::string kind = string_at(entry, "/fault");
    if (kind == "hook") {
      faults.add(HookFault{.deployment_config = string_at(entry, "/deployment_config"),
                           .hook = string_at(entry, "/hook", "*"),
                           .times = static_cast<int>(int_at(entry, "/times", 0)),
                           .exit_code = static_cast<int>(int_at(entry, "/exit_code", 1))});
    } else if (kind == "deployer") {
      faults.add(DeployerFault{.deployment_config = string_at(entry, "/deployment_config")});
    } else if (kind == "refuse") {
      add_request_fault(faults, entry);
    } else if (kind == "crash" || kind == "never_ready") {
      add_container_fault(faults, kind, entry);
    } else {
      add_image_fault(faults, kind, entry);
    }
  }
}

}  // namespace upshift::emulator
