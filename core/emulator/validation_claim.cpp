#include <nlohmann/json.hpp>

#include "emulator/quantity.hpp"
#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

void check_claim_kept(const Json& object, const Json& old, Causes& causes) {
  Json before = object_at(old, "/spec");
  Json after = object_at(object, "/spec");
  // What the volume controller binds; the size of a bound claim.
  const bool bound = string_at(old, "/status/phase") == "Bound";
  for (Json* spec : {&before, &after}) {
    if (bound && spec->contains("resources")) (*spec)["resources"].erase("requests");
    if (string_at(old, "/spec/volumeName").empty()) spec->erase("volumeName");
  }
  if (before != after) {
    causes.forbidden("spec", "spec is immutable after creation except resources.requests for bound claims");
    return;
  }
  const auto size_of = [](const Json& claim) {
    return parse_quantity(string_at(claim, "/spec/resources/requests/storage")).value_or(0);
  };
  if (bound && size_of(object) < size_of(old)) {
    causes.forbidden("spec.resources.requests.storage", "field can not be less than previous value");
  }
}

}  // namespace

void validate_claim(const Json& object, const Json* old, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  const Json& modes = array_at(spec, "/accessModes");
  if (modes.empty()) causes.required("spec.accessModes", "at least 1 access mode is required");
  for (const Json& mode : modes) {
    check_one_of(mode.is_string() ? mode.get<std::string>() : std::string{},
                 {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce"}, "spec.accessModes", causes);
  }
  const Json* size = find(spec, "/resources/requests/storage");
  if (size == nullptr) {
    causes.required("spec.resources[storage]");
  } else if (parse_quantity(size->get<std::string>()).value_or(1) <= 0) {
    causes.invalid("spec.resources[storage]", size->get<std::string>(), "must be greater than zero");
  }
  check_label_selector(object_at(spec, "/selector"), "spec.selector", causes);
  if (const std::string name = string_at(spec, "/storageClassName"); !name.empty()) {
    check_subdomain(name, "spec.storageClassName", causes);
  }
  check_one_of(string_at(spec, "/volumeMode"), {"Block", "Filesystem"}, "spec.volumeMode", causes);
  if (old != nullptr) check_claim_kept(object, *old, causes);
}

}  // namespace upshift::emulator
