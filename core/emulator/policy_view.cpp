#include "emulator/policy_view.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "cluster/patch.hpp"
#include "emulator/api.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

using cluster::Request;
using cluster::Response;

constexpr std::string_view kPolicyPath = "/apis/authorization.openshift.io/v1/";
constexpr std::string_view kRbacPath = "/apis/rbac.authorization.k8s.io/v1/";
constexpr const char* kPolicyVersion = "authorization.openshift.io/v1";
constexpr const char* kRbacGroup = "rbac.authorization.k8s.io";
constexpr std::string_view kAccountPrefix = "system:serviceaccount:";

bool is_binding(const Json& object) {
  return find(object, "/roleRef") != nullptr;
}

Json sorted(const Json& list) {
  std::set<std::string> out;
  for (const Json& item : list) {
    if (item.is_string()) out.insert(item.get<std::string>());
  }
  return out;
}

Json to_policy_rule(const Json& rule) {
  Json out = {{"verbs", sorted(array_at(rule, "/verbs"))},
              {"attributeRestrictions", nullptr},
              {"apiGroups", array_at(rule, "/apiGroups")},
              {"resources", sorted(array_at(rule, "/resources"))}};
  for (const char* field : {"resourceNames", "nonResourceURLs"}) {
    const Json items = sorted(array_at(rule, std::string("/") + field));
    if (!items.empty()) out[field] = items;
  }
  return out;
}

// Rules that were restricted have no meaning any more; one about both resources and paths becomes two.
void add_rbac_rule(const Json& rule, Json& rules) {
  if (find(rule, "/attributeRestrictions") != nullptr) return;
  Json about_resources = {{"verbs", sorted(array_at(rule, "/verbs"))}};
  Json about_paths = about_resources;
  if (const Json* groups = find(rule, "/apiGroups")) about_resources["apiGroups"] = *groups;
  for (const char* field : {"resources", "resourceNames"}) {
    const Json items = sorted(array_at(rule, std::string("/") + field));
    if (!items.empty()) about_resources[field] = items;
  }
  const Json paths = sorted(array_at(rule, "/nonResourceURLs"));
  if (about_resources.size() > 1 || paths.empty()) rules.push_back(std::move(about_resources));
  if (paths.empty()) return;
  about_paths["nonResourceURLs"] = paths;
  rules.push_back(std::move(about_paths));
}

// Names with a colon are the system's.
std::string kind_of_user(const std::string& name, const char* kind) {
  return name.find(':') == std::string::npos ? kind : std::string("System") + kind;
}

Json to_policy_subject(const Json& subject) {
  const std::string kind = string_at(subject, "/kind");
  const std::string name = string_at(subject, "/name");
  const std::string space = string_at(subject, "/namespace");
  if (kind != "ServiceAccount") return {{"kind", kind_of_user(name, kind.c_str())}, {"name", name}};
  Json out = {{"kind", kind}, {"name", name}};
  if (!space.empty()) out["namespace"] = space;
  return out;
}

// The names of users and groups beside the subjects that they are.
void tell_names(const Json& subjects, const std::string& name_space, Json& out) {
  out["userNames"] = nullptr;
  out["groupNames"] = nullptr;
  for (const Json& subject : subjects) {
    const std::string kind = string_at(subject, "/kind");
    const std::string name = string_at(subject, "/name");
    if (kind == "ServiceAccount") {
      out["userNames"].push_back(
          fmt::format("{}{}:{}", kAccountPrefix, string_at(subject, "/namespace", name_space), name));
    } else {
      out[kind == "Group" ? "groupNames" : "userNames"].push_back(name);
    }
  }
}

// The subjects that a binding means: names go before subjects.
Json meant_subjects(const Json& binding) {
  if (find(binding, "/userNames") == nullptr && find(binding, "/groupNames") == nullptr) {
    return array_at(binding, "/subjects");
  }
  Json out = Json::array();
  for (const Json& item : array_at(binding, "/userNames")) {
    const std::string name = item.is_string() ? item.get<std::string>() : std::string{};
    const std::vector<std::string> parts = split(name, ':');
    if (name.starts_with(kAccountPrefix) && parts.size() == 4) {
      out.push_back({{"kind", "ServiceAccount"}, {"namespace", parts[2]}, {"name", parts[3]}});
    } else {
      out.push_back({{"kind", "User"}, {"name", name}});
    }
  }
  for (const Json& name : array_at(binding, "/groupNames")) out.push_back({{"kind", "Group"}, {"name", name}});
  return out;
}

Result<Json> to_rbac_subject(const Json& subject) {
  const std::string kind = string_at(subject, "/kind");
  const std::string name = string_at(subject, "/name");
  if (kind == "User" || kind == "SystemUser" || kind == "Group" || kind == "SystemGroup") {
    return Json{{"kind", kind.ends_with("User") ? "User" : "Group"}, {"apiGroup", kRbacGroup}, {"name", name}};
  }
  if (kind != "ServiceAccount") {
    return failure(StatusCode::kInvalidArgument, fmt::format("invalid kind for origin subject: \"{}\"", kind));
  }
  Json out = {{"kind", kind}, {"name", name}};
  if (const std::string space = string_at(subject, "/namespace"); !space.empty()) out["namespace"] = space;
  return out;
}

Json shown(const Json& object, const std::string& kind) {
  Json out = to_policy(object);
  out["kind"] = kind;
  out["apiVersion"] = kPolicyVersion;
  return out;
}

struct PolicyPath {
  std::string name_space, resource, name, kind;
};

std::optional<PolicyPath> read_path(std::string_view path) {
  if (!path.starts_with(kPolicyPath)) return std::nullopt;
  std::vector<std::string> parts = split(path.substr(kPolicyPath.size()), '/');
  PolicyPath out;
  if (parts.size() > 2 && parts[0] == "namespaces") {
    out.name_space = parts[1];
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  out.resource = parts[0];
  if (parts.size() > 2) return std::nullopt;
  if (parts.size() == 2) out.name = parts[1];
  const bool cluster = out.resource.starts_with("cluster");
  if (cluster && !out.name_space.empty()) return std::nullopt;
  const std::string_view plain = std::string_view(out.resource).substr(cluster ? 7 : 0);
  if (plain != "roles" && plain != "rolebindings") return std::nullopt;
  out.kind = std::string(cluster ? "Cluster" : "") + (plain == "roles" ? "Role" : "RoleBinding");
  return out;
}

Response shown_response(const PolicyPath& path, Response answer) {
  if (!answer.ok()) return answer;
  if (!answer.body.contains("items")) {
    answer.body = shown(answer.body, path.kind);
    return answer;
  }
  answer.body["kind"] = path.kind + "List";
  answer.body["apiVersion"] = kPolicyVersion;
  for (Json& item : answer.body["items"]) item = to_policy(item);
  return answer;
}

}  // namespace

Json to_policy(const Json& object) {
  Json out = {{"metadata", object_at(object, "/metadata")}};
  if (!is_binding(object)) {
    out["rules"] = Json::array();
    for (const Json& rule : array_at(object, "/rules")) out["rules"].push_back(to_policy_rule(rule));
    if (const Json* aggregation = find(object, "/aggregationRule")) out["aggregationRule"] = *aggregation;
    return out;
  }
  const std::string space = string_at(object, "/metadata/namespace");
  tell_names(array_at(object, "/subjects"), space, out);
  out["subjects"] = Json::array();
  for (const Json& subject : array_at(object, "/subjects")) out["subjects"].push_back(to_policy_subject(subject));
  out["roleRef"] = {{"name", string_at(object, "/roleRef/name")}};
  if (string_at(object, "/roleRef/kind") == "Role") out["roleRef"]["namespace"] = space;
  return out;
}

Result<Json> to_rbac(const Json& object, const std::string& name_space) {
  Json out = {{"kind", string_at(object, "/kind")},
              {"apiVersion", std::string(kRbacGroup) + "/v1"},
              {"metadata", object_at(object, "/metadata")}};
  if (!string_at(object, "/kind").ends_with("Binding")) {
    out["rules"] = Json::array();
    for (const Json& rule : array_at(object, "/rules")) add_rbac_rule(rule, out["rules"]);
    return out;
  }
  const std::string space = string_at(object, "/roleRef/namespace");
  if (!space.empty() && space != name_space) {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("invalid origin role binding {}: attempts to reference role in namespace \"{}\" instead "
                               "of current namespace \"{}\"",
                               string_at(object, "/metadata/name"), space, name_space));
  }
  out["subjects"] = Json::array();
  for (const Json& subject : meant_subjects(object)) {
    UPSHIFT_ASSIGN(Json converted, to_rbac_subject(subject));
    out["subjects"].push_back(std::move(converted));
  }
  out["roleRef"] = {{"apiGroup", kRbacGroup},
                    {"kind", space.empty() ? "ClusterRole" : "Role"},
                    {"name", string_at(object, "/roleRef/name")}};
  return out;
}

std::optional<Response> answer_policy(const Request& request, const std::function<Response(const Request&)>& rbac) {
  const auto path = read_path(request.path);
  if (!path) return std::nullopt;
  Request stored = request;
  stored.path = std::string(kRbacPath) + request.path.substr(kPolicyPath.size());
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads) return shown_response(*path, rbac(stored));
  if (request.method == "DELETE") {
    if (path->name.empty()) return method_not_allowed();
    const Response gone = rbac(stored);
    if (!gone.ok()) return gone;
    return json_response(
        200, {{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", "Success"}});
  }
  Json wanted = request.body;
  if (request.method == "PATCH") {
    const Response present = rbac({"GET", stored.path, {}, {}, nullptr});
    if (!present.ok()) return present;
    auto patched =
        cluster::apply_patch(request.content_type, path->kind, shown(present.body, path->kind), request.body);
    if (!patched) return bad_request(patched.error().summary);
    wanted = std::move(*patched);
    stored.method = "PUT";
    stored.content_type.clear();
  }
  const std::string kind = string_at(wanted, "/kind", path->kind);
  if (!wanted.is_object() || kind != path->kind) {
    return bad_request(fmt::format("{} cannot be handled as a {}", kind, path->kind));
  }
  wanted["kind"] = path->kind;
  const Result<Json> converted = to_rbac(wanted, path->name_space);
  if (!converted) return status_failure(500, {}, converted.error().summary);
  stored.body = *converted;
  return shown_response(*path, rbac(stored));
}

}  // namespace upshift::emulator
