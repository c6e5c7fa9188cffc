#include <fmt/format.h>
#include <map>

#include "base/text.hpp"
#include "emulator/server/table.hpp"

namespace upshift::emulator::server {
namespace {

std::string or_none(std::string text) {
  return text.empty() ? "<none>" : text;
}

Json data_count(const Json& object, TimePoint /*now*/) {
  return object_at(object, "/data").size() + object_at(object, "/binaryData").size();
}

Json service_ports(const Json& service, TimePoint /*now*/) {
  std::vector<std::string> parts;
  for (const Json& port : array_at(service, "/spec/ports")) {
    const std::int64_t node_port = int_at(port, "/nodePort");
    parts.push_back(fmt::format("{}{}/{}", int_at(port, "/port"), node_port > 0 ? fmt::format(":{}", node_port) : "",
                                string_at(port, "/protocol", "TCP")));
  }
  return parts.empty() ? "<none>" : join(parts, ",");
}

Json service_external(const Json& service, TimePoint /*now*/) {
  if (string_at(service, "/spec/type") == "ExternalName") return string_at(service, "/spec/externalName");
  if (string_at(service, "/spec/type") == "LoadBalancer") return "<pending>";
  return "<none>";
}

Json endpoint_addresses(const Json& endpoints, TimePoint /*now*/) {
  std::vector<std::string> parts;
  for (const Json& subset : array_at(endpoints, "/subsets")) {
    for (const Json& port : array_at(subset, "/ports")) {
      for (const Json& address : array_at(subset, "/addresses")) {
        parts.push_back(fmt::format("{}:{}", string_at(address, "/ip"), int_at(port, "/port")));
      }
    }
  }
  return parts.empty() ? "<none>" : join(parts, ",");
}

Json access_modes(const Json& claim, TimePoint /*now*/) {
  static const std::map<std::string, std::string> kShort = {
      {"ReadWriteOnce", "RWO"}, {"ReadOnlyMany", "ROX"}, {"ReadWriteMany", "RWX"}, {"ReadWriteOncePod", "RWOP"}};
  std::vector<std::string> parts;
  for (const Json& mode : array_at(claim, "/status/accessModes")) {
    const auto known = kShort.find(mode.is_string() ? mode.get<std::string>() : "");
    if (known != kShort.end()) parts.push_back(known->second);
  }
  return join(parts, ",");
}

Json event_last_seen(const Json& event, TimePoint now) {
  for (const char* pointer : {"/lastTimestamp", "/eventTime", "/firstTimestamp"}) {
    if (const std::string time = string_at(event, pointer); !time.empty()) return age_since(time, now);
  }
  return "<unknown>";
}

Json event_object(const Json& event, TimePoint /*now*/) {
  std::string kind = string_at(event, "/involvedObject/kind");
  for (char& c : kind) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return kind + "/" + string_at(event, "/involvedObject/name");
}

Json role_name(const Json& binding, TimePoint /*now*/) {
  return string_at(binding, "/roleRef/kind") + "/" + string_at(binding, "/roleRef/name");
}

using Columns = std::vector<Column>;

const Column kAge = {"Age", "string", 0, age_cell};

Json type_text(const Json& it, TimePoint /*now*/) {
  return string_at(it, "/type");
}
Json phase(const Json& it, TimePoint /*now*/) {
  return string_at(it, "/status/phase");
}
Json account_secrets(const Json& it, TimePoint /*now*/) {
  return array_at(it, "/secrets").size();
}

const std::map<std::string_view, Columns>& table() {
  static const std::map<std::string_view, Columns> columns = {
      {"Namespace", {{"Status", "string", 0, phase}, kAge}},
      {"ConfigMap", {{"Data", "string", 0, data_count}, kAge}},
      {"Secret", {{"Type", "string", 0, type_text}, {"Data", "string", 0, data_count}, kAge}},
      {"ServiceAccount", {{"Secrets", "string", 0, account_secrets}, kAge}},
      {"Service",
       {{"Type", "string", 0, [](const Json& it, TimePoint) -> Json { return string_at(it, "/spec/type"); }},
        {"Cluster-IP", "string", 0,
         [](const Json& it, TimePoint) -> Json { return or_none(string_at(it, "/spec/clusterIP")); }},
        {"External-IP", "string", 0, service_external},
        {"Port(s)", "string", 0, service_ports},
        kAge,
        {"Selector", "string", 1,
         [](const Json& it, TimePoint) -> Json { return pairs_text(object_at(it, "/spec/selector")); }}}},
      {"Endpoints", {{"Endpoints", "string", 0, endpoint_addresses}, kAge}},
      {"PersistentVolumeClaim",
       {{"Status", "string", 0, phase},
        {"Volume", "string", 0, [](const Json& it, TimePoint) -> Json { return string_at(it, "/spec/volumeName"); }},
        {"Capacity", "string", 0,
         [](const Json& it, TimePoint) -> Json { return string_at(it, "/status/capacity/storage"); }},
        {"Access Modes", "string", 0, access_modes},
        {"StorageClass", "string", 0,
         [](const Json& it, TimePoint) -> Json { return string_at(it, "/spec/storageClassName"); }},
        kAge,
        {"VolumeMode", "string", 1,
         [](const Json& it, TimePoint) -> Json { return string_at(it, "/spec/volumeMode", "Filesystem"); }}}},
      {"Event",
       {{"Last Seen", "string", 0, event_last_seen},
        {"Type", "string", 0, type_text},
        {"Reason", "string", 0, [](const Json& it, TimePoint) -> Json { return string_at(it, "/reason"); }},
        {"Object", "string", 0, event_object},
        {"Message", "string", 0, [](const Json& it, TimePoint) -> Json { return string_at(it, "/message"); }}}},
      {"Role", {{"Created At", "date", 0, creation_cell}}},
      {"ClusterRole", {{"Created At", "date", 0, creation_cell}}},
      {"RoleBinding", {{"Role", "string", 0, role_name}, kAge}},
      {"ClusterRoleBinding", {{"Role", "string", 0, role_name}, kAge}},
  };
  return columns;
}

}  // namespace

const std::vector<Column>* core_columns(std::string_view kind) {
  const auto found = table().find(kind);
  return found == table().end() ? nullptr : &found->second;
}

}  // namespace upshift::emulator::server
