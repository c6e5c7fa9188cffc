#include "emulator/api_path.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace upshift::emulator {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool group_is_served(std::string_view group) {
  const auto& types = cluster::known_types();
  return std::any_of(types.begin(), types.end(), [&](const auto& type) { return type.group == group; });
}

// Resources that show parts of other objects: nothing of them is stored, so that they are no types of the project.
const cluster::ResourceType* find_view(std::string_view group, std::string_view resource) {
  static const std::vector<cluster::ResourceType> views = {
      {"image.openshift.io", "v1", "imagetags", "ImageTag"},
      {"image.openshift.io", "v1", "imagestreamimages", "ImageStreamImage"},
      {"image.openshift.io", "v1", "imagestreammappings", "ImageStreamMapping"},
  };
  const auto found = std::find_if(views.begin(), views.end(),
                                  [&](const auto& view) { return view.group == group && view.resource == resource; });
  return found == views.end() ? nullptr : &*found;
}

// RESOURCE, RESOURCE/NAME or RESOURCE/NAME/SUBRESOURCE.
std::optional<ApiPath> resource_part(std::string_view group, std::string_view version, std::string name_space,
                                     const std::vector<std::string>& parts, std::size_t first) {
  if (parts.size() <= first || parts.size() > first + 3) return std::nullopt;
  const cluster::ResourceType* type = cluster::find_resource(group, parts[first]);
  if (type == nullptr) type = find_view(group, parts[first]);
  if (type == nullptr || type->version != version) return std::nullopt;
  const auto part = [&](std::size_t index) { return index < parts.size() ? parts[index] : std::string{}; };
  return ApiPath{type, std::move(name_space), part(first + 1), part(first + 2)};
}

}  // namespace

std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_value(text[i + 2]);
    if (low < 0) {
      out += text[i];
    } else {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

ParsedPath parse_api_path(std::string_view path) {
  std::vector<std::string> parts;
  for (const std::string& part : split(path, '/')) {
    if (!part.empty()) parts.push_back(decode_percent(part));
  }
  const bool core = !parts.empty() && parts.front() == "api";
  const bool grouped = !parts.empty() && parts.front() == "apis";
  const std::size_t version_at = core ? 1 : 2;
  if ((!core && !grouped) || parts.size() <= version_at) return {};
  const std::string group = core ? std::string{} : parts[1];
  const std::string version = parts[version_at];
  if (!group_is_served(group)) return {};
  ParsedPath parsed{true, std::nullopt};
  const std::size_t first = version_at + 1;
  const bool in_namespace = parts.size() > first + 2 && parts[first] == "namespaces";
  if (in_namespace && !(core && (parts[first + 2] == "status" || parts[first + 2] == "finalize"))) {
    parsed.path = resource_part(group, version, parts[first + 1], parts, first + 2);
    if (parsed.path && !parsed.path->type->namespaced) parsed.path.reset();
  } else {
    parsed.path = resource_part(group, version, {}, parts, first);
    // An object that lives in a namespace is not reached without one.
    if (parsed.path && parsed.path->type->namespaced && !parsed.path->name.empty()) parsed.path.reset();
  }
  return parsed;
}

}  // namespace upshift::emulator
