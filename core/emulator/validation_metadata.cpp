#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "emulator/validation.hpp"
#include "emulator/validation_fields.hpp"

namespace upshift::emulator {
namespace {

// How often a server looks at an update's metadata, and says so as often: at labels, annotations and owners; at fields
// that must not change; at finalizers.
struct Looks {
  int labels = 4;
  int immutable = 2;
  int finalizers = 2;
};

Looks looks_at_update(const std::string& kind) {
  static const std::map<std::string, Looks, std::less<>> others = {
      {"PersistentVolumeClaim", {5, 2, 3}},
      {"Role", {5, 2, 3}},
      {"ClusterRole", {5, 2, 3}},
      {"RoleBinding", {5, 2, 3}},
      {"ClusterRoleBinding", {5, 2, 3}},
      {"DeploymentConfig", {5, 3, 3}},
      {"LimitRange", {3, 1, 1}},
      {"Deployment", {3, 2, 1}},
      {"Template", {3, 2, 1}},
      {"CronJob", {3, 2, 1}},
      {"HorizontalPodAutoscaler", {3, 2, 1}},
      {"PodTemplate", {3, 2, 1}},
      {"Event", {2, 1, 0}},
      {"PodDisruptionBudget", {2, 1, 0}},
  };
  const auto found = others.find(kind);
  return found == others.end() ? Looks{} : found->second;
}

bool is_lower_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_path_segment(std::string_view name) {
  return name != "." && name != ".." && name.find_first_of("/%") == std::string_view::npos;
}

// As a registry's repositories are named: parts of small letters and digits, parted by single signs.
bool is_repository_name(std::string_view name) {
  bool after_sign = true;
  for (const char c : name) {
    const bool sign = c == '.' || c == '_' || c == '-';
    if (!sign && !is_lower_alphanumeric(c)) return false;
    if (sign && after_sign) return false;
    after_sign = sign;
  }
  return !after_sign;
}

bool name_is_valid(const std::string& kind, std::string_view name) {
  if (kind == "Service") return is_dns_label(name) && !(name.front() >= '0' && name.front() <= '9');
  if (kind == "Namespace" || kind == "Project") return is_dns_label(name);
  if (kind == "ImageStream" || kind == "ImageStreamImport") return is_repository_name(name);
  const bool free = kind.ends_with("Role") || kind.ends_with("RoleBinding") || kind == "Image" ||
                    kind == "ImageStreamTag" || kind == "RoleBindingRestriction";
  return free ? is_path_segment(name) : is_dns_subdomain(name);
}

constexpr std::string_view kSubdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character";

void check_owners(const Json& metadata, Causes& causes) {
  int controllers = 0;
  for (const Json& owner : array_at(metadata, "/ownerReferences")) {
    const std::string version = string_at(owner, "/apiVersion");
    if (version.empty()) causes.invalid("metadata.ownerReferences.apiVersion", version, "version must not be empty");
    for (const char* field : {"kind", "name", "uid"}) {
      if (string_at(owner, std::string("/") + field).empty()) {
        causes.invalid(fmt::format("metadata.ownerReferences.{}", field), "",
                       fmt::format("{} must not be empty", field));
      }
    }
    if (bool_at(owner, "/controller")) ++controllers;
  }
  if (controllers > 1) {
    causes.invalid("metadata.ownerReferences", to_text(array_at(metadata, "/ownerReferences")),
                   "only one reference can have Controller set to true");
  }
}

bool is_standard_finalizer(std::string_view name) {
  return name == "kubernetes" || name == "orphan" || name == "foregroundDeletion";
}

void check_finalizers(const Json& metadata, Causes& causes) {
  const Json& finalizers = array_at(metadata, "/finalizers");
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const std::string name = finalizers[i].is_string() ? finalizers[i].get<std::string>() : std::string{};
    const std::string field = fmt::format("metadata.finalizers[{}]", i);
    if (!is_qualified_name(name)) {
      causes.invalid(field, name, "is no qualified name");
    } else if (name.find('/') == std::string::npos && !is_standard_finalizer(name)) {
      causes.invalid(field, name, "name is neither a standard finalizer name nor is it fully qualified");
    }
  }
}

void check_unchanged(const Json& metadata, const Json& old, int looks, Causes& causes) {
  const std::string uid = string_at(metadata, "/uid");
  const bool other = !uid.empty() && uid != string_at(old, "/metadata/uid");
  const bool leaving = find(old, "/metadata/deletionTimestamp") != nullptr;
  const Json& before = array_at(old, "/metadata/finalizers");
  const Json& after = array_at(metadata, "/finalizers");
  const bool added = std::any_of(after.begin(), after.end(), [&](const Json& finalizer) {
    return std::find(before.begin(), before.end(), finalizer) == before.end();
  });
  for (int i = 0; i < looks; ++i) {
    if (other) causes.invalid("metadata.uid", uid, "field is immutable");
    if (leaving && added) {
      causes.forbidden("metadata.finalizers", "no new finalizers can be added if the object is being deleted");
    }
  }
}

}  // namespace

bool is_dns_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && is_lower_alphanumeric(text.front()) &&
         is_lower_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  for (const std::string& part : split(text, '.')) {
    const bool valid =
        !part.empty() && is_lower_alphanumeric(part.front()) && is_lower_alphanumeric(part.back()) &&
        std::all_of(part.begin(), part.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
    if (!valid) return false;
  }
  return true;
}

void validate_metadata(const cluster::ResourceType& type, const Json& object, const Json* old, Causes& causes) {
  const Json& metadata = object_at(object, "/metadata");
  const std::string name = string_at(metadata, "/name");
  // A generated name is cut off before it is looked at: what it ends in will be letters and digits.
  const std::string prefix = string_at(metadata, "/generateName");
  if (!prefix.empty() && !name_is_valid(type.kind, prefix + "x")) {
    causes.invalid("metadata.generateName", prefix, kSubdomainRule);
  }
  if (name.empty()) {
    causes.required("metadata.name", "name or generateName is required");
  } else if (!name_is_valid(type.kind, name)) {
    causes.invalid("metadata.name", name, kSubdomainRule);
  }
  Looks looks = looks_at_update(type.kind);
  if (old != nullptr) {
    check_unchanged(metadata, *old, looks.immutable, causes);
  } else {
    looks = {1, 0, std::min(looks.finalizers, 1)};
  }
  for (int i = 0; i < looks.labels; ++i) {
    check_label_map(object_at(metadata, "/labels"), "metadata.labels", causes);
    check_annotation_map(object_at(metadata, "/annotations"), "metadata.annotations", causes);
    check_owners(metadata, causes);
  }
  for (int i = 0; i < looks.finalizers; ++i) check_finalizers(metadata, causes);
}

}  // namespace upshift::emulator
