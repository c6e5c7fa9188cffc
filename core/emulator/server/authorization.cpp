#include "emulator/server/authorization.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

namespace upshift::emulator::server {
namespace {

bool holds(const Json& list, std::string_view wanted) {
  return std::any_of(list.begin(), list.end(), [&](const Json& item) { return item == wanted || item == "*"; });
}

bool names_resource(const Json& resources, const RequestAttributes& wanted) {
  const std::string whole = wanted.subresource.empty() ? wanted.resource : wanted.resource + "/" + wanted.subresource;
  if (holds(resources, whole)) return true;
  const Json any = "*/" + wanted.subresource;
  return !wanted.subresource.empty() && std::find(resources.begin(), resources.end(), any) != resources.end();
}

bool covers_path(const Json& paths, const std::string& path) {
  return std::any_of(paths.begin(), paths.end(), [&](const Json& item) {
    if (!item.is_string()) return false;
    const std::string text = item.get<std::string>();
    return text == path || (text.ends_with('*') && path.starts_with(text.substr(0, text.size() - 1)));
  });
}

bool rule_allows(const Json& rule, const RequestAttributes& wanted) {
  if (!holds(array_at(rule, "/verbs"), wanted.verb)) return false;
  if (!wanted.is_resource) return covers_path(array_at(rule, "/nonResourceURLs"), wanted.path);
  const Json& names = array_at(rule, "/resourceNames");
  const bool named = names.empty() || std::find(names.begin(), names.end(), Json(wanted.name)) != names.end();
  return named && holds(array_at(rule, "/apiGroups"), wanted.group) &&
         names_resource(array_at(rule, "/resources"), wanted);
}

Json rule(const Json& verbs, const Json& groups, const Json& resources) {
  return {{"verbs", verbs}, {"apiGroups", groups}, {"resources", resources}};
}

// The roles that a cluster has from its beginning, where the project does not hold them itself.
Json built_in_rules(const std::string& role) {
  const Json all = Json::array({"*"});
  if (role == "cluster-admin") {
    return Json::array({rule(all, all, all), {{"verbs", all}, {"nonResourceURLs", all}}});
  }
  if (role == "admin") return Json::array({rule(all, all, all)});
  const Json groups = {"",
                       "apps",
                       "apps.openshift.io",
                       "autoscaling",
                       "batch",
                       "build.openshift.io",
                       "image.openshift.io",
                       "policy",
                       "route.openshift.io",
                       "template.openshift.io"};
  if (role == "edit") return Json::array({rule(all, groups, all)});
  if (role != "view") return nullptr;
  const Json core = {"configmaps",
                     "endpoints",
                     "events",
                     "namespaces",
                     "persistentvolumeclaims",
                     "pods",
                     "pods/log",
                     "pods/status",
                     "replicationcontrollers",
                     "resourcequotas",
                     "serviceaccounts",
                     "services"};
  const Json others(groups.begin() + 1, groups.end());
  const Json reads = {"get", "list", "watch"};
  return Json::array({rule(reads, Json::array({""}), core), rule(reads, others, all)});
}

// Null where the role does not exist.
Json rules_of_role(const Store& store, const Json& role_ref, const std::string& name_space) {
  const std::string kind = string_at(role_ref, "/kind");
  const std::string name = string_at(role_ref, "/name");
  const bool cluster = kind == "ClusterRole";
  const Json* const role =
      store.get({*cluster::find_kind(cluster ? "ClusterRole" : "Role"), cluster ? std::string{} : name_space, name});
  if (role != nullptr) return array_at(*role, "/rules");
  return cluster ? built_in_rules(name) : Json();
}

bool is_subject(const Json& subject, const User& user, const std::string& name_space) {
  const std::string kind = string_at(subject, "/kind");
  const std::string name = string_at(subject, "/name");
  if (kind == "User") return name == user.name;
  if (kind == "Group") return std::find(user.groups.begin(), user.groups.end(), name) != user.groups.end();
  return kind == "ServiceAccount" &&
         user.name == fmt::format("system:serviceaccount:{}:{}", string_at(subject, "/namespace", name_space), name);
}

std::string subject_text(const Json& subject) {
  const std::string kind = string_at(subject, "/kind");
  const std::string name = string_at(subject, "/name");
  if (kind == "ServiceAccount") return fmt::format("{} \"{}/{}\"", kind, name, string_at(subject, "/namespace"));
  return fmt::format("{} \"{}\"", kind, name);
}

struct Grant {
  std::string binding;  // kind, name and namespace as a review words them
  Json role_ref, subject, rules;
};

// Visits what bindings give to the user, the cluster's first, until the visitor returns true.
void visit_grants(const Store& store, const User& user, const std::string& name_space,
                  const std::function<bool(const Grant&)>& visit) {
  for (const char* kind : {"ClusterRoleBinding", "RoleBinding"}) {
    const bool of_cluster = kind == std::string_view("ClusterRoleBinding");
    if (!of_cluster && name_space.empty()) return;
    const auto bindings = store.list(*cluster::find_kind(kind), of_cluster ? std::string{} : name_space);
    for (const Json* binding : bindings) {
      for (const Json& subject : array_at(*binding, "/subjects")) {
        if (!is_subject(subject, user, name_space)) continue;
        Grant grant{fmt::format("{} \"{}{}\"", kind, string_at(*binding, "/metadata/name"),
                                of_cluster ? std::string{} : "/" + name_space),
                    object_at(*binding, "/roleRef"), subject, nullptr};
        grant.rules = rules_of_role(store, grant.role_ref, name_space);
        if (visit(grant)) return;
        break;
      }
    }
  }
}

// What everybody may do who has said who they are.
Json common_rules() {
  return Json::array({rule(Json::array({"create"}), Json::array({"authorization.k8s.io"}),
                           {"selfsubjectaccessreviews", "selfsubjectrulesreviews"}),
                      {{"verbs", Json::array({"get"})},
                       {"nonResourceURLs",
                        {"/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*",
                         "/readyz", "/version", "/version/"}}}});
}

}  // namespace

Decision authorize(const Store& store, const User& user, const RequestAttributes& attributes) {
  if (user.administrator) {
    return {true,
            "RBAC: allowed by ClusterRoleBinding \"cluster-admins\" of ClusterRole \"cluster-admin\" to Group "
            "\"system:cluster-admins\""};
  }
  Decision decision;
  visit_grants(store, user, attributes.name_space, [&](const Grant& grant) {
    const std::string kind = string_at(grant.role_ref, "/kind");
    const std::string name = string_at(grant.role_ref, "/name");
    if (grant.rules.is_null()) {
      const std::string resource = kind == "ClusterRole" ? "clusterrole" : "role";
      decision.reason = fmt::format("RBAC: {}.rbac.authorization.k8s.io \"{}\" not found", resource, name);
      return false;
    }
    decision.allowed = std::any_of(grant.rules.begin(), grant.rules.end(),
                                   [&](const Json& rule) { return rule_allows(rule, attributes); });
    if (decision.allowed) {
      decision.reason =
          fmt::format("RBAC: allowed by {} of {} \"{}\" to {}", grant.binding, kind, name, subject_text(grant.subject));
    }
    return decision.allowed;
  });
  if (decision.allowed || user.groups.front() != "system:authenticated") return decision;
  const Json common = common_rules();
  if (std::any_of(common.begin(), common.end(), [&](const Json& rule) { return rule_allows(rule, attributes); })) {
    return {true, {}};
  }
  return decision;
}

Json rules_of(const Store& store, const User& user, const std::string& name_space) {
  Json resources = Json::array();
  Json paths = Json::array();
  const auto take = [&](const Json& rules) {
    for (const Json& item : rules) (item.contains("nonResourceURLs") ? paths : resources).push_back(item);
  };
  if (user.administrator) {
    take(built_in_rules("cluster-admin"));
  } else {
    take(common_rules());
    visit_grants(store, user, name_space, [&](const Grant& grant) {
      if (!grant.rules.is_null()) take(grant.rules);
      return false;
    });
  }
  return {{"resourceRules", resources}, {"nonResourceRules", paths}, {"incomplete", false}};
}

}  // namespace upshift::emulator::server
