#include "emulator/watches.hpp"

#include <charconv>
#include <fmt/format.h>

#include "emulator/api.hpp"
#include "emulator/api_path.hpp"

namespace upshift::emulator {
namespace {

Json expired(std::uint64_t wanted, std::uint64_t present) {
  return status_failure(410, "Expired", fmt::format("too old resource version: {} ({})", wanted, present)).body;
}

ObjectName key_of(const Json& object) {
  return {string_at(object, "/metadata/namespace"), string_at(object, "/metadata/name")};
}

}  // namespace

Result<cluster::WatchId> Watches::start(const cluster::Request& request, cluster::WatchHandler handler,
                                        const std::optional<Json>& refusal) {
  const ParsedPath parsed = parse_api_path(request.path);
  if (!parsed.path || !parsed.path->name.empty()) {
    return failure(StatusCode::kNotFound, fmt::format("{} is no collection that can be watched", request.path));
  }
  Watch watch;
  watch.type = *parsed.path->type;
  watch.name_space = watch.type.namespaced ? parsed.path->name_space : std::string{};
  watch.handler = std::move(handler);
  watch.error = refusal;
  auto selector =
      Selector::parse(watch.type, request.query_value("labelSelector"), request.query_value("fieldSelector"));
  if (selector) {
    watch.selector = std::move(*selector);
  } else if (!watch.error) {
    watch.error = status_failure(400, "BadRequest", selector.error().summary).body;
  }
  if (!watch.error) begin(watch, request.query_value("resourceVersion"));
  watches_.emplace(++last_id_, std::move(watch));
  return last_id_;
}

void Watches::begin(Watch& watch, const std::string& version) {
  std::uint64_t from = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), from);
  if (!version.empty() && (error != std::errc{} || end != version.data() + version.size())) {
    watch.error =
        status_failure(400, "BadRequest", fmt::format("Invalid value: \"{}\": resourceVersion", version)).body;
    return;
  }
  if (from == 0) {
    watch.cursor = store_.resource_version();
    for (const Json* object : store_.list(watch.type, watch.name_space)) {
      if (!watch.selector.matches(*object)) continue;
      watch.backlog.emplace_back(WatchEvent::Type::kAdded, *object);
      if (!watch.selector.empty()) watch.selected[key_of(*object)] = *object;
    }
    return;
  }
  watch.cursor = from;
  const auto log = store_.events_since(from);
  if (!log) {
    watch.error = expired(from, store_.resource_version());
  } else if (!watch.selector.empty()) {
    recall_selected(watch, *log);
  }
}

// What was selected at the version the watch starts from: what is selected now, but for the objects changed since.
void Watches::recall_selected(Watch& watch, const std::vector<const StoredEvent*>& log) {
  for (const Json* object : store_.list(watch.type, watch.name_space)) {
    if (watch.selector.matches(*object)) watch.selected[key_of(*object)] = *object;
  }
  std::map<ObjectName, bool> touched;
  for (const StoredEvent* event : log) {
    if (!concerns(watch, *event)) continue;
    const ObjectName name = key_of(event->event.object);
    if (touched.emplace(name, true).second) {
      watch.selected.erase(name);
      // Not new at the start: as good as the oldest state that is still known.
      const bool was_there = event->event.type != WatchEvent::Type::kAdded;
      if (was_there && watch.selector.matches(event->event.object)) watch.selected[name] = event->event.object;
    }
  }
  const auto whole = store_.events_since(0);
  if (!whole || touched.empty()) return;
  for (const StoredEvent* event : *whole) {
    if (event->resource_version > watch.cursor) break;
    const ObjectName name = key_of(event->event.object);
    if (!concerns(watch, *event) || !touched.contains(name)) continue;
    const bool there = event->event.type != WatchEvent::Type::kDeleted;
    if (there && watch.selector.matches(event->event.object)) {
      watch.selected[name] = event->event.object;
    } else {
      watch.selected.erase(name);
    }
  }
}

bool Watches::concerns(const Watch& watch, const StoredEvent& event) {
  if (event.type.resource != watch.type.resource || event.type.group != watch.type.group) return false;
  return watch.name_space.empty() || string_at(event.event.object, "/metadata/namespace") == watch.name_space;
}

// An event as a watcher with a selector sees it: objects enter and leave the selection.
std::optional<WatchEvent> Watches::translate(Watch& watch, const WatchEvent& event) {
  if (watch.selector.empty()) return event;
  const ObjectName name = key_of(event.object);
  const auto known = watch.selected.find(name);
  const bool selected = event.type != WatchEvent::Type::kDeleted && watch.selector.matches(event.object);
  if (selected) {
    const bool entered = known == watch.selected.end();
    watch.selected[name] = event.object;
    return WatchEvent{entered ? WatchEvent::Type::kAdded : WatchEvent::Type::kModified, event.object};
  }
  if (known == watch.selected.end()) return std::nullopt;
  // It leaves as it was last seen, with the version at which it left.
  WatchEvent out{WatchEvent::Type::kDeleted, std::move(known->second)};
  out.object.tree()["metadata"]["resourceVersion"] = event.object.version();
  watch.selected.erase(known);
  return out;
}

void Watches::collect(Watch& watch, std::vector<WatchEvent>& out) {
  out = std::move(watch.backlog);
  watch.backlog.clear();
  if (watch.error || watch.cursor >= store_.resource_version()) return;
  const auto log = store_.events_since(watch.cursor);
  if (!log) {
    watch.error = expired(watch.cursor, store_.resource_version());
    return;
  }
  for (const StoredEvent* event : *log) {
    watch.cursor = event->resource_version;
    if (!concerns(watch, *event)) continue;
    if (auto seen = translate(watch, event->event)) out.push_back(std::move(*seen));
  }
}

std::size_t Watches::deliver() {
  std::vector<cluster::WatchId> ids;
  for (const auto& [id, watch] : watches_) ids.push_back(id);
  std::size_t delivered = 0;
  for (const cluster::WatchId id : ids) {
    const auto found = watches_.find(id);
    if (found == watches_.end()) continue;
    std::vector<WatchEvent> events;
    collect(found->second, events);
    const std::optional<Json> error = found->second.error;
    // The handler may end this watch while it is being called.
    const cluster::WatchHandler handler = found->second.handler;
    for (const WatchEvent& event : events) {
      if (!watches_.contains(id)) break;
      ++delivered;
      handler(event);
    }
    if (error && watches_.erase(id) > 0) {
      ++delivered;
      handler({WatchEvent::Type::kError, *error});
    }
  }
  return delivered;
}

}  // namespace upshift::emulator
