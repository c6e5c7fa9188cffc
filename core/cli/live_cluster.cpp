#include "cli/live_cluster.hpp"

#include <fmt/format.h>

#include "cli/interrupt.hpp"
#include "cluster/version_adapter.hpp"

namespace upshift::cli {
namespace {

// Whatever stands between us and the project, the exit status is that of a cluster that cannot be reached.
Error unreachable(Error error, const std::string& server) {
  error.code = StatusCode::kUnavailable;
  return std::move(error).with_context("the cluster at " + server);
}

}  // namespace

void add_access_options(OptionSet& options, std::string caption) {
  options.group(std::move(caption))
      .value("context", "NAME", "of the kubeconfig")
      .value("server", "URL", "of the API")
      .value("token-file", "FILE", "with the bearer token")
      .value("certificate-authority", "FILE", "that the server's certificate is proved by (PEM)");
}

std::vector<std::string> access_option_names() {
  return {"context", "server", "token-file", "certificate-authority"};
}

cluster::http::AccessOverrides access_overrides(const Arguments& arguments) {
  return {.context = arguments.get("context"),
          .server = arguments.get("server"),
          .token_file = arguments.get("token-file"),
          .certificate_authority = arguments.get("certificate-authority"),
          .name_space = arguments.get("namespace")};
}

std::string LiveCluster::display() const {
  return fmt::format("project '{}' at {}", name_space, server);
}

cluster::http::RequestLog log_to(EventSink* events) {
  if (events == nullptr) return {};
  return [events](Severity severity, std::string_view line) {
    events->on_event({Event::Kind::kLog,
                      SystemClock().now(),
                      "",
                      {{"severity", std::string(to_string(severity))}, {"message", std::string(line)}}});
  };
}

Result<LiveCluster> open_live_cluster(const cluster::http::AccessOverrides& overrides, EventSink* events) {
  UPSHIFT_ASSIGN(auto access, cluster::http::find_access(overrides, cluster::http::Surroundings::of_this_process()));
  LiveCluster cluster;
  cluster.server = access.server;
  cluster.name_space = access.name_space;
  cluster::http::HttpOptions options;
  options.log = log_to(events);
  options.interrupt = interrupt_descriptor();
  UPSHIFT_ASSIGN(auto http, cluster::http::HttpTransport::create(std::move(access), std::move(options)));
  cluster.transport = std::make_unique<cluster::VersionAdapter>(std::move(http));
  auto facts = cluster::http::check_server(*cluster.transport,
                                           {"apps.openshift.io", "image.openshift.io", "route.openshift.io"});
  if (!facts) return failure(unreachable(std::move(facts.error()), cluster.server));
  cluster.facts = std::move(*facts);
  if (auto project = cluster::http::check_project(*cluster.transport, cluster.name_space); !project) {
    return failure(unreachable(std::move(project.error()), cluster.server));
  }
  return cluster;
}

bool is_of_cluster(const Error& error) {
  switch (error.code) {
    case StatusCode::kUnavailable:
    case StatusCode::kUnauthenticated:
    case StatusCode::kPermissionDenied:
    // What a server may answer to a read as well, though none should: 409, 410, 429.
    case StatusCode::kAborted:
    case StatusCode::kOutOfRange:
    case StatusCode::kResourceExhausted:
      return true;
    default:
      return false;
  }
}

Error as_unreachable(Error error, const LiveCluster& cluster) {
  return unreachable(std::move(error), cluster.server);
}

}  // namespace upshift::cli
