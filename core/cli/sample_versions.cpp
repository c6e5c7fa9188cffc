#include "cli/sample_versions.hpp"

#include <fmt/format.h>
#include <map>

#include "plan/version_graph.hpp"

namespace upshift::cli {
namespace {

constexpr const char* kVersions = "x-versions";
constexpr const char* kOnlyIn = "x-only-in";
constexpr const char* kByVersion = "x-by-version";
constexpr const char* kInlinedIn = "x-inlined-in";

bool is_in(const std::string& range, const std::string& version) {
  if (range.starts_with("until ")) return plan::compare_versions(version, range.substr(6)) <= 0;
  if (range.ends_with(" on")) return plan::compare_versions(version, range.substr(0, range.size() - 3)) >= 0;
  return range == version;
}

bool is_left_out(const Json& value, const std::string& version) {
  const auto range = value.is_object() ? value.value(kOnlyIn, std::string()) : std::string();
  return !range.empty() && !is_in(range, version);
}

Result<Json> render(const Json& value, const std::string& version) {
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) {
      if (is_left_out(item, version)) continue;
      UPSHIFT_ASSIGN(Json rendered, render(item, version));
      out.push_back(std::move(rendered));
    }
    return out;
  }
  if (!value.is_object()) return value;
  if (const auto choices = value.find(kByVersion); choices != value.end()) {
    for (const auto& [range, choice] : choices->items()) {
      if (is_in(range, version)) return render(choice, version);
    }
    return failure(StatusCode::kInvalidArgument, fmt::format("the sample has no value for version {}", version),
                   to_text(*choices));
  }
  Json out = Json::object();
  for (const auto& [key, member] : value.items()) {
    if (key == kOnlyIn || is_left_out(member, version)) continue;
    UPSHIFT_ASSIGN(out[key], render(member, version));
  }
  return out;
}

// The values of objects that a version has as literals, by "Kind/name".
using Inlined = std::map<std::string, Json>;

Inlined take_inlined(Json& objects, const std::string& version) {
  Inlined inlined;
  Json kept = Json::array();
  for (Json& object : objects) {
    const auto range = object.value(kInlinedIn, std::string());
    object.erase(kInlinedIn);
    if (range.empty() || !is_in(range, version)) {
      kept.push_back(std::move(object));
      continue;
    }
    const auto* data = find(object, string_at(object, "/kind") == "Secret" ? "/stringData" : "/data");
    inlined[string_at(object, "/kind") + "/" + string_at(object, "/metadata/name")] =
        data == nullptr ? Json::object() : *data;
  }
  objects = std::move(kept);
  return inlined;
}

Status inline_references(Json& value, const Inlined& inlined) {
  if (value.is_object() && value.contains("valueFrom")) {
    for (const auto& [member, kind] :
         {std::pair{"secretKeyRef", "Secret"}, std::pair{"configMapKeyRef", "ConfigMap"}}) {
      const Json* reference = find(value, std::string("/valueFrom/") + member);
      if (reference == nullptr) continue;
      const auto name = fmt::format("{}/{}", kind, string_at(*reference, "/name"));
      const auto source = inlined.find(name);
      if (source == inlined.end()) continue;
      const auto key = string_at(*reference, "/key");
      if (!source->second.contains(key)) {
        return failure(StatusCode::kInvalidArgument, fmt::format("{} of the sample has no key {}", name, key));
      }
      Json literal = source->second.at(key);
      value.erase("valueFrom");
      value["value"] = std::move(literal);
      return {};
    }
  }
  if (value.is_structured()) {
    for (Json& item : value) UPSHIFT_TRY(inline_references(item, inlined));
  }
  return {};
}

}  // namespace

std::vector<std::string> versions_of(const Json& description) {
  std::vector<std::string> versions;
  for (const Json& version : array_at(description, std::string("/") + kVersions)) {
    if (version.is_string()) versions.push_back(version.get<std::string>());
  }
  return versions;
}

Result<Json> render_version(const Json& description, const std::string& version) {
  UPSHIFT_ASSIGN(Json rendered, render(description, version));
  rendered.erase(kVersions);
  if (rendered.contains("objects")) {
    const Inlined inlined = take_inlined(rendered["objects"], version);
    UPSHIFT_TRY(inline_references(rendered["objects"], inlined));
  }
  return rendered;
}

}  // namespace upshift::cli
