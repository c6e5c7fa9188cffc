// A transport for servers of which some serve a kind in one version of its group and some in another: OpenShift 3.11
// has CronJobs and PodDisruptionBudgets as v1beta1 alone, 4.12 and later as v1 alone. Requests are made with the
// version in the table of resource.cpp and sent with the one that the server offers. The first of them asks for the
// server's groups, once; where none is made, nothing is asked.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "cluster/transport.hpp"

namespace upshift::cluster {

class VersionAdapter final : public Transport {
 public:
  // The transport must outlive it.
  explicit VersionAdapter(Transport& transport) : transport_(transport) {}
  explicit VersionAdapter(std::unique_ptr<Transport> transport) : owned_(std::move(transport)), transport_(*owned_) {}

  // A kind whose group the server lacks is answered with 404, whose message names the group; nothing is sent then.
  Result<Response> send(const Request& request) override;
  std::vector<Result<Response>> send_all(std::span<const Request> requests) override;
  Result<WatchId> start_watch(const Request& request, WatchHandler handler) override;
  void stop_watch(WatchId id) override { transport_.stop_watch(id); }
  void wait(TimePoint until) override { transport_.wait(until); }
  bool interrupted() const override { return transport_.interrupted(); }
  Result<ExecResult> exec(const ExecRequest& request) override { return transport_.exec(request); }
  const Clock& clock() const override { return transport_.clock(); }

 private:
  using Versions = std::map<std::string, std::vector<std::string>>;  // of a group, as the server prefers them

  // The request as the server understands it, or its answer where it cannot.
  struct Adapted {
    Request request;
    std::optional<Response> answer;
  };
  // nullopt: it can be sent as it is.
  std::optional<Adapted> adapt(const Request& request);
  const Versions* served();

  std::unique_ptr<Transport> owned_;
  Transport& transport_;
  std::optional<Versions> served_;
};

}  // namespace upshift::cluster
