#include "emulator/tag_follower.hpp"

namespace upshift::emulator {

void TagFollower::observe(const StoredEvent& event) {
  const ObjectName name = name_of(event.event.object);
  if (event.type.kind == "ImageStream") {
    const auto found = watchers_.find(name);
    if (found == watchers_.end()) return;
    for (const ObjectName& watcher : found->second) enqueue(watcher);
  } else if (event.type.kind == kind_ && event.event.type != WatchEvent::Type::kDeleted) {
    const std::set<ObjectName> streams = streams_of(event.event.object);
    for (const ObjectName& stream : streams) watchers_[stream].insert(name);
    if (!streams.empty()) enqueue(name);
  }
}

}  // namespace upshift::emulator
