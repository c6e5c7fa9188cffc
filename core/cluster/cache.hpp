// What is in the project now: one list and one watch per resource type, started when first asked for. Conditions read
// here, so that waiting costs no requests.
//
// A stream that ends (410, a cut connection) is listed and watched again at the next reading, with growing pauses while
// streams keep ending at once; until then the last known objects stand.
//
// Threads: the transport's. Handlers run inside Transport::wait.
#pragma once

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cluster/client.hpp"

namespace upshift::cluster {

class Cache {
 public:
  // The client must outlive the cache.
  explicit Cache(Client& client) : client_(client) {}
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  Client& client() { return client_; }

  // nullptr: no such object. Pointers are good until the next wait() or absorb().
  Result<const Json*> get(const ResourceType& type, std::string_view name);
  // Sorted by name.
  Result<std::vector<const Json*>> list(const ResourceType& type);

  // An object that a change was answered with: newer than what the watch has told so far.
  void absorb(const ObjectRef& ref, const Json& object);

  // Called for every object that appears, changes or goes, in order, also while nobody reads. Never removed.
  using Observer = std::function<void(const WatchEvent& event)>;
  void observe(const ResourceType& type, Observer observer);

  // One thing that conditions of this cache share and that lives as long as the cache; nullptr where none is attached.
  template <typename T>
  std::shared_ptr<T> attachment() const {
    return std::any_cast<std::shared_ptr<T>>(&attached_) ? *std::any_cast<std::shared_ptr<T>>(&attached_) : nullptr;
  }
  template <typename T>
  void attach(std::shared_ptr<T> thing) {
    attached_ = std::move(thing);
  }

  // When a broken stream may be tried again; TimePoint::max() where all are sound.
  TimePoint next_retry() const;

 private:
  struct Followed {
    ResourceType type;
    std::map<std::string, Json, std::less<>> objects;
    std::vector<Observer> observers;
    WatchId watch = 0;
    bool live = false;    // a stream runs
    bool listed = false;  // has been read at least once
    TimePoint started, retry_at;
    Duration pause{};
    Error error;  // of the last attempt, while nothing was ever listed
  };
  Followed& followed(const ResourceType& type);
  Status refresh(Followed& type);
  Status read_whole(Followed& type);
  void on_event(Followed& type, const WatchEvent& event);
  void put(Followed& type, const WatchEvent& event);

  Client& client_;
  std::map<std::string, std::unique_ptr<Followed>> types_;
  std::any attached_;
};

}  // namespace upshift::cluster
