// How the C++ layer reads a reply of the host.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace upshift::sdk::detail {

#ifdef UPSHIFT_SDK_SIMDJSON
// sdk/src/quick_json.cpp, which UpshiftPlugin.cmake links. nullopt: it is not JSON, or not for the quick parser.
std::optional<nlohmann::json> quickly_parsed(const std::string& text);
#endif

// Discarded where it is not JSON.
inline nlohmann::json parsed(const std::string& text) {
#ifdef UPSHIFT_SDK_SIMDJSON
  if (auto quick = quickly_parsed(text)) return *std::move(quick);
#endif
  return nlohmann::json::parse(text, nullptr, false);
}

}  // namespace upshift::sdk::detail
