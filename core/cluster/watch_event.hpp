// What a watch tells. An object that came as text becomes a tree when somebody looks into it: of most events, the next
// one has come before anybody does.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace upshift::cluster {

// Threads: looking into it may change it within; one thread at a time.
class WatchedObject {
 public:
  WatchedObject() = default;
  explicit WatchedObject(Json tree) : tree_(std::move(tree)) {}

  const Json& tree() const;
  Json& tree();
  operator const Json&() const { return tree(); }

  // metadata.name and metadata.resourceVersion, "" where there is none; these make no tree.
  std::string name() const;
  std::string version() const;

 private:
  friend struct WatchEvent;
  struct Text {
    std::string line;  // the whole event; known to be JSON
    std::string name, version;
  };
  mutable Json tree_;
  mutable std::optional<Text> text_;  // set: there is no tree yet
};

struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark, kError };
  Type type = Type::kAdded;
  WatchedObject object;  // a Status for kError (code 410: list again)

  WatchEvent() = default;
  WatchEvent(Type kind, Json tree) : type(kind), object(std::move(tree)) {}
  // One line of a watch's answer; nullopt where it is not an event.
  static std::optional<WatchEvent> read(std::string_view line);
};

}  // namespace upshift::cluster
