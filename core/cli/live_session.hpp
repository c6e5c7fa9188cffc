// What the commands that act on a live project share: its cluster, the plugins, and where a run leaves its files.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/event.hpp"
#include "cli/live_cluster.hpp"
#include "config/settings.hpp"
#include "journal/keys.hpp"
#include "plan/plan.hpp"
#include "plugin/registry.hpp"

namespace upshift::cli {

struct LiveSession {
  LiveCluster cluster;
  std::unique_ptr<cluster::Client> client;
  plugin::Registry registry;
  plan::Catalog catalog;
  std::shared_ptr<const journal::KeyRing> keys = {};  // of journals; null: none is configured
};

// Plugins first: what is wrong on this machine is found before anything is asked of a cluster. `events` as for
// open_live_cluster().
Result<std::unique_ptr<LiveSession>> open_live_session(const Arguments& arguments, const config::Settings& settings,
                                                       EventSink* events);

// $XDG_STATE_HOME/upshift/HOST_PORT/NAMESPACE, where runs of one project keep journal and backups.
std::filesystem::path state_directory(const std::string& server, const std::string& name_space);
std::filesystem::path state_directory(const LiveCluster& cluster);
// "20261121T183000Z": names what belongs to one run.
std::string time_stamp(TimePoint at);

// UNAVAILABLE lists what the user may not do and the plan needs. What only widens a backup, and a server that does not
// answer such questions, is a warning.
Status check_rights(LiveSession& session, const plan::Plan& plan, std::vector<Diagnostic>& warnings);

}  // namespace upshift::cli
