#include "emulator/quota.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "emulator/pod_facts.hpp"
#include "emulator/quantity.hpp"

namespace upshift::emulator {
namespace {

// "requests.cpu" of a quota is what containers ask for; the short names mean the same.
struct Measure {
  std::string section;   // "requests", "limits"
  std::string resource;  // "cpu", "memory"
};

std::optional<Measure> measure_of(std::string_view name) {
  if (name == "cpu" || name == "memory") return Measure{"requests", std::string(name)};
  for (const std::string_view section : {"requests", "limits"}) {
    if (!name.starts_with(section) || name.size() <= section.size() || name[section.size()] != '.') continue;
    const std::string_view resource = name.substr(section.size() + 1);
    if (resource == "cpu" || resource == "memory") return Measure{std::string(section), std::string(resource)};
  }
  return std::nullopt;
}

// What a pod asks for: nullopt where a container does not say.
std::optional<double> asked(const Json& pod, const Measure& measure) {
  double sum = 0;
  for (const Json& container : array_at(pod, "/spec/containers")) {
    const std::string text = string_at(container, "/resources/" + measure.section + "/" + measure.resource);
    const std::string limit = string_at(container, "/resources/limits/" + measure.resource);
    const auto amount = parse_quantity(text.empty() ? limit : text);
    if (!amount) return std::nullopt;
    sum += *amount;
  }
  return sum;
}

bool in_scope(const Json& quota, const Json& pod) {
  const bool terminating = find(pod, "/spec/activeDeadlineSeconds") != nullptr;
  const bool best_effort = quality_of_service(pod) == "BestEffort";
  for (const Json& scope : array_at(quota, "/spec/scopes")) {
    if (scope == "Terminating" && !terminating) return false;
    if (scope == "NotTerminating" && terminating) return false;
    if (scope == "BestEffort" && !best_effort) return false;
    if (scope == "NotBestEffort" && best_effort) return false;
  }
  return true;
}

double used(const Store& store, const Json& quota, const std::string& name) {
  const auto measure = measure_of(name);
  double sum = 0;
  for (const Json* pod : store.list(type_of("Pod"), string_at(quota, "/metadata/namespace"))) {
    if (is_finished(*pod) || !in_scope(quota, *pod)) continue;
    sum += measure ? asked(*pod, *measure).value_or(0) : 1;
  }
  return sum;
}

// The type whose objects a quota counts under this name; nullptr for anything else.
const ResourceType* counted_type(std::string_view name) {
  constexpr std::string_view kCount = "count/";
  static constexpr std::string_view kPlain[] = {"services",   "replicationcontrollers", "resourcequotas", "secrets",
                                                "configmaps", "persistentvolumeclaims"};
  if (std::find(std::begin(kPlain), std::end(kPlain), name) != std::end(kPlain)) {
    return cluster::find_resource("", name);
  }
  if (name == "openshift.io/imagestreams") return cluster::find_kind("ImageStream");
  if (!name.starts_with(kCount)) return nullptr;
  name.remove_prefix(kCount.size());
  const auto dot = name.find('.');
  return cluster::find_resource(dot == std::string_view::npos ? "" : name.substr(dot + 1), name.substr(0, dot));
}

bool counts_pods(std::string_view name) {
  return name == "pods" || name == "count/pods" || measure_of(name).has_value();
}

}  // namespace

std::optional<std::string> quota_refusal(const Store& store, const Json& pod) {
  for (const Json* quota : store.list(type_of("ResourceQuota"), string_at(pod, "/metadata/namespace"))) {
    if (!in_scope(*quota, pod)) continue;
    const std::string quota_name = string_at(*quota, "/metadata/name");
    std::string missing, requested, in_use, limited;
    const auto append = [](std::string& list, const std::string& text) { list += (list.empty() ? "" : ",") + text; };
    for (const auto& [name, hard] : object_at(*quota, "/spec/hard").items()) {
      if (!counts_pods(name)) continue;
      const auto measure = measure_of(name);
      const auto wanted = measure ? asked(pod, *measure) : std::optional(1.0);
      if (!wanted) {
        append(missing, name);
        continue;
      }
      const auto limit = parse_quantity(hard.is_string() ? hard.get<std::string>() : hard.dump());
      const double present = used(store, *quota, name);
      if (!limit || present + *wanted <= *limit + 1e-9) continue;
      append(requested, name + "=" + quantity_text(*wanted));
      append(in_use, name + "=" + quantity_text(present));
      append(limited, name + "=" + (hard.is_string() ? hard.get<std::string>() : hard.dump()));
    }
    if (!missing.empty()) return fmt::format("failed quota: {}: must specify {}", quota_name, missing);
    if (!requested.empty()) {
      return fmt::format("exceeded quota: {}, requested: {}, used: {}, limited: {}", quota_name, requested, in_use,
                         limited);
    }
  }
  return std::nullopt;
}

std::optional<std::string> quota_refusal(const Store& store, const ResourceType& type, const std::string& name_space) {
  for (const Json* quota : store.list(type_of("ResourceQuota"), name_space)) {
    std::string requested, in_use, limited;
    const auto present = static_cast<double>(store.list(type, name_space).size());
    for (const auto& [name, hard] : object_at(*quota, "/spec/hard").items()) {
      const ResourceType* counted = counted_type(name);
      const std::string text = hard.is_string() ? hard.get<std::string>() : hard.dump();
      const auto limit = parse_quantity(text);
      if (counted == nullptr || !(*counted == type) || !limit || present + 1 <= *limit) continue;
      const char* comma = requested.empty() ? "" : ",";
      requested += fmt::format("{}{}=1", comma, name);
      in_use += fmt::format("{}{}={}", comma, name, quantity_text(present));
      limited += fmt::format("{}{}={}", comma, name, text);
    }
    if (requested.empty()) continue;
    return fmt::format("exceeded quota: {}, requested: {}, used: {}, limited: {}", string_at(*quota, "/metadata/name"),
                       requested, in_use, limited);
  }
  return std::nullopt;
}

void QuotaUsage::observe(const StoredEvent& event) {
  const ObjectName name = name_of(event.event.object);
  if (event.type.kind == "ResourceQuota") {
    if (event.event.type == WatchEvent::Type::kDeleted) {
      quotas_.erase(name);
    } else if (quotas_.insert(name).second || event.event.type == WatchEvent::Type::kModified) {
      enqueue(name);
    }
  } else if ((event.type.kind == "Pod" || event.event.type != WatchEvent::Type::kModified) && !quotas_.empty()) {
    for (const ObjectName& quota : quotas_) {
      if (quota.name_space == name.name_space) enqueue(quota);
    }
  }
}

void QuotaUsage::reconcile(const ObjectName& name) {
  modify(store_, ref_to("ResourceQuota", name), [&](Json& quota) {
    const Json hard = object_at(quota, "/spec/hard");
    Json in_use = Json::object();
    for (const auto& [resource, limit] : hard.items()) {
      const ResourceType* counted = counted_type(resource);
      const double present = counted != nullptr ? static_cast<double>(store_.list(*counted, name.name_space).size())
                             : counts_pods(resource) ? used(store_, quota, resource)
                                                     : 0;
      in_use[resource] = quantity_text(present);
    }
    quota["status"] = {{"hard", hard}, {"used", in_use}};
  });
}

}  // namespace upshift::emulator
