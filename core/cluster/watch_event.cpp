#include "cluster/watch_event.hpp"

#include <map>

namespace upshift::cluster {
namespace {

std::optional<WatchEvent::Type> type_named(const std::string& text) {
  using Type = WatchEvent::Type;
  static const std::map<std::string, Type, std::less<>> kTypes = {{"ADDED", Type::kAdded},
                                                                  {"MODIFIED", Type::kModified},
                                                                  {"DELETED", Type::kDeleted},
                                                                  {"BOOKMARK", Type::kBookmark},
                                                                  {"ERROR", Type::kError}};
  const auto found = kTypes.find(text);
  return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

bool is_of_object(WatchEvent::Type type) {
  return type != WatchEvent::Type::kBookmark && type != WatchEvent::Type::kError;
}

}  // namespace

std::optional<WatchEvent> WatchEvent::read(std::string_view line) {
  WatchEvent event;
  if (auto seen = ReceivedObject::read_event(line)) {
    const auto type = type_named(seen->second);
    if (type && is_of_object(*type)) {
      event.type = *type;
      event.object = std::move(seen->first);
      return event;
    }
  }
  auto json = parse_json(line, "an event");
  if (!json) return {};
  const auto type = type_named(string_at(*json, "/type"));
  const Json* object = find(*json, "/object");
  if (!type || object == nullptr || !object->is_object()) return {};
  event.type = *type;
  event.object = ReceivedObject(std::move((*json)["object"]));
  return event;
}

}  // namespace upshift::cluster
