// What a watch tells.
#pragma once

#include <optional>
#include <string_view>

#include "cluster/received_object.hpp"

namespace upshift::cluster {

struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark, kError };
  Type type = Type::kAdded;
  ReceivedObject object;  // a Status for kError (code 410: list again)

  WatchEvent() = default;
  WatchEvent(Type kind, Json tree) : type(kind), object(std::move(tree)) {}
  // One line of a watch's answer; nullopt where it is not an event.
  static std::optional<WatchEvent> read(std::string_view line);
};

}  // namespace upshift::cluster
