#include "cluster/watch_event.hpp"

#include <array>
#include <map>

namespace upshift::cluster {
namespace {

constexpr std::array<std::string_view, 3> kTelling = {"/type", "/object/metadata/name",
                                                      "/object/metadata/resourceVersion"};

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

const Json& WatchedObject::tree() const {
  if (text_) {
    if (auto event = parse_json(text_->line, "an event")) tree_ = std::move((*event)["object"]);
    text_.reset();
  }
  return tree_;
}

Json& WatchedObject::tree() {
  static_cast<void>(std::as_const(*this).tree());
  return tree_;
}

std::string WatchedObject::name() const {
  return text_ ? text_->name : string_at(tree_, "/metadata/name");
}

std::string WatchedObject::version() const {
  return text_ ? text_->version : string_at(tree_, "/metadata/resourceVersion");
}

std::optional<WatchEvent> WatchEvent::read(std::string_view line) {
  WatchEvent event;
  if (auto told = strings_in(line, kTelling); told && !(*told)[1].empty()) {
    const auto type = type_named((*told)[0]);
    if (type && is_of_object(*type)) {
      event.type = *type;
      event.object.text_ = {std::string(line), std::move((*told)[1]), std::move((*told)[2])};
      return event;
    }
  }
  auto json = parse_json(line, "an event");
  if (!json) return {};
  const auto type = type_named(string_at(*json, "/type"));
  const Json* object = find(*json, "/object");
  if (!type || object == nullptr || !object->is_object()) return {};
  event.type = *type;
  event.object = WatchedObject(std::move((*json)["object"]));
  return event;
}

}  // namespace upshift::cluster
