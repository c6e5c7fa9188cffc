// A cluster small enough to script: objects in a map, watches, a virtual clock, things that happen later, and faults.
#pragma once

#include <deque>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/client.hpp"
#include "cluster/patch.hpp"
#include "cluster/transport.hpp"

namespace upshift::testing {

class FakeCluster final : public cluster::Transport {
 public:
  // Asked before each request; an answer (or error) given here is the fault.
  using Fault = std::function<std::optional<Result<cluster::Response>>(const cluster::Request&)>;
  Fault before;
  // Asked after the request was acted on: a lost answer.
  Fault after;
  std::function<Result<cluster::ExecResult>(const cluster::ExecRequest&)> on_exec;
  std::vector<cluster::Request> requests;
  int streams_started = 0;
  std::vector<std::string> watched_from;  // the resourceVersion of each stream

  static constexpr const char* kProject = "shop";

  // Stores as the server would: uid, resourceVersion; visible to watches.
  Json put(Json object) {
    const auto ref = *cluster::ref_of(object);
    return write(path_of(ref), std::move(object));
  }
  Json* find_object(const std::string& kind, const std::string& name) {
    const auto at = objects_.find(path_of({*cluster::find_kind(kind), kProject, name}));
    return at == objects_.end() ? nullptr : &at->second;
  }
  // Changes an object in place, as a controller or another user does.
  void edit(const std::string& kind, const std::string& name, const std::function<void(Json&)>& change) {
    Json object = *find_object(kind, name);
    change(object);
    put(std::move(object));
  }
  void drop(const std::string& kind, const std::string& name) {
    erase(path_of({*cluster::find_kind(kind), kProject, name}));
  }
  void in(Duration delay, std::function<void()> happening) {
    happenings_.emplace(clock_.now() + delay, std::move(happening));
  }
  // Ends every stream, as a server does that has forgotten where they stood.
  void cut_streams() { end_streams(410, "Expired"); }
  // Code 0 with the reasons StreamEnded and ConnectionLost: whoever watches may go on where it stood.
  void end_streams(int code, const std::string& reason) {
    for (auto& [id, watch] : watches_) {
      pending_.push_back({id, {cluster::WatchEvent::Type::kError, {{"code", code}, {"reason", reason}}}});
    }
  }
  void bookmark(const std::string& version) {
    for (auto& [id, watch] : watches_) {
      pending_.push_back({id, {cluster::WatchEvent::Type::kBookmark, {{"metadata", {{"resourceVersion", version}}}}}});
    }
  }
  int count(const std::string& method, const std::string& part = "") const {
    int n = 0;
    for (const auto& request : requests) n += request.method == method && request.path.find(part) != std::string::npos;
    return n;
  }
  int changes_sent() const { return static_cast<int>(requests.size()) - count("GET"); }

  Result<cluster::Response> send(const cluster::Request& request) override {
    requests.push_back(request);
    if (before) {
      if (auto fault = before(request)) return *fault;
    }
    auto response = act(request);
    if (after) {
      if (auto fault = after(request)) return *fault;
    }
    return response;
  }

  Result<cluster::WatchId> start_watch(const cluster::Request& request, cluster::WatchHandler handler) override {
    ++streams_started;
    watches_[++next_watch_] = {request.path + "/", std::move(handler)};
    watched_from.push_back(request.query_value("resourceVersion"));
    for (const auto& [version, told] : history_) {
      if (watched_from.back().empty() || version <= std::stoi(watched_from.back())) continue;
      if (told.path.starts_with(request.path + "/")) pending_.push_back({next_watch_, told.event});
    }
    return next_watch_;
  }
  void stop_watch(cluster::WatchId id) override { watches_.erase(id); }

  void wait(TimePoint until) override {
    while (!deliver()) {
      if (!happenings_.empty() && happenings_.begin()->first <= until) {
        clock_.advance_to(happenings_.begin()->first);
        auto happening = std::move(happenings_.begin()->second);
        happenings_.erase(happenings_.begin());
        happening();
        continue;
      }
      clock_.advance_to(until);
      return;
    }
  }

  Result<cluster::ExecResult> exec(const cluster::ExecRequest& request) override {
    if (!on_exec) return failure(StatusCode::kNotFound, "no such pod");
    auto result = on_exec(request);
    if (result && request.output) {
      request.output(cluster::ExecStream::kStandardOutput, result->standard_output);
      request.output(cluster::ExecStream::kStandardError, result->standard_error);
    }
    return result;
  }
  const Clock& clock() const override { return clock_; }
  TimePoint now() const { return clock_.now(); }

  static cluster::Response status(int code, const std::string& reason, const std::string& message) {
    return {code,
            {{"kind", "Status"}, {"status", "Failure"}, {"code", code}, {"reason", reason}, {"message", message}},
            {}};
  }

 private:
  struct Watch {
    std::string prefix;
    cluster::WatchHandler handler;
  };
  struct Told {
    std::string path;
    cluster::WatchEvent event;
  };
  struct Pending {
    cluster::WatchId watch;
    cluster::WatchEvent event;
  };

  static std::string path_of(cluster::ObjectRef ref) {
    if (ref.type.namespaced) ref.name_space = kProject;
    return object_path(ref);
  }

  bool deliver() {
    bool delivered = false;
    while (!pending_.empty()) {
      const Pending next = std::move(pending_.front());
      pending_.pop_front();
      const auto watch = watches_.find(next.watch);
      if (watch == watches_.end()) continue;
      const auto handler = watch->second.handler;
      if (next.event.type == cluster::WatchEvent::Type::kError) watches_.erase(watch);
      handler(next.event);
      delivered = true;
    }
    return delivered;
  }

  void tell(const std::string& path, cluster::WatchEvent::Type type, const Json& object) {
    history_[version_] = {path, {type, object}};
    for (const auto& [id, watch] : watches_) {
      if (path.starts_with(watch.prefix)) pending_.push_back({id, {type, object}});
    }
  }

  Json write(const std::string& path, Json object) {
    const auto known = objects_.find(path);
    auto& metadata = object["metadata"];
    metadata["namespace"] = kProject;
    if (known != objects_.end()) metadata["uid"] = known->second["metadata"]["uid"];
    if (!metadata.contains("uid")) metadata["uid"] = fmt::format("uid-{}", ++next_uid_);
    metadata["resourceVersion"] = std::to_string(++version_);
    const auto type =
        known == objects_.end() ? cluster::WatchEvent::Type::kAdded : cluster::WatchEvent::Type::kModified;
    objects_[path] = object;
    tell(path, type, object);
    return object;
  }

  void erase(const std::string& path) {
    const auto known = objects_.find(path);
    if (known == objects_.end()) return;
    Json last = known->second;
    last["metadata"]["resourceVersion"] = std::to_string(++version_);
    objects_.erase(known);
    tell(path, cluster::WatchEvent::Type::kDeleted, last);
  }

  cluster::Response act(const cluster::Request& request) {
    const auto known = objects_.find(request.path);
    const bool is_there = known != objects_.end();
    if (request.method == "GET") {
      if (is_there) return {200, known->second, {}};
      return read_many(request);
    }
    if (request.method == "POST") {
      const auto path = request.path + "/" + string_at(request.body, "/metadata/name");
      if (objects_.contains(path)) return status(409, "AlreadyExists", "already exists");
      return {201, write(path, request.body), {}};
    }
    if (!is_there) return status(404, "NotFound", "not found");
    const Json present = known->second;
    if (request.method == "DELETE") {
      const auto uid = string_at(request.body, "/preconditions/uid");
      if (!uid.empty() && uid != string_at(present, "/metadata/uid")) return status(409, "Conflict", "uid differs");
      erase(request.path);
      return {200, {{"kind", "Status"}, {"status", "Success"}}, {}};
    }
    if (request.method == "PUT") return store(request.path, present, request.body);
    auto patched = cluster::apply_patch(request.content_type, string_at(present, "/kind"), present, request.body);
    if (!patched) return status(422, "Invalid", patched.error().summary);
    return store(request.path, present, std::move(*patched));
  }

  cluster::Response store(const std::string& path, const Json& present, Json next) {
    const auto version = string_at(next, "/metadata/resourceVersion");
    if (!version.empty() && version != string_at(present, "/metadata/resourceVersion")) {
      return status(409, "Conflict", "the object has been modified");
    }
    return {200, write(path, std::move(next)), {}};
  }

  // "apps.openshift.io/v1"
  static std::string version_in(const std::string& path) {
    const std::size_t begin = path.starts_with("/apis/") ? 6 : 5;
    const auto end = path.find('/', begin == 6 ? path.find('/', begin) + 1 : begin);
    return path.substr(begin, end - begin);
  }

  // A collection, or a single object that is not there.
  cluster::Response read_many(const cluster::Request& request) {
    const bool is_collection = request.query_value("limit") != "";
    if (!is_collection) return status(404, "NotFound", "not found");
    Json items = Json::array();
    for (const auto& [path, object] : objects_) {
      if (!path.starts_with(request.path + "/")) continue;
      Json item = object;
      item.erase("kind");
      item.erase("apiVersion");
      items.push_back(std::move(item));
    }
    const auto limit = static_cast<std::size_t>(std::stoi(request.query_value("limit")));
    const auto token = request.query_value("continue");
    const std::size_t begin = token.empty() ? 0 : static_cast<std::size_t>(std::stoi(token));
    const std::size_t end = std::min(items.size(), begin + limit);
    Json metadata = {{"resourceVersion", std::to_string(version_)}};
    if (end < items.size()) metadata["continue"] = std::to_string(end);
    Json page = Json::array();
    for (std::size_t i = begin; i < end; ++i) page.push_back(items[i]);
    return {200,
            {{"apiVersion", version_in(request.path)}, {"items", std::move(page)}, {"metadata", std::move(metadata)}},
            {}};
  }

  VirtualClock clock_{TimePoint(std::chrono::hours(1))};
  std::map<std::string, Json> objects_;
  std::map<cluster::WatchId, Watch> watches_;
  std::deque<Pending> pending_;
  std::map<int, Told> history_;
  std::multimap<TimePoint, std::function<void()>> happenings_;
  cluster::WatchId next_watch_ = 0;
  int next_uid_ = 0;
  int version_ = 100;
};

}  // namespace upshift::testing
