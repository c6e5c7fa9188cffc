#include "engine/held_transport.hpp"

#include <algorithm>

namespace upshift::engine {

Result<cluster::Response> HeldTransport::send(const cluster::Request& request) {
  // The fence has just renewed what a change needs; a request in between would part the two.
  if (lock_ != nullptr && request.method == "GET") lock_->keep();
  return inner_.send(request);
}

std::vector<Result<cluster::Response>> HeldTransport::send_all(std::span<const cluster::Request> requests) {
  if (lock_ != nullptr) lock_->keep();
  return inner_.send_all(requests);
}

Result<cluster::WatchId> HeldTransport::start_watch(const cluster::Request& request, cluster::WatchHandler handler) {
  return inner_.start_watch(request, std::move(handler));
}

void HeldTransport::wait(TimePoint until) {
  if (lock_ == nullptr) return inner_.wait(until);
  const TimePoint now = inner_.clock().now();
  const Duration due = lock_->due_in();
  inner_.wait(due < until - now ? now + due : until);
  lock_->keep();
}

Result<cluster::ExecResult> HeldTransport::exec(const cluster::ExecRequest& request) {
  if (lock_ == nullptr) return inner_.exec(request);
  auto extended = lock_->extend(during_exec_);
  if (!extended) {
    Error error = std::move(extended.error());
    error.not_acted_on = true;
    return failure(std::move(error));
  }
  auto result = inner_.exec(request);
  lock_->shorten();
  return result;
}

}  // namespace upshift::engine
