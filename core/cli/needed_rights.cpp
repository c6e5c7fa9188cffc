#include "cli/needed_rights.hpp"

#include <algorithm>

#include "cluster/condition.hpp"
#include "cluster/resource.hpp"

namespace upshift::cli {
namespace {

using cluster::add_rights;
using cluster::Rights;

void add_verb(Rights& rights, const std::string& resource, const std::string& verb) {
  if (verb == "http") return;  // of the product, not of the cluster
  if (verb == "exec") {
    // Over WebSocket the request is a GET; newer servers ask for create as well.
    add_rights(rights, "pods/exec", {"create", "get"});
    add_rights(rights, "pods", {"get", "list"});
    add_rights(rights, "deploymentconfigs.apps.openshift.io", {"get"});
    return;
  }
  // A change is made of what was read just before, and looked up where its answer was lost.
  add_rights(rights, resource, {"get"});
  if (verb == "update") return add_rights(rights, resource, {"patch", "update"});
  add_rights(rights, resource, {verb});
}

bool is_object(const plan::Permission& change) {
  return std::any_of(change.verbs.begin(), change.verbs.end(),
                     [](const std::string& verb) { return verb != "exec" && verb != "http"; });
}

void add_waiting(NeededRights& rights) {
  for (const auto kind : cluster::kConditionKinds) {
    // Events and logs tell why something does not come; that it comes shows without them.
    Rights& to = kind == "Event" ? rights.wanted : rights.needed;
    add_rights(to, cluster::find_kind(kind)->qualified_name(), {"get", "list", "watch"});
  }
  add_rights(rights.wanted, "pods/log", {"get"});
}

bool changes_anything(const plan::Plan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(),
                     [](const plan::Step& step) { return step.selected && !step.changes.empty(); });
}

// The project's lock, and the mirror of the journal.
void add_record(Rights& rights) {
  add_rights(rights, "configmaps", {"get", "create", "update", "delete"});
  add_rights(rights, "secrets", {"get", "list", "create", "delete"});
}

}  // namespace

NeededRights needed_rights(const plan::Plan& plan) {
  NeededRights rights;
  for (const auto& step : plan.steps) {
    for (const auto& change : step.changes) {
      if (!step.selected) break;  // it is only proven
      for (const auto& verb : change.verbs) add_verb(rights.needed, change.resource, verb);
      // What is awaited to be there or gone is followed.
      if (!step.awaits.empty() && is_object(change)) add_rights(rights.needed, change.resource, {"list", "watch"});
    }
    for (const auto& right : step.selected ? step.holds : std::vector<plan::Permission>()) {
      for (const auto& verb : right.verbs) add_rights(rights.needed, right.resource, {verb});
    }
    for (const auto& resource : step.reads) {
      if (resource.find('/') == std::string::npos) {
        add_rights(rights.needed, resource, {"get", "list"});
      } else {
        add_rights(rights.needed, resource, {"get"});
      }
    }
    for (const auto& kind : step.reads_kinds) {
      const auto* type = cluster::find_kind(kind);
      if (type != nullptr) add_rights(rights.wanted, type->qualified_name(), {"get", "list"});
    }
  }
  const bool waits = std::any_of(plan.steps.begin(), plan.steps.end(),
                                 [](const plan::Step& step) { return step.selected && !step.awaits.empty(); });
  if (waits) add_waiting(rights);
  if (changes_anything(plan)) add_record(rights.needed);
  for (const auto& right : rights.needed) rights.wanted.erase(right);
  return rights;
}

}  // namespace upshift::cli
