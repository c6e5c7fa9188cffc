#include "cli/live_project.hpp"

#include <array>
#include <fmt/format.h>

#include "cluster/client.hpp"
#include "cluster/read_only_transport.hpp"

namespace upshift::cli {
namespace {

// Without one of these a rehearsal would show another project than the live one.
constexpr std::array<std::string_view, 14> kNeeded = {"ServiceAccount",
                                                      "Secret",
                                                      "ConfigMap",
                                                      "PersistentVolumeClaim",
                                                      "Service",
                                                      "Role",
                                                      "RoleBinding",
                                                      "ImageStream",
                                                      "BuildConfig",
                                                      "Route",
                                                      "DeploymentConfig",
                                                      "Pod",
                                                      "ReplicationController",
                                                      "Endpoints"};
// What may stand in a project beside; a user who may not list them is told.
constexpr std::array<std::string_view, 7> kBeside = {
    "ResourceQuota", "LimitRange", "Deployment", "ReplicaSet", "StatefulSet", "CronJob", "HorizontalPodAutoscaler"};

Status add_kind(cluster::Client& client, std::string_view kind, bool needed, LiveProject& into) {
  auto listed = client.list(*cluster::find_kind(kind));
  if (listed) {
    for (Json& item : listed->items) into.document.content["items"].push_back(std::move(item));
    return {};
  }
  // A server that does not know the kind, or does not list it, has no such objects.
  if (listed.error().code == StatusCode::kNotFound || listed.error().code == StatusCode::kUnimplemented) return {};
  if (needed || listed.error().code != StatusCode::kPermissionDenied) return failure(std::move(listed.error()));
  into.warnings.push_back({Severity::kWarning, fmt::format("the project's {}s are not in the rehearsal", kind),
                           listed.error().summary, ""});
  return {};
}

}  // namespace

Result<LiveProject> read_live_project(const LiveCluster& cluster) {
  cluster::ReadOnlyTransport transport(*cluster.transport);
  LiveProject project;
  project.name_space = cluster.name_space;
  project.document = {{{"apiVersion", "v1"}, {"kind", "List"}, {"items", Json::array()}}, cluster.display()};
  cluster::Client client(transport, cluster.name_space);
  for (const auto kind : kNeeded) {
    if (auto added = add_kind(client, kind, true, project); !added) {
      return failure(as_unreachable(std::move(added.error()), cluster));
    }
  }
  for (const auto kind : kBeside) {
    if (auto added = add_kind(client, kind, false, project); !added) {
      return failure(as_unreachable(std::move(added.error()), cluster));
    }
  }
  return project;
}

}  // namespace upshift::cli
