#include "emulator/fault_document.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

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

struct Form {
  std::string_view fault;
  std::string_view required;
  std::array<std::string_view, 4> optional;
};

constexpr std::array<Form, 7> kForms = {{{"image", "image", {"reason"}},
                                         {"import", "image", {"reason"}},
                                         {"pull", "image", {"reason"}},
                                         {"crash", "deployment_config", {"container", "image", "exit_code"}},
                                         {"never_ready", "deployment_config", {"container", "image", "exit_code"}},
                                         {"hook", "deployment_config", {"hook", "times", "exit_code"}},
                                         {"deployer", "deployment_config", {}}}};

const Form* form_of(const Json& entry) {
  const std::string kind = string_at(entry, "/fault");
  const auto found = std::find_if(kForms.begin(), kForms.end(), [&](const Form& form) { return form.fault == kind; });
  return found == kForms.end() ? nullptr : found;
}

}  // namespace

bool is_project_fault(const Json& entry) {
  return form_of(entry) != nullptr;
}

Status check_project_fault(const Json& entry) {
  const Form* const form = form_of(entry);
  const auto wrong = [&](const std::string& what) { return failure(StatusCode::kInvalidArgument, what); };
  if (form == nullptr) return wrong("this is no fault inside a project");
  if (string_at(entry, "/" + std::string(form->required)).empty()) {
    return wrong(fmt::format("the fault '{}' needs '{}', a glob", form->fault, form->required));
  }
  for (const auto& [name, value] : entry.items()) {
    const bool known = name == "fault" || name == form->required ||
                       std::find(form->optional.begin(), form->optional.end(), name) != form->optional.end();
    if (!known) return wrong(fmt::format("the fault '{}' has no member '{}'", form->fault, name));
    const bool number = name == "times" || name == "exit_code";
    const bool fits = number ? value.is_number_integer() && value >= 0 && value <= 255 : value.is_string();
    if (!fits) return wrong(fmt::format("a fault's '{}' must be {}", name, number ? "from 0 to 255" : "a string"));
  }
  return {};
}

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
