// A transport that has no way to change anything: for what may only look at a live cluster.
#pragma once

#include "cluster/transport.hpp"

namespace upshift::cluster {

// Lets GET requests and watches through to `transport`, which must outlive it. Everything else is PERMISSION_DENIED
// and reaches nobody.
class ReadOnlyTransport final : public Transport {
 public:
  explicit ReadOnlyTransport(Transport& transport) : transport_(transport) {}

  Result<Response> send(const Request& request) override;
  std::vector<Result<Response>> send_all(std::span<const Request> requests) override;
  Result<WatchId> start_watch(const Request& request, WatchHandler handler) override;
  void stop_watch(WatchId id) override { transport_.stop_watch(id); }
  void wait(TimePoint until) override { transport_.wait(until); }
  bool interrupted() const override { return transport_.interrupted(); }
  Result<ExecResult> exec(const ExecRequest& request) override;
  const Clock& clock() const override { return transport_.clock(); }

 private:
  Transport& transport_;
};

}  // namespace upshift::cluster
