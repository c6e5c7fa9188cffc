// Objects read once and looked at often.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

// The project's objects as they were when each was first asked for. For one call of a step: nothing in it is renewed.
class Snapshot {
 public:
  explicit Snapshot(sdk::Context& c) : c_(c) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  // nullptr where the project has none. Borrowed from the snapshot.
  const sdk::Json* get(std::string_view kind, std::string_view name) {
    auto key = std::pair(std::string(kind), std::string(name));
    auto at = objects_.find(key);
    if (at == objects_.end()) at = objects_.emplace(std::move(key), c_.get(kind, name)).first;
    return at->second ? &*at->second : nullptr;
  }

 private:
  sdk::Context& c_;
  std::map<std::pair<std::string, std::string>, std::optional<sdk::Json>> objects_;
};

}  // namespace upshift::threescale
