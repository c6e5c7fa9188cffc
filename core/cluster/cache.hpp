// What is in the project now: one list and one watch per resource type, started when first asked for. Conditions read
// here, so that waiting costs no requests. Of events, only warnings are there.
//
// A stream that ends, in order or by a lost connection, is watched again from where it ended at the next reading; only
// one that the server has forgotten (410) or refuses is listed again. Pauses grow while streams keep ending at once;
// until then the last known objects stand.
//
// Threads: the transport's. Handlers run inside Transport::wait.
#pragma once

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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

  // From now on nothing that happens to objects of this type is missed.
  Status follow(const ResourceType& type);
  // nullptr: no such object. Pointers are good until the next wait() or absorb().
  Result<const Json*> get(const ResourceType& type, std::string_view name);
  // The same without making a tree of it.
  Result<const ReceivedObject*> find(const ResourceType& type, std::string_view name);
  // Sorted by name; of all, or of those whose names are `wanted`.
  using NameFilter = std::function<bool(const std::string& name)>;
  Result<std::vector<const Json*>> list(const ResourceType& type, const NameFilter& wanted = {});

  // What a read of an object that is there would be answered with, as its stream has told it lately; nullopt: ask the
  // server. Never what only the answer of a change has told, nor what a change was sent for that the stream has not
  // told of yet.
  std::optional<ReceivedObject> told(const ObjectRef& ref) const;
  // A change is about to be sent. `removes`: its end is what the stream will tell.
  void expect(const ObjectRef& ref, bool removes);
  // Something was done whose effects on the cluster nobody knows, such as a command in a pod: told() knows nothing for
  // some seconds.
  void doubt();

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

  // Why the cluster cannot be followed at present: the last attempt to list or watch found nobody, or a server that
  // fails or does not accept the credentials. nullptr where all is well or nothing is followed; what nobody has read
  // for a minute is not followed.
  const Error* trouble() const;
  // Since when there has been trouble() without a break; the epoch where there is none.
  TimePoint trouble_since() const;

  // When a broken stream may be tried again; TimePoint::max() where all are sound.
  TimePoint next_retry() const;

 private:
  struct Followed {
    ResourceType type;
    std::map<std::string, ReceivedObject, std::less<>> objects;
    std::vector<Observer> observers;
    WatchId watch = 0;
    bool live = false;                                  // a stream runs
    bool listed = false;                                // has been read at least once
    bool moved = false;                                 // the present stream has brought something
    TimePoint told_at;                                  // when it last did, or was listed
    std::map<std::string, bool, std::less<>> expected;  // changed and not told yet; true: it is to go
    std::string version;                                // where a stream goes on; "" where it must be listed
    std::optional<Error> trouble;
    TimePoint trouble_since;
    TimePoint started, retry_at, read;
    Duration pause{};
    Error error;  // of the last attempt, while nothing was ever listed
  };
  Followed& followed(const ResourceType& type);
  Status refresh(Followed& type);
  Status read_whole(Followed& type);
  Status start_stream(Followed& type);
  void note(Followed& type, const Error& error);
  void on_end(Followed& type, const Json& status);
  bool is_settled(const Followed& type) const;
  const Followed* longest_in_trouble() const;
  void on_event(Followed& type, WatchEvent event);
  void put(Followed& type, WatchEvent event);
  static void settle(Followed& type, const WatchEvent& event);

  Client& client_;
  TimePoint trusted_from_;
  std::map<std::string, std::unique_ptr<Followed>> types_;
  std::any attached_;
};

}  // namespace upshift::cluster
