#include "emulator/endpoints.hpp"

#include "emulator/pod_facts.hpp"

namespace upshift::emulator {
namespace {

bool selects(const Json& selector, const Json& pod) {
  const Json& labels = object_at(pod, "/metadata/labels");
  for (const auto& [key, value] : selector.items()) {
    const auto label = labels.find(key);
    if (label == labels.end() || *label != value) return false;
  }
  return true;
}

// The number behind a Service's target port in this pod; 0 where the pod has no port of that name.
std::int64_t port_number(const Json& pod, const Json& port) {
  const Json* target = find(port, "/targetPort");
  if (target == nullptr) return int_at(port, "/port");
  if (target->is_number_integer()) return int_at(port, "/targetPort");
  for (const Json& container : array_at(pod, "/spec/containers")) {
    for (const Json& candidate : array_at(container, "/ports")) {
      if (candidate.contains("name") && candidate["name"] == *target) return int_at(candidate, "/containerPort");
    }
  }
  return 0;
}

Json ports_of(const Json& service, const Json& pod) {
  Json out = Json::array();
  for (const Json& port : array_at(service, "/spec/ports")) {
    const std::int64_t number = port_number(pod, port);
    if (number == 0) continue;
    Json entry = {{"port", number}, {"protocol", string_at(port, "/protocol", "TCP")}};
    if (const std::string name = string_at(port, "/name"); !name.empty()) entry["name"] = name;
    out.push_back(std::move(entry));
  }
  return out;
}

Json address_of(const Json& pod) {
  return {{"ip", string_at(pod, "/status/podIP")},
          {"nodeName", string_at(pod, "/spec/nodeName")},
          {"targetRef",
           {{"kind", "Pod"},
            {"name", string_at(pod, "/metadata/name")},
            {"namespace", string_at(pod, "/metadata/namespace")},
            {"uid", string_at(pod, "/metadata/uid")},
            {"resourceVersion", string_at(pod, "/metadata/resourceVersion")}}}};
}

// What does not make two lists of addresses differ: the order, and which version of a pod was looked at.
Json comparable(const Json& subsets) {
  std::set<Json> out;
  for (const Json& subset : subsets) {
    Json plain = subset;
    for (const char* member : {"addresses", "notReadyAddresses", "ports"}) {
      if (!plain.contains(member)) continue;
      std::set<Json> entries;
      for (Json entry : plain[member]) {
        if (entry.contains("targetRef")) entry["targetRef"].erase("resourceVersion");
        entries.insert(std::move(entry));
      }
      plain[member] = entries;
    }
    out.insert(std::move(plain));
  }
  return out;
}

}  // namespace

void EndpointsController::observe(const StoredEvent& event) {
  const Json& object = event.event.object;
  const ObjectName name = name_of(object);
  if (event.type.kind == "Service") {
    const Json& selector = object_at(object, "/spec/selector");
    const bool gone = event.event.type == WatchEvent::Type::kDeleted;
    if (gone || selector.empty()) {
      selectors_.erase(name);
    } else {
      selectors_[name] = selector;
    }
    enqueue(name);
  } else if (event.type.kind == "Pod" && hook_of(object).empty() && !is_deployer(object)) {
    for (auto at = selectors_.lower_bound({name.name_space, ""});
         at != selectors_.end() && at->first.name_space == name.name_space; ++at) {
      if (selects(at->second, object)) enqueue(at->first);
    }
  }
}

Json EndpointsController::subsets_of(const Json& service) const {
  std::map<Json, Json> by_ports;
  const Json& selector = object_at(service, "/spec/selector");
  for (const Json* pod : store_.list(type_of("Pod"), string_at(service, "/metadata/namespace"))) {
    if (is_finished(*pod) || being_deleted(*pod) || string_at(*pod, "/status/podIP").empty()) continue;
    if (!selects(selector, *pod)) continue;
    const char* member =
        is_ready(*pod) || bool_at(service, "/spec/publishNotReadyAddresses") ? "addresses" : "notReadyAddresses";
    by_ports[ports_of(service, *pod)][member].push_back(address_of(*pod));
  }
  Json out = Json::array();
  for (auto& [ports, subset] : by_ports) {
    subset["ports"] = ports;
    out.push_back(subset);
  }
  return out;
}

void EndpointsController::reconcile(const ObjectName& name) {
  const ObjectRef ref = ref_to("Endpoints", name);
  const Json* service = store_.get(ref_to("Service", name));
  const Json* stored = store_.get(ref);
  if (service == nullptr) {
    if (stored != nullptr) store_.remove(ref);
    return;
  }
  if (!selectors_.contains(name)) return;
  Json subsets = subsets_of(*service);
  const Json labels = object_at(*service, "/metadata/labels");
  if (stored == nullptr) {
    Json endpoints = {{"metadata", Json::object()}};
    if (!labels.empty()) endpoints["metadata"]["labels"] = labels;
    if (!subsets.empty()) endpoints["subsets"] = std::move(subsets);
    store_.create(ref, std::move(endpoints));
    return;
  }
  const bool same_labels = object_at(*stored, "/metadata/labels") == labels;
  if (same_labels && comparable(array_at(*stored, "/subsets")) == comparable(subsets)) return;
  modify(store_, ref, [&](Json& endpoints) {
    endpoints["metadata"]["annotations"]["endpoints.kubernetes.io/last-change-trigger-time"] = plane_.now_text();
    if (!labels.empty()) endpoints["metadata"]["labels"] = labels;
    if (subsets.empty()) {
      endpoints.erase("subsets");
    } else {
      endpoints["subsets"] = subsets;
    }
  });
}

}  // namespace upshift::emulator
