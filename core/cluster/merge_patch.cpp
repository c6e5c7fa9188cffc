#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/patch.hpp"
#include "cluster/transport.hpp"

namespace upshift::cluster {

Json apply_merge_patch(const Json& document, const Json& patch) {
  if (!patch.is_object()) return patch;
  Json result = document.is_object() ? document : Json::object();
  for (const auto& [key, value] : patch.items()) {
    if (value.is_null()) {
      result.erase(key);
    } else {
      const auto current = result.find(key);
      result[key] = apply_merge_patch(current == result.end() ? Json() : *current, value);
    }
  }
  return result;
}

Json make_merge_patch(const Json& from, const Json& to) {
  if (!from.is_object() || !to.is_object()) return to;
  Json patch = Json::object();
  for (const auto& [key, value] : from.items()) {
    if (!to.contains(key)) patch[key] = nullptr;
  }
  for (const auto& [key, value] : to.items()) {
    const auto current = from.find(key);
    if (current == from.end()) {
      patch[key] = value;
    } else if (*current != value) {
      patch[key] = make_merge_patch(*current, value);
    }
  }
  return patch;
}

Result<Json> apply_patch(std::string_view content_type, std::string_view kind, const Json& document,
                         const Json& patch) {
  if (content_type == kJsonPatch) return apply_json_patch(document, patch);
  if (content_type == kStrategicMergePatch) return apply_strategic_merge_patch(kind, document, patch);
  if (content_type != kMergePatch) {
    return failure(StatusCode::kInvalidArgument, fmt::format("'{}' is not a type of patch", content_type),
                   fmt::format("Use {}, {} or {}.", kJsonPatch, kMergePatch, kStrategicMergePatch));
  }
  if (!patch.is_object()) return failure(StatusCode::kInvalidArgument, "a merge patch is an object");
  return apply_merge_patch(document, patch);
}

}  // namespace upshift::cluster
