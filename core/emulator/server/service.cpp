#include "emulator/server/service.hpp"

#include <charconv>
#include <fmt/format.h>

#include "cluster/exec_input.hpp"
#include "emulator/api_path.hpp"
#include "emulator/selector.hpp"
#include "emulator/server/access_review.hpp"
#include "emulator/server/discovery.hpp"
#include "emulator/server/further_rights.hpp"
#include "emulator/server/negotiation.hpp"
#include "emulator/server/other_paths.hpp"
#include "emulator/server/project_request.hpp"
#include "emulator/server/protobuf.hpp"

namespace upshift::emulator::server {
namespace {

constexpr std::string_view kAdministration = "/upshift/";

cluster::Request without_body(const HttpRequest& request) {
  return {request.method, request.path, request.query, request.header("content-type"), nullptr};
}

std::string media_type(const HttpRequest& request) {
  const std::string type = request.header("content-type");
  const std::size_t end = type.find_first_of("; ");
  return type.substr(0, end);
}

}  // namespace

HttpResponse to_http(const cluster::Response& response) {
  HttpResponse out;
  out.status = response.status;
  out.headers = response.headers;
  out.headers.erase("content-type");
  if (response.body.is_string()) {
    out.body = response.body.get<std::string>();
    out.content_type = "text/plain";
  } else if (!response.body.is_null()) {
    out.body = to_text(response.body) + "\n";
  }
  return out;
}

Service::Service(Emulator& emulator, const Users& users, Administration administration, std::string address)
    : emulator_(emulator), users_(users), administration_(administration), address_(std::move(address)) {}

Answer Service::answer(const HttpRequest& received) {
  HttpRequest request = received;
  unwrap_watch_path(request);
  if (request.path == "/healthz" || request.path == "/livez" || request.path == "/readyz") {
    return HttpResponse{200, "ok", "text/plain", {}};
  }
  const User* const user = users_.authenticate(request);
  if (user == nullptr) return refusal(401, "Unauthorized", "Unauthorized");
  const std::optional<User> other = impersonated(request);
  if (!other) return answer_as(*user, request);
  if (user->administrator) return answer_as(*other, request);
  RequestAttributes attributes;
  attributes.is_resource = true;
  attributes.verb = "impersonate";
  attributes.resource = "users";
  attributes.name = other->name;
  return forbidden(attributes, user->name);
}

std::optional<User> Service::impersonated(const HttpRequest& request) {
  User user{request.header("impersonate-user"), {"system:authenticated"}, false};
  if (user.name.empty()) return std::nullopt;
  const auto [first, last] = request.headers.equal_range("impersonate-group");
  for (auto it = first; it != last; ++it) {
    user.groups.push_back(it->second);
    user.administrator = user.administrator || it->second == "system:masters" || it->second == "system:cluster-admins";
  }
  return user;
}

Answer Service::answer_as(const User& user, const HttpRequest& received) {
  HttpRequest request = received;
  if (media_type(request) == kKubernetesProtobuf) {
    const Result<Json> object = decode_object(request.body);
    if (!object && object.error().code == StatusCode::kInvalidArgument) {
      return refusal(400, "BadRequest", object.error().summary);
    }
    if (object) {
      request.body = to_text(*object);
      request.headers.erase("content-type");
    }
  }
  const RequestAttributes attributes = attributes_of(request);
  // Anybody may ask what they may do themselves, but not what others may.
  const bool about_others =
      attributes.resource == "subjectaccessreviews" || attributes.resource == "localsubjectaccessreviews";
  if (about_others && !authorize(emulator_.store(), user, attributes).allowed) return forbidden(attributes, user.name);
  if (std::optional<HttpResponse> document = own_document(user, request)) return std::move(*document);
  if (!authorize(emulator_.store(), user, attributes).allowed) return forbidden(attributes, user.name);
  if (auto refused = refuse_for_further_rights(emulator_.store(), user, attributes, request))
    return std::move(*refused);
  if (request.path.starts_with(kAdministration)) return administer(request);
  return project_answer(request, attributes, user.name);
}

std::optional<HttpResponse> Service::own_document(const User& user, const HttpRequest& request) {
  const bool anonymous = user.groups.front() == "system:unauthenticated";
  if (anonymous && request.path != "/version") return std::nullopt;
  if (std::optional<HttpResponse> document = discovery_document(request, address_)) return document;
  if (std::optional<HttpResponse> review = review_access(emulator_.store(), user, request)) return review;
  if (request.method == "GET" && request.path == "/apis/user.openshift.io/v1/users/~") {
    return json_response(200, to_json(user));
  }
  return std::nullopt;
}

Answer Service::project_answer(const HttpRequest& request, const RequestAttributes& attributes,
                               const std::string& user) {
  if (!is_acceptable(request)) return not_acceptable();
  if (attributes.resource == "projectrequests") return request_project(emulator_, request, user);
  if (attributes.group.empty() && attributes.resource == "pods") {
    if (attributes.subresource == "exec") return plan_exec(request, attributes);
    const cluster::ObjectRef pod{*cluster::find_kind("Pod"), attributes.name_space, attributes.name};
    if (attributes.subresource == "log" && request.flag("follow") && find_pod(attributes) != nullptr) {
      return LogPlan{without_body(request), pod};
    }
  }
  if (request.method == "GET" && attributes.is_resource && request.flag("watch")) {
    return plan_watch(request, attributes);
  }
  return ask_api(request);
}

HttpResponse Service::ask_api(const HttpRequest& request) {
  cluster::Request asked = without_body(request);
  asked.content_type = media_type(request);
  const OtherVersion other = use_stored_version(asked.path);
  cluster::Response response = emulator_.api().handle_raw(std::move(asked), request.body);
  if (response.ok() && response.body.is_object()) {
    restore_version(other, response.body);
    if (request.method == "GET") {
      response.body =
          in_form(form_of(request), response.body, request.query_value("includeObject"), emulator_.clock().now());
    }
  }
  HttpResponse out = to_http(response);
  if (wants_yaml(request) && out.content_type == "application/json") out.content_type = "application/yaml";
  return out;
}

// What is told before the stream begins: a selector or version that makes no sense.
std::optional<HttpResponse> Service::refused_watch(const cluster::Request& request) {
  const ParsedPath parsed = parse_api_path(request.path);
  if (!parsed.path || !parsed.path->name.empty()) return std::nullopt;
  const auto selector =
      Selector::parse(*parsed.path->type, request.query_value("labelSelector"), request.query_value("fieldSelector"));
  if (!selector) return refusal(400, "BadRequest", selector.error().summary);
  const std::string version = request.query_value("resourceVersion");
  if (version.find_first_not_of("0123456789") == std::string::npos) return std::nullopt;
  return refusal(500, {}, fmt::format("resourceVersion: Invalid value: \"{}\"", version));
}

Answer Service::plan_watch(const HttpRequest& request, const RequestAttributes& attributes) const {
  WatchPlan plan;
  plan.request = without_body(request);
  plan.other_version = use_stored_version(plan.request.path);
  if (!attributes.name.empty()) {
    // Watching one object is watching its collection for it.
    plan.request.path.resize(plan.request.path.rfind('/'));
    plan.request.query.emplace_back("fieldSelector", "metadata.name=" + attributes.name);
  }
  const std::string timeout = request.query_value("timeoutSeconds");
  int seconds = 0;
  const auto [end, error] = std::from_chars(timeout.data(), timeout.data() + timeout.size(), seconds);
  if (!timeout.empty() && (error != std::errc{} || end != timeout.data() + timeout.size() || seconds < 0)) {
    return refusal(400, "BadRequest", fmt::format("timeoutSeconds is no number of seconds: \"{}\"", timeout));
  }
  if (auto refused = refused_watch(plan.request)) return *std::move(refused);
  plan.timeout = std::chrono::seconds(seconds);
  plan.bookmarks = request.flag("allowWatchBookmarks");
  plan.form = form_of(request);
  plan.include_object = request.query_value("includeObject");
  return plan;
}

const Json* Service::find_pod(const RequestAttributes& attributes) const {
  return emulator_.store().get({*cluster::find_kind("Pod"), attributes.name_space, attributes.name});
}

Answer Service::plan_exec(const HttpRequest& request, const RequestAttributes& attributes) {
  const Json* const pod = find_pod(attributes);
  if (pod == nullptr) {
    return refusal(404, "NotFound", fmt::format("pods \"{}\" not found", attributes.name),
                   {{"name", attributes.name}, {"kind", "pods"}});
  }
  ExecPlan plan;
  plan.request = {attributes.name_space, attributes.name, request.query_value("container"),
                  request.query_values("command"), ""};
  const Json& containers = array_at(*pod, "/spec/containers");
  bool known = false;
  for (const Json& container : containers) known = known || string_at(container, "/name") == plan.request.container;
  if (plan.request.container.empty() && !containers.empty()) {
    plan.request.container = string_at(containers[0], "/name");
  } else if (!known) {
    return refusal(400, "BadRequest",
                   fmt::format("container {} is not valid for pod {}", plan.request.container, attributes.name));
  }
  const std::string phase = string_at(*pod, "/status/phase");
  if (phase != "Running") {
    return refusal(400, "BadRequest",
                   fmt::format("pod {} is {}: commands can only be run in a running pod", attributes.name, phase));
  }
  if (plan.request.command.empty()) return refusal(400, "BadRequest", "you must specify at least 1 command");
  if (auto counted = cluster::counted_input(plan.request.command)) {
    plan.input_bytes = counted->bytes;
    plan.request.command = std::move(counted->command);
  }
  plan.standard_input = request.flag("stdin");
  plan.standard_output = request.flag("stdout");
  plan.standard_error = request.flag("stderr");
  return plan;
}

HttpResponse Service::administer(const HttpRequest& request) {
  const std::string_view what = std::string_view(request.path).substr(kAdministration.size());
  if (what == "faults") return administer_faults(request, {});
  if (what.starts_with("faults/")) return administer_faults(request, what.substr(std::string_view("faults/").size()));
  if (what == "requests") return administer_requests(request);
  if (what == "project" && request.method == "GET") return json_response(200, emulator_.snapshot());
  if (what == "settle" && request.method == "POST") {
    administration_.clock.settle();
    return json_response(200, {{"now", to_rfc3339(emulator_.clock().now())}});
  }
  return refusal(404, "NotFound",
                 "the emulator is administered at /upshift/faults, /upshift/requests, /upshift/settle (POST) and "
                 "/upshift/project (GET)");
}

HttpResponse Service::administer_faults(const HttpRequest& request, std::string_view id) {
  FaultControl& faults = administration_.faults;
  const bool post = request.method == "POST";
  if (!id.empty()) {
    FaultControl::Id number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    const bool numeric = error == std::errc{} && end == id.data() + id.size();
    if (request.method != "DELETE") return refusal(405, "MethodNotAllowed", "a single fault can only be removed");
    if (!numeric || !faults.remove(number)) return refusal(404, "NotFound", fmt::format("there is no fault {}", id));
  } else if (request.method == "DELETE") {
    faults.clear();
  } else if (post) {
    const Result<Json> descriptions = parse_json(request.body, "the fault");
    const Status added = descriptions ? faults.add(*descriptions) : failure(descriptions.error());
    if (!added) {
      const Error& error = added.error();
      return refusal(400, "BadRequest", error.detail.empty() ? error.summary : error.summary + ". " + error.detail);
    }
  } else if (request.method != "GET") {
    return refusal(405, "MethodNotAllowed", "faults are read with GET, added with POST, removed with DELETE");
  }
  return json_response(post ? 201 : 200, faults.to_json());
}

HttpResponse Service::administer_requests(const HttpRequest& request) {
  RequestLog& requests = administration_.requests;
  if (request.method == "DELETE") {
    requests.clear();
  } else if (request.method != "GET") {
    return refusal(405, "MethodNotAllowed", "requests are read with GET and forgotten with DELETE");
  }
  return json_response(200, requests.to_json());
}

}  // namespace upshift::emulator::server
