#include "emulator/server/table.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace upshift::emulator::server {
namespace {

Json definition(const Column& column) {
  const bool is_name = std::string_view(column.name) == "Name";
  return {{"name", column.name},
          {"type", column.type},
          {"format", is_name ? "name" : ""},
          {"description", ""},
          {"priority", column.priority}};
}

Json name_cell(const Json& object, TimePoint /*now*/) {
  return string_at(object, "/metadata/name");
}

const std::vector<Column>& default_columns() {
  static const std::vector<Column> columns = {{"Age", "string", 0, age_cell}};
  return columns;
}

Json row_object(const Json& object, std::string_view include) {
  if (include == "Object") return object;
  if (include == "None") return nullptr;
  return {{"kind", "PartialObjectMetadata"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", object_at(object, "/metadata")}};
}

Json row(const Json& object, const std::vector<Column>& columns, std::string_view include, TimePoint now) {
  Json cells = {name_cell(object, now)};
  for (const Column& column : columns) cells.push_back(column.cell(object, now));
  Json out = {{"cells", cells}};
  if (Json shown = row_object(object, include); !shown.is_null()) out["object"] = std::move(shown);
  return out;
}

Json list_metadata(const Json& list) {
  Json metadata = object_at(list, "/metadata");
  for (const char* key : {"name", "namespace", "labels", "annotations", "uid"}) metadata.erase(key);
  Json kept = Json::object();
  for (const char* key : {"resourceVersion", "continue", "remainingItemCount"}) {
    if (metadata.contains(key)) kept[key] = metadata[key];
  }
  return kept;
}

}  // namespace

const std::vector<Column>* columns_of(std::string_view kind) {
  if (const auto* columns = core_columns(kind)) return columns;
  if (const auto* columns = workload_columns(kind)) return columns;
  return openshift_columns(kind);
}

Json to_table(const Json& object, std::string_view include_object, TimePoint now) {
  std::string kind = string_at(object, "/kind");
  if (kind.empty() || kind == "Status" || kind == "Table") return object;
  const Json* const items = find(object, "/items");
  const bool is_list = items != nullptr && items->is_array();
  constexpr std::string_view kListSuffix = "List";
  if (is_list && kind.ends_with(kListSuffix)) kind.resize(kind.size() - kListSuffix.size());
  const std::vector<Column>* columns = columns_of(kind);
  if (columns == nullptr) columns = &default_columns();
  Json definitions = {definition({"Name", "string", 0, name_cell})};
  for (const Column& column : *columns) definitions.push_back(definition(column));
  Json rows = Json::array();
  if (is_list) {
    for (Json item : *items) {
      item["kind"] = kind;
      item["apiVersion"] = string_at(object, "/apiVersion");
      rows.push_back(row(item, *columns, include_object, now));
    }
  } else {
    rows.push_back(row(object, *columns, include_object, now));
  }
  return {{"kind", "Table"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", list_metadata(object)},
          {"columnDefinitions", definitions},
          {"rows", rows}};
}

std::string age_text(Duration age) {
  using std::chrono::duration_cast;
  const auto seconds = duration_cast<std::chrono::seconds>(age).count();
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  const auto minutes = seconds / 60, hours = seconds / 3600, days = hours / 24, years = days / 365;
  const auto two = [](auto large, const char* unit, auto small, const char* small_unit) {
    return small == 0 ? fmt::format("{}{}", large, unit) : fmt::format("{}{}{}{}", large, unit, small, small_unit);
  };
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return fmt::format("{}m", minutes);
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return fmt::format("{}h", hours);
  if (days < 8) return two(days, "d", hours % 24, "h");
  if (years < 2) return fmt::format("{}d", days);
  if (years < 8) return two(years, "y", days % 365, "d");
  return fmt::format("{}y", years);
}

std::string age_since(std::string_view time, TimePoint now) {
  const Result<TimePoint> then = parse_rfc3339(time);
  return then ? age_text(now - *then) : "<unknown>";
}

Json age_cell(const Json& object, TimePoint now) {
  return age_since(string_at(object, "/metadata/creationTimestamp"), now);
}

Json creation_cell(const Json& object, TimePoint /*now*/) {
  return string_at(object, "/metadata/creationTimestamp");
}

std::string pairs_text(const Json& labels) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : labels.items()) {
    parts.push_back(key + "=" + (value.is_string() ? value.get<std::string>() : to_text(value)));
  }
  return parts.empty() ? "<none>" : join(parts, ",");
}

std::string joined(const Json& list, std::string_view pointer) {
  std::vector<std::string> parts;
  for (const Json& member : list) {
    if (const std::string text = string_at(member, pointer); !text.empty()) parts.push_back(text);
  }
  return parts.empty() ? "<none>" : join(parts, ",");
}

}  // namespace upshift::emulator::server
