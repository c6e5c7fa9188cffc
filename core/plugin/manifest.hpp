// A manifest, read and checked: what the plugin says it has, so that the loader can hold it to that.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::plugin {

struct Manifest {
  Json json;
  std::string id, version;
  std::vector<std::string> requires_services;
  // Subjects of the steps: "2.5-2.6/images/amp-system", "registry/credentials".
  std::vector<std::string> step_subjects;
  std::vector<std::string> detected_products;
  bool simulates = false;
  // What no two plugins may both provide: "hop 2.5-2.6", "concern registry", "step 2.5-2.6/images/extra".
  std::vector<std::string> provisions;
};

// INVALID_ARGUMENT: not JSON, not valid against config/schemas/manifest.schema.json, an id that stands twice, or a
// parameter whose schema or default is wrong. The path is a JSON pointer into the manifest.
Result<Manifest> read_manifest(std::string_view text);

}  // namespace upshift::plugin
