#include "cluster/read_only_transport.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upshift::cluster {
namespace {

tl::unexpected<Error> refused(std::string_view what) {
  return failure(StatusCode::kPermissionDenied, fmt::format("{} is not sent: this connection only reads", what));
}

bool only_reads(const Request& request) {
  return request.method == "GET";
}

}  // namespace

Result<Response> ReadOnlyTransport::send(const Request& request) {
  if (!only_reads(request)) return refused(request.method + " " + request.path);
  return transport_.send(request);
}

std::vector<Result<Response>> ReadOnlyTransport::send_all(std::span<const Request> requests) {
  if (std::all_of(requests.begin(), requests.end(), only_reads)) return transport_.send_all(requests);
  return std::vector<Result<Response>>(requests.size(), refused("a group of requests with a change among them"));
}

Result<WatchId> ReadOnlyTransport::start_watch(const Request& request, WatchHandler handler) {
  return transport_.start_watch(request, std::move(handler));
}

Result<ExecResult> ReadOnlyTransport::exec(const ExecRequest& request) {
  return refused("a command for Pod/" + request.pod);
}

}  // namespace upshift::cluster
