#include "cluster/version_adapter.hpp"

#include <array>
#include <fmt/format.h>

#include "cluster/resource.hpp"

namespace upshift::cluster {
namespace {

struct Moved {
  std::string_view group, resource;
  std::array<std::string_view, 2> versions;  // what upshift reads and writes alike in both
};
// The fields that upshift touches mean the same in both. Whoever lists the older version serves these kinds in it.
constexpr Moved kMoved[] = {{"batch", "cronjobs", {"v1beta1", "v1"}},
                            {"policy", "poddisruptionbudgets", {"v1beta1", "v1"}}};

// "/apis/GROUP/VERSION/…/RESOURCE…", where the version begins and ends.
struct Place {
  const Moved* moved = nullptr;
  std::size_t version = 0, end = 0;
};

Place place_in(const std::string& path) {
  constexpr std::string_view kApis = "/apis/";
  if (!path.starts_with(kApis)) return {};
  const std::size_t version = path.find('/', kApis.size()) + 1;
  const std::size_t end = version == 0 ? std::string::npos : path.find('/', version);
  if (end == std::string::npos) return {};
  const auto group = std::string_view(path).substr(kApis.size(), version - 1 - kApis.size());
  std::string_view rest = std::string_view(path).substr(end + 1);
  constexpr std::string_view kNamespaces = "namespaces/";
  if (rest.starts_with(kNamespaces)) {
    const auto slash = rest.find('/', kNamespaces.size());
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  }
  const auto resource = rest.substr(0, rest.find('/'));
  for (const Moved& moved : kMoved) {
    if (moved.group == group && moved.resource == resource) return {&moved, version, end};
  }
  return {};
}

Response not_served(const Moved& moved) {
  return {404,
          {{"kind", "Status"},
           {"apiVersion", "v1"},
           {"status", "Failure"},
           {"reason", "NotFound"},
           {"message", fmt::format("this cluster does not serve {} in a version that upshift knows: its API group {} "
                                   "lacks {} and {}",
                                   moved.resource, moved.group, moved.versions[0], moved.versions[1])},
           {"code", 404}},
          {}};
}

}  // namespace

const VersionAdapter::Versions* VersionAdapter::served() {
  if (served_) return &*served_;
  const auto answer = transport_.send({"GET", "/apis", {}, "", nullptr});
  if (!answer || !answer->ok()) return nullptr;
  served_.emplace();
  for (const auto& group : array_at(answer->body, "/groups")) {
    auto& versions = (*served_)[string_at(group, "/name")];
    for (const auto& version : array_at(group, "/versions")) versions.push_back(string_at(version, "/version"));
  }
  return &*served_;
}

std::optional<VersionAdapter::Adapted> VersionAdapter::adapt(const Request& request) {
  const Place place = place_in(request.path);
  if (place.moved == nullptr) return std::nullopt;
  // Where the server does not tell, it is asked for what the request says.
  const Versions* const served_versions = served();
  if (served_versions == nullptr) return std::nullopt;
  const auto group = served_versions->find(std::string(place.moved->group));
  const auto asked = request.path.substr(place.version, place.end - place.version);
  for (const auto version : place.moved->versions) {
    const bool offered = group != served_versions->end() &&
                         std::find(group->second.begin(), group->second.end(), version) != group->second.end();
    if (!offered) continue;
    if (version == asked) return std::nullopt;
    Adapted adapted{request, std::nullopt};
    adapted.request.path.replace(place.version, asked.size(), version);
    const bool whole = request.body.is_object() &&
                       string_at(request.body, "/apiVersion") == fmt::format("{}/{}", place.moved->group, asked);
    if (whole) adapted.request.body["apiVersion"] = fmt::format("{}/{}", place.moved->group, version);
    return adapted;
  }
  return Adapted{request, not_served(*place.moved)};
}

Result<Response> VersionAdapter::send(const Request& request) {
  const auto adapted = adapt(request);
  if (!adapted) return transport_.send(request);
  return adapted->answer ? *adapted->answer : transport_.send(adapted->request);
}

std::vector<Result<Response>> VersionAdapter::send_all(std::span<const Request> requests) {
  std::vector<Request> sent;
  std::vector<std::optional<Response>> known(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto adapted = adapt(requests[i]);
    if (adapted && adapted->answer) {
      known[i] = std::move(adapted->answer);
    } else {
      sent.push_back(adapted ? std::move(adapted->request) : requests[i]);
    }
  }
  auto answered = transport_.send_all(sent);
  std::vector<Result<Response>> answers;
  std::size_t next = 0;
  for (auto& answer : known) answers.push_back(answer ? std::move(*answer) : std::move(answered[next++]));
  return answers;
}

Result<WatchId> VersionAdapter::start_watch(const Request& request, WatchHandler handler) {
  const auto adapted = adapt(request);
  return transport_.start_watch(adapted ? adapted->request : request, std::move(handler));
}

}  // namespace upshift::cluster
