#include "cli/live_session.hpp"

#include <cstdlib>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/journal_choice.hpp"
#include "cli/needed_rights.hpp"
#include "cli/plugins.hpp"
#include "cluster/rights.hpp"

namespace upshift::cli {
namespace {

namespace fs = std::filesystem;

std::string list_of(const cluster::Rights& rights) {
  std::vector<std::string> lines;
  for (const auto& right : rights) lines.push_back(right.display());
  return join(lines, ", ");
}

// Only groups that the server has: nobody may list what is not there.
cluster::Rights served(cluster::Rights rights, const cluster::http::ServerFacts& facts) {
  std::erase_if(rights, [&](const auto& right) { return !right.group.empty() && !facts.serves(right.group); });
  return rights;
}

fs::path state_home() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return state;
  const char* const home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? fs::path(home) / ".local/state" : fs::current_path();
}

}  // namespace

Result<std::unique_ptr<LiveSession>> open_live_session(const Arguments& arguments, const config::Settings& settings,
                                                       EventSink* events) {
  auto session = std::make_unique<LiveSession>();
  UPSHIFT_TRY(load_plugins(settings, session->registry));
  UPSHIFT_ASSIGN(session->catalog, catalog_of(session->registry));
  UPSHIFT_ASSIGN(session->keys, journal_keys(settings));
  UPSHIFT_ASSIGN(session->cluster, open_live_cluster(access_overrides(arguments), events));
  session->client = std::make_unique<cluster::Client>(*session->cluster.transport, session->cluster.name_space);
  return session;
}

fs::path state_directory(const std::string& server, const std::string& name_space) {
  const auto scheme = server.find("://");
  std::string host = scheme == std::string::npos ? server : server.substr(scheme + 3);
  while (host.ends_with('/')) host.pop_back();
  for (char& c : host) {
    if (c == '/' || c == ':') c = '_';
  }
  return state_home() / "upshift" / host / name_space;
}

fs::path state_directory(const LiveCluster& cluster) {
  return state_directory(cluster.server, cluster.name_space);
}

std::string time_stamp(TimePoint at) {
  std::string stamp;
  for (const char c : to_rfc3339(at)) {
    if (c == '.') break;
    if (c != '-' && c != ':' && c != 'Z') stamp += c;
  }
  return stamp + "Z";
}

Status check_rights(LiveSession& session, const plan::Plan& plan, std::vector<Diagnostic>& warnings) {
  const NeededRights rights = needed_rights(plan);
  cluster::Rights asked = rights.needed;
  const auto wanted = served(rights.wanted, session.cluster.facts);
  asked.insert(wanted.begin(), wanted.end());
  auto missing = cluster::missing_rights(*session.cluster.transport, session.cluster.name_space, asked);
  if (!missing && missing.error().code == StatusCode::kUnimplemented) {
    warnings.push_back(
        {Severity::kWarning, missing.error().summary, "Whether rights are missing shows on the way.", ""});
    return {};
  }
  if (!missing) return failure(as_unreachable(std::move(missing.error()), session.cluster));
  cluster::Rights lacking, left_out;
  for (const auto& right : *missing) (rights.needed.contains(right) ? lacking : left_out).insert(right);
  if (!left_out.empty()) {
    warnings.push_back({Severity::kWarning, "the user may not read all that a backup holds and that tells causes",
                        "Done without: " + list_of(left_out), ""});
  }
  if (lacking.empty()) return {};
  return failure(StatusCode::kUnavailable,
                 fmt::format("the user may not do all that the plan needs in project '{}': {}",
                             session.cluster.name_space, list_of(lacking)),
                 "`upshift plan --rbac` prints the Role to be granted. Nothing was sent.");
}

}  // namespace upshift::cli
