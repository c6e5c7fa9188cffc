#include "emulator/server/subscription.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace upshift::emulator::server {

namespace asio = boost::asio;
using boost::system::error_code;

Result<std::shared_ptr<Subscription>> Subscription::open(Host& host, Wire& wire, const cluster::Request& request) {
  auto subscription = std::make_shared<Subscription>(host, wire);
  Subscription* const raw = subscription.get();
  UPSHIFT_ASSIGN(raw->id_, host.emulator.start_watch(request, [raw](const cluster::WatchEvent& event) {
    raw->host_.clock.note_delivery();
    raw->events_.push_back(event);
    raw->arrival_.cancel();
  }));
  host.clock.add_watcher();
  host.clock.catch_up();
  host.wake();
  // A client sends nothing while it watches: whatever arrives is the end of the connection.
  wire.socket().async_wait(Wire::Socket::wait_read, [weak = std::weak_ptr(subscription)](const error_code& error) {
    const std::shared_ptr<Subscription> self = weak.lock();
    if (!self || error) return;
    self->client_gone_ = true;
    self->arrival_.cancel();
  });
  return subscription;
}

Subscription::~Subscription() {
  if (!id_) return;
  host_.emulator.stop_watch(*id_);
  host_.clock.remove_watcher();
}

asio::awaitable<void> Subscription::wait(std::chrono::steady_clock::time_point until) {
  while (events_.empty() && !client_gone_) {
    arrival_.expires_at(until);
    error_code error;
    co_await arrival_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (!error) co_return;
  }
}

}  // namespace upshift::emulator::server
