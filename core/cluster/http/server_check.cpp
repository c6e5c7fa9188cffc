#include "cluster/http/server_check.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace upshift::cluster::http {
namespace {

tl::unexpected<Error> bad_credentials() {
  return failure(StatusCode::kUnauthenticated, "the server does not accept the credentials",
                 "The token is missing, wrong or expired: log in again.");
}

tl::unexpected<Error> not_an_api_server(const std::string& path, const Response& response) {
  const auto type = response.headers.find("content-type");
  const auto location = response.headers.find("location");
  std::string seen = fmt::format("HTTP {}", response.status);
  if (type != response.headers.end()) seen += fmt::format(", {}", type->second);
  if (location != response.headers.end()) seen += fmt::format(", a redirect to {}", location->second);
  return failure(
      StatusCode::kFailedPrecondition,
      fmt::format("what answers is not a Kubernetes API server: {} gave {}", path, seen),
      "Give the API server's address, not the web console's, and look whether a proxy answers in its place.");
}

Result<Json> ask(Transport& transport, const std::string& path) {
  UPSHIFT_ASSIGN(Response response, transport.send({"GET", path, {}, "", nullptr}));
  const bool is_status = string_at(response.body, "/kind") == "Status";
  if (response.status == 401 && is_status) return bad_credentials();
  if (response.status == 403 && is_status) {
    return failure(StatusCode::kPermissionDenied, fmt::format("the server does not allow to read {}", path),
                   "Log in as a user who may use the cluster.");
  }
  if (response.status >= 500) {
    return failure(StatusCode::kUnavailable, fmt::format("the server answers {} with HTTP {}", path, response.status),
                   "Look at the health of the API server.");
  }
  if (!response.ok() || !response.body.is_object()) return not_an_api_server(path, response);
  return std::move(response.body);
}

}  // namespace

bool ServerFacts::serves(std::string_view group) const {
  return std::find(api_groups.begin(), api_groups.end(), group) != api_groups.end();
}

Result<ServerFacts> check_server(Transport& transport, const std::vector<std::string>& groups) {
  UPSHIFT_ASSIGN(const Json version, ask(transport, "/version"));
  ServerFacts facts;
  facts.kubernetes_version = string_at(version, "/gitVersion");
  UPSHIFT_ASSIGN(const Json apis, ask(transport, "/apis"));
  if (facts.kubernetes_version.empty() || string_at(apis, "/kind") != "APIGroupList") {
    return failure(StatusCode::kFailedPrecondition,
                   "what answers is not a Kubernetes API server: /version or /apis is not one's",
                   "Look whether the address is right.");
  }
  for (const auto& group : array_at(apis, "/groups")) facts.api_groups.push_back(string_at(group, "/name"));
  std::vector<std::string> missing;
  std::copy_if(groups.begin(), groups.end(), std::back_inserter(missing),
               [&facts](const std::string& group) { return !facts.serves(group); });
  if (missing.empty()) return facts;
  const bool is_openshift = facts.serves("apps.openshift.io") || facts.serves("route.openshift.io");
  return failure(
      StatusCode::kFailedPrecondition,
      fmt::format("{} lacks the API group{} {}", is_openshift ? "this OpenShift cluster" : "this is not OpenShift: it",
                  missing.size() == 1 ? "" : "s", join(missing, ", ")),
      is_openshift ? "Enable it: an optional capability of the cluster may be switched off."
                   : "Give the address of an OpenShift cluster.");
}

Status check_project(Transport& transport, const std::string& name_space) {
  const std::string path = "/api/v1/namespaces/" + name_space;
  UPSHIFT_ASSIGN(Response response, transport.send({"GET", path, {}, "", nullptr}));
  if (response.status == 404) {
    return failure(StatusCode::kNotFound, fmt::format("there is no project '{}'", name_space),
                   "Give the right one with -n, or choose another context; `oc projects` lists yours.");
  }
  if (response.ok() && string_at(response.body, "/status/phase") == "Terminating") {
    return failure(StatusCode::kFailedPrecondition, fmt::format("project '{}' is being deleted", name_space),
                   "Look who deletes it.");
  }
  if (response.status == 403) {
    const std::string inside = fmt::format("/apis/apps.openshift.io/v1/namespaces/{}/deploymentconfigs", name_space);
    UPSHIFT_ASSIGN(response, transport.send({"GET", inside, {{"limit", "1"}}, "", nullptr}));
  }
  if (response.status == 403) {
    return failure(StatusCode::kPermissionDenied,
                   fmt::format("the user may not look into project '{}', or there is none of that name: {}", name_space,
                               string_at(response.body, "/message", "HTTP 403")),
                   "Give the right project with -n, or have the user's rights in it looked at.");
  }
  if (response.status == 401) return bad_credentials();
  if (response.status >= 500) {
    return failure(StatusCode::kUnavailable, fmt::format("the server answers {} with HTTP {}", path, response.status),
                   "Look at the health of the API server.");
  }
  if (!response.ok() || !response.body.is_object()) return not_an_api_server(path, response);
  return {};
}

std::string openshift_version(Transport& transport) {
  // 3.x, then 4.x.
  if (const auto old = transport.send({"GET", "/version/openshift", {}, "", nullptr}); old && old->ok()) {
    if (auto version = string_at(old->body, "/gitVersion"); !version.empty()) return version;
  }
  const auto now = transport.send({"GET", "/apis/config.openshift.io/v1/clusterversions/version", {}, "", nullptr});
  return now && now->ok() ? string_at(now->body, "/status/desired/version") : std::string();
}

}  // namespace upshift::cluster::http
