// The cluster that kubeconfig and options lead to, proved to be one before anything else is asked of it.
#pragma once

#include <memory>
#include <string>

#include "base/event.hpp"
#include "cli/option_set.hpp"
#include "cluster/client.hpp"
#include "cluster/http/http_transport.hpp"
#include "cluster/http/server_check.hpp"

namespace upshift::cli {

// --context, --server, --token-file, --certificate-authority. `caption` heads them in the help.
void add_access_options(OptionSet& options, std::string caption);
// The options' names, without dashes.
std::vector<std::string> access_option_names();
cluster::http::AccessOverrides access_overrides(const Arguments& arguments);

struct LiveCluster {
  std::string server;
  std::string name_space;
  cluster::http::ServerFacts facts;
  std::unique_ptr<cluster::Transport> transport;  // speaks the versions of kinds that the server offers

  // "project 'NS' at SERVER"
  std::string display() const;
};

// Requests are told to `events` as log lines where it is not null; it is borrowed as long as the transport lives.
// INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION: there is no usable way in (kubeconfig, options). UNAVAILABLE: the
// cluster cannot be reached, is none, refuses the user, or has no such project.
Result<LiveCluster> open_live_cluster(const cluster::http::AccessOverrides& overrides, EventSink* events);

// A log of requests that goes to `events` as log lines; none where it is null.
cluster::http::RequestLog log_to(EventSink* events);

// Whether a failed read says that the cluster was not reached, or gave no answer: nothing is known of the project then.
bool is_of_cluster(const Error& error);
// An error of the live cluster, whatever it is, as one that the program ends with status 5 for.
Error as_unreachable(Error error, const LiveCluster& cluster);

}  // namespace upshift::cli
