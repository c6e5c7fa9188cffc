// What the path of a request names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cluster/resource.hpp"

namespace upshift::emulator {

struct ApiPath {
  const cluster::ResourceType* type = nullptr;
  std::string name_space;
  std::string name;         // "" for a collection
  std::string subresource;  // "status", "scale", "instantiate", "log", or ""

  cluster::ObjectRef ref() const { return {*type, type->namespaced ? name_space : std::string{}, name}; }
};

struct ParsedPath {
  bool group_known = false;  // else the server has no such path at all
  std::optional<ApiPath> path;
};

// Percent-encoded parts are decoded.
ParsedPath parse_api_path(std::string_view path);
std::string decode_percent(std::string_view text);

}  // namespace upshift::emulator
