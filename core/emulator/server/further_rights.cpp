#include "emulator/server/further_rights.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cluster/patch.hpp"

namespace upshift::emulator::server {
namespace {

constexpr const char* kRbac = "rbac.authorization.k8s.io";

// The object as the request would leave it; null where it cannot be read: then it is refused for that.
Json object_after(const Store& store, const RequestAttributes& attributes, const HttpRequest& request) {
  const auto body = parse_json(request.body, "the body");
  if (!body) return nullptr;
  if (attributes.verb != "patch") return *body;
  const auto* type = cluster::find_resource(attributes.group, attributes.resource);
  const Json* present = store.get({*type, attributes.name_space, attributes.name});
  if (present == nullptr) return nullptr;
  const auto content_type = request.header("content-type");
  auto patched = cluster::apply_patch(content_type.substr(0, content_type.find(';')), type->kind, *present, *body);
  return patched ? std::move(*patched) : Json();
}

class Granting {
 public:
  Granting(const Store& store, const User& user, const RequestAttributes& attributes)
      : store_(store), user_(user), attributes_(attributes) {}

  // What of the rules the user does not have, as the server words it.
  std::vector<std::string> missing(const Json& rules) const {
    std::vector<std::string> lines;
    for (const Json& rule : rules) {
      for (const Json& group : array_at(rule, "/apiGroups")) {
        for (const Json& resource : array_at(rule, "/resources")) add_missing(rule, group, resource, lines);
      }
    }
    return lines;
  }

  bool may(const std::string& verb, const std::string& group, const std::string& resource,
           const std::string& name) const {
    RequestAttributes wanted;
    const auto slash = resource.find('/');
    wanted.is_resource = true;
    wanted.verb = verb;
    wanted.group = group;
    wanted.name_space = attributes_.name_space;
    wanted.resource = resource.substr(0, slash);
    if (slash != std::string::npos) wanted.subresource = resource.substr(slash + 1);
    wanted.name = name;
    return authorize(store_, user_, wanted).allowed;
  }

  HttpResponse refuse(const std::string& name, const std::vector<std::string>& lines) const {
    std::vector<std::string> groups;
    for (const auto& group : user_.groups) groups.push_back('"' + group + '"');
    return refusal(
        403, "Forbidden",
        fmt::format("{}.{} \"{}\" is forbidden: user \"{}\" (groups=[{}]) is attempting to grant RBAC permissions not "
                    "currently held:\n{}",
                    attributes_.resource, kRbac, name, user_.name, join(groups, " "), join(lines, "\n")),
        {{"name", name}, {"group", kRbac}, {"kind", attributes_.resource}});
  }

 private:
  void add_missing(const Json& rule, const Json& group, const Json& resource, std::vector<std::string>& lines) const {
    if (!group.is_string() || !resource.is_string()) return;
    Json verbs = Json::array();
    for (const Json& verb : array_at(rule, "/verbs")) {
      if (verb.is_string() &&
          !may(verb.get<std::string>(), group.get<std::string>(), resource.get<std::string>(), "")) {
        verbs.push_back(verb);
      }
    }
    if (verbs.empty()) return;
    lines.push_back(
        fmt::format("{{APIGroups:[{}], Resources:[{}], Verbs:{}}}", group.dump(), resource.dump(), verbs.dump()));
  }

  const Store& store_;
  const User& user_;
  const RequestAttributes& attributes_;
};

Json rules_given(const Store& store, const RequestAttributes& attributes, const Json& object) {
  if (attributes.resource == "roles") return array_at(object, "/rules");
  const bool of_cluster = string_at(object, "/roleRef/kind") == "ClusterRole";
  const auto* type = cluster::find_kind(of_cluster ? "ClusterRole" : "Role");
  const Json* role = store.get({*type, of_cluster ? "" : attributes.name_space, string_at(object, "/roleRef/name")});
  return role == nullptr ? Json::array() : array_at(*role, "/rules");
}

std::optional<HttpResponse> refuse_escalation(const Store& store, const User& user, const RequestAttributes& attributes,
                                              const Json& object) {
  const Granting granting(store, user, attributes);
  const auto name = string_at(object, "/metadata/name");
  const bool whole = attributes.resource == "roles"
                         ? granting.may("escalate", kRbac, "roles", name)
                         : granting.may("bind", kRbac, "roles", string_at(object, "/roleRef/name"));
  if (whole) return std::nullopt;
  const auto lines = granting.missing(rules_given(store, attributes, object));
  if (lines.empty()) return std::nullopt;
  return granting.refuse(name, lines);
}

std::optional<HttpResponse> refuse_host(const Store& store, const User& user, const RequestAttributes& attributes,
                                        const Json& object) {
  if (attributes.verb != "create" || string_at(object, "/spec/host").empty()) return std::nullopt;
  const auto name = string_at(object, "/metadata/name");
  if (Granting(store, user, attributes).may("create", attributes.group, "routes/custom-host", "")) return std::nullopt;
  const std::string why = "you do not have permission to set the host field of the route";
  return refusal(
      422, "Invalid", fmt::format("Route.route.openshift.io \"{}\" is invalid: spec.host: Forbidden: {}", name, why),
      {{"name", name},
       {"group", attributes.group},
       {"kind", "Route"},
       {"causes",
        Json::array({{{"reason", "FieldValueForbidden"}, {"message", "Forbidden: " + why}, {"field", "spec.host"}}})}});
}

}  // namespace

std::optional<HttpResponse> refuse_for_further_rights(const Store& store, const User& user,
                                                      const RequestAttributes& attributes, const HttpRequest& request) {
  const bool gives = attributes.verb == "create" || attributes.verb == "update" || attributes.verb == "patch";
  if (!gives || user.administrator || !attributes.subresource.empty()) return std::nullopt;
  const bool is_role =
      attributes.group == kRbac && (attributes.resource == "roles" || attributes.resource == "rolebindings");
  const bool is_route = attributes.group == "route.openshift.io" && attributes.resource == "routes";
  if (!is_role && !is_route) return std::nullopt;
  const Json object = object_after(store, attributes, request);
  if (!object.is_object()) return std::nullopt;
  return is_role ? refuse_escalation(store, user, attributes, object) : refuse_host(store, user, attributes, object);
}

}  // namespace upshift::emulator::server
