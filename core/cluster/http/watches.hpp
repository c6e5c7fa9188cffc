// The open watches of a transport and the events that have arrived on them and are not delivered yet.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "cluster/http/curl_loop.hpp"
#include "cluster/http/watch_stream.hpp"

namespace upshift::cluster::http {

class Watches {
 public:
  // Told of each exchange when it has ended or was stopped.
  using EndObserver = std::function<void(const Exchange&)>;

  // All must outlive the watches.
  Watches(const Destination& destination, CurlLoop& loop, EndObserver on_end)
      : destination_(destination), loop_(loop), on_end_(std::move(on_end)) {}
  ~Watches();
  Watches(const Watches&) = delete;
  Watches& operator=(const Watches&) = delete;

  WatchId start(Request request, Credential credential, WatchHandler handler);
  void stop(WatchId id);
  // Calls the handlers of what has arrived so far; they may start and stop watches. Returns how many were called.
  std::size_t deliver();

 private:
  struct Watch {
    std::shared_ptr<WatchHandler> handler;
    WatchStream stream;
    std::unique_ptr<Exchange> exchange;
  };
  struct Arrived {
    WatchId id = 0;
    WatchEvent event;
  };

  void collect_ended();
  Json last_status(Watch& watch);

  const Destination& destination_;
  CurlLoop& loop_;
  EndObserver on_end_;
  WatchId last_ = 0;
  std::map<WatchId, Watch> open_;
  std::deque<Arrived> arrived_;
};

}  // namespace upshift::cluster::http
