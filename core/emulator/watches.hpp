// Watches on the emulated project: each a place in the store's log of events and what it selects.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cluster/transport.hpp"
#include "emulator/scheduler.hpp"
#include "emulator/selector.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

class Watches {
 public:
  explicit Watches(const Store& store) : store_(store) {}

  // NOT_FOUND: the path is no collection. A malformed selector arrives as the stream's error, as `refusal` does, where
  // there is one.
  Result<cluster::WatchId> start(const cluster::Request& request, cluster::WatchHandler handler,
                                 const std::optional<Json>& refusal);
  void stop(cluster::WatchId id) { watches_.erase(id); }

  // Calls the handlers with everything that has happened; how many events that were. Handlers may start and stop
  // watches.
  std::size_t deliver();

 private:
  struct Watch {
    ResourceType type;
    std::string name_space;
    Selector selector;
    std::uint64_t cursor = 0;
    cluster::WatchHandler handler;
    std::optional<Json> error;            // ends the stream
    std::map<ObjectName, Json> selected;  // with a selector: what the watcher knows, as it last saw it
    std::vector<WatchEvent> backlog;      // comes before the log
  };
  void begin(Watch& watch, const std::string& version);
  void recall_selected(Watch& watch, const std::vector<const StoredEvent*>& log);
  void collect(Watch& watch, std::vector<WatchEvent>& out);
  static bool concerns(const Watch& watch, const StoredEvent& event);
  static std::optional<WatchEvent> translate(Watch& watch, const WatchEvent& event);

  const Store& store_;
  std::map<cluster::WatchId, Watch> watches_;
  cluster::WatchId last_id_ = 0;
};

}  // namespace upshift::emulator
