#include "emulator/server/discovery.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "emulator/server/openapi.hpp"

namespace upshift::emulator::server {
namespace {

// The version whose behaviour the emulator shows.
constexpr const char* kMajor = "1";
constexpr const char* kMinor = "23";
constexpr const char* kGitVersion = "v1.23.1";

std::string group_version(const ServedVersion& version) {
  return version.group.empty() ? version.version : version.group + "/" + version.version;
}

Json resource_json(const ServedResource& resource) {
  Json out = {{"name", resource.name},
              {"singularName", ""},
              {"namespaced", resource.namespaced},
              {"kind", resource.kind},
              {"verbs", resource.verbs}};
  if (!resource.group.empty()) out["group"] = resource.group;
  if (!resource.version.empty()) out["version"] = resource.version;
  if (!resource.short_names.empty()) out["shortNames"] = resource.short_names;
  if (!resource.categories.empty()) out["categories"] = resource.categories;
  return out;
}

Json resource_list(const ServedVersion& version) {
  Json resources = Json::array();
  for (const ServedResource& resource : version.resources) resources.push_back(resource_json(resource));
  Json out = {{"kind", "APIResourceList"}, {"groupVersion", group_version(version)}, {"resources", resources}};
  if (!version.group.empty()) out["apiVersion"] = "v1";
  return out;
}

// Null where the group is not served.
Json group_json(std::string_view group) {
  std::vector<std::string> names;
  for (const ServedVersion& version : served_versions()) {
    if (version.group == group) names.push_back(version.version);
  }
  if (names.empty()) return nullptr;
  // "v1" before "v1beta1".
  std::sort(names.begin(), names.end());
  Json versions = Json::array();
  for (const std::string& name : names) {
    versions.push_back({{"groupVersion", std::string(group) + "/" + name}, {"version", name}});
  }
  return {{"name", group}, {"versions", versions}, {"preferredVersion", versions[0]}};
}

Json group_list() {
  Json groups = Json::array();
  std::vector<std::string> seen = {""};
  for (const ServedVersion& version : served_versions()) {
    if (std::find(seen.begin(), seen.end(), version.group) != seen.end()) continue;
    seen.push_back(version.group);
    groups.push_back(group_json(version.group));
  }
  return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", groups}};
}

Json core_versions(std::string_view address) {
  return {{"kind", "APIVersions"},
          {"versions", {"v1"}},
          {"serverAddressByClientCIDRs", {{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", address}}}}};
}

Json version_info() {
  return {{"major", kMajor},        {"minor", kMinor},    {"gitVersion", kGitVersion},
          {"gitCommit", "upshift"}, {"gitTreeState", ""}, {"buildDate", "1970-01-01T00:00:00Z"},
          {"goVersion", ""},        {"compiler", ""},     {"platform", "linux/amd64"}};
}

Json path_list() {
  Json paths = {"/api", "/api/v1", "/apis"};
  for (const ServedVersion& version : served_versions()) {
    if (!version.group.empty()) paths.push_back("/apis/" + group_version(version));
  }
  for (const char* path : {"/healthz", "/livez", "/openapi/v2", "/readyz", "/version"}) paths.push_back(path);
  return {{"paths", paths}};
}

std::optional<HttpResponse> found(const Json& document) {
  if (document.is_null()) return std::nullopt;
  return json_response(200, document);
}

Json grouped_document(const std::vector<std::string>& segments) {
  if (segments.size() == 1) return group_list();
  if (segments.size() == 2) {
    Json group = group_json(segments[1]);
    if (group.is_object()) group.update({{"kind", "APIGroup"}, {"apiVersion", "v1"}});
    return group;
  }
  for (const ServedVersion& version : served_versions()) {
    if (segments.size() == 3 && version.group == segments[1] && version.version == segments[2]) {
      return resource_list(version);
    }
  }
  return nullptr;
}

}  // namespace

std::optional<HttpResponse> discovery_document(const HttpRequest& request, std::string_view address) {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  std::vector<std::string> segments = split(request.path, '/');
  std::erase(segments, "");
  if (segments.empty()) return found(path_list());
  const std::string& first = segments[0];
  if (first == "apis") return found(grouped_document(segments));
  if (first == "api") {
    if (segments.size() == 1) return found(core_versions(address));
    return segments.size() == 2 && segments[1] == "v1" ? found(resource_list(served_versions()[0])) : std::nullopt;
  }
  if (first == "openapi" && segments.size() == 2 && segments[1] == "v2") return openapi_document(request);
  if (segments.size() > 1) return std::nullopt;
  if (first == "version") return found(version_info());
  if (first == "healthz" || first == "livez" || first == "readyz") return HttpResponse{200, "ok", "text/plain", {}};
  return std::nullopt;
}

}  // namespace upshift::emulator::server
