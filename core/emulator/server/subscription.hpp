// Events of the project on their way to one connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>

#include "emulator/server/host.hpp"
#include "emulator/server/wire.hpp"

namespace upshift::emulator::server {

class Subscription {
 public:
  // The host and the wire must outlive it.
  static Result<std::shared_ptr<Subscription>> open(Host& host, Wire& wire, const cluster::Request& request);
  Subscription(Host& host, Wire& wire) : host_(host), arrival_(wire.get_executor()) {}
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  // Returns once there are events, the client is gone, or `until` has come.
  boost::asio::awaitable<void> wait(std::chrono::steady_clock::time_point until);
  std::deque<cluster::WatchEvent> take() { return std::exchange(events_, {}); }
  bool client_gone() const { return client_gone_; }

 private:
  Host& host_;
  boost::asio::steady_timer arrival_;
  std::deque<cluster::WatchEvent> events_;
  std::optional<cluster::WatchId> id_;
  bool client_gone_ = false;
};

}  // namespace upshift::emulator::server
