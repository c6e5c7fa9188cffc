#include "engine/cluster_service.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "engine/exec_target.hpp"

namespace upshift::engine {
namespace {

constexpr std::int64_t kLargestPage = 10'000;

Result<std::string> text_in(const Json& request, const char* member) {
  auto text = string_at(request, std::string("/") + member);
  if (text.empty()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("the request has no \"{}\"", member),
                   "Report it to the plugin's author.", std::string("/") + member);
  }
  return text;
}

Result<std::string_view> content_type_of(const std::string& type) {
  if (type == "json") return cluster::kJsonPatch;
  if (type == "merge") return cluster::kMergePatch;
  if (type == "strategic") return cluster::kStrategicMergePatch;
  return failure(StatusCode::kInvalidArgument, fmt::format("'{}' is no type of patch", type),
                 "Known are json, merge and strategic.", "/type");
}

Json reply_of(Outcome outcome, const Json& request) {
  Json reply = {{"changed", outcome.changed}};
  if (!bool_at(request, "/brief")) reply["object"] = std::move(outcome.object);
  return reply;
}

Error unknown_kind(const std::string& kind) {
  std::vector<std::string> known;
  for (const auto& type : cluster::known_types()) known.push_back(type.kind);
  const auto near = nearest(kind, known);
  return {StatusCode::kInvalidArgument,
          fmt::format("the host does not know the kind '{}'", kind),
          near.empty() ? "" : fmt::format("Did the plugin mean '{}'?", near),
          "/kind",
          {}};
}

Status check_request(const Json& request) {
  if (request.is_object()) return {};
  return failure(StatusCode::kInvalidArgument, "the request is no JSON object", "Report it to the plugin's author.");
}

// A cluster without the API group has no such objects: GET says the same.
template <typename List>
Result<List> none_where_not_served(Result<List> listed) {
  if (!listed && listed.error().code == StatusCode::kNotFound) return List{};
  return listed;
}

}  // namespace

Result<cluster::ResourceType> ClusterService::type_in(const Json& request) const {
  UPSHIFT_ASSIGN(const std::string kind, text_in(request, "kind"));
  const auto api_version = string_at(request, "/apiVersion");
  const auto* type = api_version.empty() ? cluster::find_kind(kind) : cluster::find_type(api_version, kind);
  if (type == nullptr) return failure(unknown_kind(kind));
  return *type;
}

Result<cluster::ObjectRef> ClusterService::ref_in(const Json& request) const {
  UPSHIFT_ASSIGN(auto type, type_in(request));
  UPSHIFT_ASSIGN(auto name, text_in(request, "name"));
  return client_.resolve({std::move(type), "", std::move(name)});
}

Result<std::pair<cluster::ObjectRef, Json>> ClusterService::object_in(const Json& request) const {
  const Json* given = find(request, "/object");
  if (given == nullptr || !given->is_object()) {
    return failure(StatusCode::kInvalidArgument, "the request has no \"object\"", "Report it to the plugin's author.",
                   "/object");
  }
  Json object = *given;
  UPSHIFT_ASSIGN(auto type, type_in(object));
  UPSHIFT_ASSIGN(auto name, text_in(object_at(object, "/metadata"), "name"));
  const auto where = string_at(object, "/metadata/namespace");
  if (!where.empty() && where != client_.name_space()) {
    return failure(StatusCode::kPermissionDenied,
                   fmt::format("{}/{} belongs to project {}, not to {}", type.kind, name, where, client_.name_space()),
                   "Report it to the plugin's author: nothing was sent.");
  }
  object["apiVersion"] = type.api_version();
  auto ref = client_.resolve({std::move(type), "", std::move(name)});
  if (!ref.name_space.empty()) object["metadata"]["namespace"] = ref.name_space;
  return std::pair(std::move(ref), std::move(object));
}

Result<std::string> ClusterService::invoke_text(std::string_view verb, const Json& request) {
  if (verb == "get") {
    UPSHIFT_ASSIGN(const auto object, get(request));
    return "{\"object\":" + (object ? object->text() : "null") + "}";
  }
  UPSHIFT_ASSIGN(const Json reply, invoke(verb, request));
  return to_text(reply);
}

Result<Json> ClusterService::invoke(std::string_view verb, const Json& request) {
  if (verb == "get") {
    UPSHIFT_ASSIGN(auto object, get(request));
    return Json{{"object", object ? std::move(object->tree()) : Json()}};
  }
  UPSHIFT_TRY(check_request(request));
  if (verb == "list") return list(request);
  if (verb == "create") return create(request);
  if (verb == "patch") return patch(request);
  if (verb == "replace") return replace(request);
  if (verb == "delete") return remove(request);
  if (verb == "exec") return exec(request);
  return failure(StatusCode::kUnimplemented, fmt::format("upshift.cluster/1 has no verb '{}'", verb),
                 "Known are get, list, create, patch, replace, delete and exec.");
}

Result<std::optional<cluster::ReceivedObject>> ClusterService::get(const Json& request) {
  UPSHIFT_TRY(check_request(request));
  UPSHIFT_ASSIGN(const auto ref, ref_in(request));
  const TimePoint now = client_.clock().now();
  if (const auto* seen = seen_ == nullptr ? nullptr : seen_->recall(ref, now)) return *seen;
  auto object = cache_ == nullptr ? std::nullopt : cache_->told(ref);
  if (!object) {
    UPSHIFT_ASSIGN(object, client_.get_as_it_came(ref));
  }
  if (seen_ != nullptr) seen_->remember(ref, object, now);
  return object;
}

Result<Json> ClusterService::list(const Json& request) {
  UPSHIFT_ASSIGN(const auto type, type_in(request));
  cluster::ListOptions options{.labels = string_at(request, "/labels")};
  const auto token = string_at(request, "/continue");
  if (find(request, "/limit") == nullptr && token.empty()) {
    const TimePoint now = client_.clock().now();
    const auto path = collection_path(type, "");
    if (const Json* items = seen_ == nullptr ? nullptr : seen_->recall_list(path, options.labels, now)) {
      return Json{{"items", *items}};
    }
    UPSHIFT_ASSIGN(auto all, none_where_not_served(client_.list(type, options)));
    Json reply = {{"items", std::move(all.items)}};
    if (seen_ != nullptr) seen_->remember_list(path, options.labels, reply["items"], now);
    return reply;
  }
  const auto limit = int_at(request, "/limit");
  if (limit < 1 || limit > kLargestPage) {
    return failure(StatusCode::kInvalidArgument, fmt::format("a page of {} objects cannot be asked for", limit),
                   fmt::format("\"limit\" is 1 to {}. Report it to the plugin's author.", kLargestPage), "/limit");
  }
  options.page_size = static_cast<int>(limit);
  UPSHIFT_ASSIGN(auto page, none_where_not_served(client_.list_page(type, options, token)));
  Json reply = {{"items", std::move(page.items)}};
  if (!page.next.empty()) reply["continue"] = std::move(page.next);
  return reply;
}

Result<Json> ClusterService::create(const Json& request) {
  UPSHIFT_ASSIGN(const auto named, object_in(request));
  UPSHIFT_TRY(permit_(named.first.type.qualified_name(), "create"));
  UPSHIFT_ASSIGN(auto outcome, changes_.create(named.first, named.second));
  return reply_of(std::move(outcome), request);
}

Result<Json> ClusterService::patch(const Json& request) {
  UPSHIFT_ASSIGN(const auto ref, ref_in(request));
  UPSHIFT_ASSIGN(const auto type, content_type_of(string_at(request, "/type")));
  const Json* patch = find(request, "/patch");
  const bool fits = patch != nullptr && (type == cluster::kJsonPatch ? patch->is_array() : patch->is_object());
  if (!fits) {
    return failure(StatusCode::kInvalidArgument, fmt::format("the patch of {} has the wrong shape", ref.display()),
                   "A json patch is an array, the others are objects. Report it to the plugin's author.", "/patch");
  }
  UPSHIFT_TRY(permit_(ref.type.qualified_name(), "update"));
  UPSHIFT_ASSIGN(auto outcome, changes_.patch(ref, type, *patch));
  return reply_of(std::move(outcome), request);
}

Result<Json> ClusterService::replace(const Json& request) {
  UPSHIFT_ASSIGN(const auto named, object_in(request));
  UPSHIFT_TRY(permit_(named.first.type.qualified_name(), "update"));
  UPSHIFT_ASSIGN(auto outcome, changes_.replace(named.first, named.second));
  return reply_of(std::move(outcome), request);
}

Result<Json> ClusterService::remove(const Json& request) {
  UPSHIFT_ASSIGN(const auto ref, ref_in(request));
  const auto propagation = string_at(request, "/propagation");
  if (!propagation.empty() && propagation != "Background" && propagation != "Foreground" && propagation != "Orphan") {
    return failure(StatusCode::kInvalidArgument, fmt::format("'{}' is no propagation policy", propagation),
                   "Known are Background, Foreground and Orphan.", "/propagation");
  }
  UPSHIFT_TRY(permit_(ref.type.qualified_name(), "delete"));
  UPSHIFT_ASSIGN(const bool changed, changes_.remove(ref, propagation));
  return Json{{"changed", changed}};
}

Result<Json> ClusterService::exec(const Json& request) {
  UPSHIFT_TRY(permit_("pods", "exec"));
  cluster::ExecRequest command{client_.name_space(),
                               string_at(request, "/pod"),
                               string_at(request, "/container"),
                               {},
                               string_at(request, "/stdin"),
                               {}};
  for (const auto& word : array_at(request, "/command")) {
    if (word.is_string()) command.command.push_back(word.get<std::string>());
  }
  if (command.command.empty()) {
    return failure(StatusCode::kInvalidArgument, "the request has no \"command\"", "Report it to the plugin's author.",
                   "/command");
  }
  if (command.pod.empty()) {
    UPSHIFT_ASSIGN(const std::string config, text_in(request, "deployment_config"));
    UPSHIFT_ASSIGN(auto target, find_exec_target(client_, config, command.container));
    command.pod = std::move(target.pod);
    command.container = std::move(target.container);
  }
  UPSHIFT_ASSIGN(const auto result, changes_.exec(command));
  return Json{{"exit_code", result.exit_code}, {"stdout", result.standard_output}, {"stderr", result.standard_error}};
}

}  // namespace upshift::engine
