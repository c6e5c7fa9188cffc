#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kGroup = "rbac.authorization.k8s.io";

void check_subject(const Json& subject, const std::string& path, bool of_cluster, Causes& causes) {
  const std::string kind = string_at(subject, "/kind");
  const std::string name = string_at(subject, "/name");
  const std::string group = string_at(subject, "/apiGroup");
  if (name.empty()) causes.required(path + ".name");
  if (kind == "ServiceAccount") {
    if (!name.empty()) check_subdomain(name, path + ".name", causes);
    if (!group.empty()) causes.not_supported(path + ".apiGroup", group, "\"\"");
    if (of_cluster && string_at(subject, "/namespace").empty()) causes.required(path + ".namespace");
  } else if (kind == "User" || kind == "Group") {
    if (group != kGroup) causes.not_supported(path + ".apiGroup", group, fmt::format("\"{}\"", kGroup));
  } else {
    causes.not_supported(path + ".kind", kind, "\"ServiceAccount\", \"User\", \"Group\"");
  }
}

}  // namespace

void validate_role(const Json& object, const Json* /*old*/, Causes& causes) {
  const bool namespaced = !string_at(object, "/metadata/namespace").empty();
  const Json& rules = array_at(object, "/rules");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string path = fmt::format("rules[{}]", i);
    if (array_at(rules[i], "/verbs").empty()) causes.required(path + ".verbs", "verbs must contain at least one value");
    const Json& urls = array_at(rules[i], "/nonResourceURLs");
    if (!urls.empty()) {
      if (namespaced) {
        causes.invalid(path + ".nonResourceURLs", to_text(urls), "namespaced rules cannot apply to non-resource URLs");
      }
      continue;
    }
    if (array_at(rules[i], "/apiGroups").empty()) {
      causes.required(path + ".apiGroups", "resource rules must supply at least one api group");
    }
    if (array_at(rules[i], "/resources").empty()) {
      causes.required(path + ".resources", "resource rules must supply at least one resource");
    }
  }
}

void validate_role_binding(const Json& object, const Json* old, Causes& causes) {
  const std::string group = string_at(object, "/roleRef/apiGroup");
  if (group != kGroup) causes.not_supported("roleRef.apiGroup", group, fmt::format("\"{}\"", kGroup));
  const std::string kind = string_at(object, "/roleRef/kind");
  const bool of_cluster = string_at(object, "/metadata/namespace").empty();
  if (of_cluster) {
    check_one_of(kind, {"ClusterRole"}, "roleRef.kind", causes);
  } else {
    check_one_of(kind, {"Role", "ClusterRole"}, "roleRef.kind", causes);
  }
  if (string_at(object, "/roleRef/name").empty()) causes.required("roleRef.name");
  const Json& subjects = array_at(object, "/subjects");
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    check_subject(subjects[i], fmt::format("subjects[{}]", i), of_cluster, causes);
  }
  if (old != nullptr && object_at(*old, "/roleRef") != object_at(object, "/roleRef")) {
    causes.invalid("roleRef", to_text(object_at(object, "/roleRef")), "cannot change roleRef");
  }
}

}  // namespace upshift::emulator
