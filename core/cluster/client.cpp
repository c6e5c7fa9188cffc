#include "cluster/client.hpp"

#include <fmt/format.h>
#include <iterator>

#include "cluster/refusal.hpp"
#include "cluster/retry.hpp"

namespace upshift::cluster {
namespace {

bool may_repeat(const Result<Response>& answer, bool is_read) {
  if (!answer) return is_read && answer.error().code == StatusCode::kUnavailable;
  if (answer->status == 429) return true;
  return is_read && (answer->status == 500 || (answer->status >= 502 && answer->status <= 504));
}

}  // namespace

Request create_request(const ObjectRef& ref, Json object) {
  return {"POST", collection_path(ref.type, ref.name_space), {}, "", std::move(object)};
}

Request patch_request(const ObjectRef& ref, std::string_view content_type, Json patch) {
  return {"PATCH", object_path(ref), {}, std::string(content_type), std::move(patch)};
}

Request replace_request(const ObjectRef& ref, Json object) {
  return {"PUT", object_path(ref), {}, "", std::move(object)};
}

Request delete_request(const ObjectRef& ref, const DeleteOptions& options) {
  Json body = {{"kind", "DeleteOptions"}, {"apiVersion", "v1"}};
  if (!options.propagation.empty()) body["propagationPolicy"] = options.propagation;
  if (!options.uid.empty()) body["preconditions"]["uid"] = options.uid;
  if (!options.resource_version.empty()) body["preconditions"]["resourceVersion"] = options.resource_version;
  return {"DELETE", object_path(ref), {}, "", std::move(body)};
}

ObjectRef Client::resolve(ObjectRef ref) const {
  if (ref.type.namespaced && ref.name_space.empty()) ref.name_space = name_space_;
  return ref;
}

void Client::pause_until(TimePoint until) {
  while (clock().now() < until && !transport_.interrupted()) transport_.wait(until);
}

Result<Response> Client::send(const Request& request, Effect effect) {
  for (int attempt = 1;; ++attempt) {
    auto answer = transport_.send(request);
    if (effect == Effect::kReadOnce || attempt == kMostAttempts || !may_repeat(answer, effect == Effect::kRead))
      return answer;
    pause_until(clock().now() + pause_before_next(attempt, answer ? &answer->headers : nullptr));
    if (transport_.interrupted()) return answer;
  }
}

Result<Response> Client::send_change(const Request& request) {
  return send(request, Effect::kChange);
}

Result<std::optional<ReceivedObject>> Client::read(const ObjectRef& named, bool as_it_came) {
  const ObjectRef ref = resolve(named);
  UPSHIFT_ASSIGN(Response response, send({"GET", object_path(ref), {}, "", nullptr, as_it_came}, Effect::kRead));
  if (response.status == 404) return std::optional<ReceivedObject>();
  if (!response.ok()) return failure(refusal("read", ref, response));
  if (response.object) return std::move(response.object);
  if (!response.body.is_object()) return failure(unreadable("read", ref));
  return ReceivedObject(std::move(response.body));
}

Result<std::optional<Json>> Client::get(const ObjectRef& ref) {
  UPSHIFT_ASSIGN(auto object, read(ref, false));
  return object ? std::optional(std::move(object->tree())) : std::nullopt;
}

Result<std::optional<ReceivedObject>> Client::get_as_it_came(const ObjectRef& ref) {
  return read(ref, true);
}

Result<ObjectList> Client::list(const ResourceType& type, const ListOptions& options) {
  auto all = list_pages(type, options);
  if (!all && all.error().code == StatusCode::kOutOfRange) return list_pages(type, options);
  return all;
}

Result<ObjectPage> Client::list_page(const ResourceType& type, const ListOptions& options, const std::string& token) {
  const ObjectRef whole{type, type.namespaced ? name_space_ : "", ""};
  Request request{"GET", collection_path(type, whole.name_space), {}, "", nullptr};
  request.query.emplace_back("limit", std::to_string(options.page_size));
  if (!options.labels.empty()) request.query.emplace_back("labelSelector", options.labels);
  if (!options.fields.empty()) request.query.emplace_back("fieldSelector", options.fields);
  if (!token.empty()) request.query.emplace_back("continue", token);
  UPSHIFT_ASSIGN(Response response, send(request, options.once ? Effect::kReadOnce : Effect::kRead));
  if (!response.ok()) return failure(refusal("list", whole, response));
  if (!response.body.is_object()) return failure(unreadable("list", whole));
  ObjectPage page{
      {}, string_at(response.body, "/metadata/resourceVersion"), string_at(response.body, "/metadata/continue")};
  if (!array_at(response.body, "/items").empty()) {
    // The server may have answered in another version than the one in the table.
    auto version = string_at(response.body, "/apiVersion");
    if (type.group.empty() || !version.starts_with(type.group + "/")) version = type.api_version();
    for (auto& item : response.body["items"]) {
      if (!item.is_object()) continue;
      item["apiVersion"] = version;
      item["kind"] = type.kind;
      page.items.push_back(std::move(item));
    }
  }
  return page;
}

Result<ObjectList> Client::list_pages(const ResourceType& type, const ListOptions& options) {
  ObjectList result;
  std::string token;
  do {
    UPSHIFT_ASSIGN(ObjectPage page, list_page(type, options, token));
    std::move(page.items.begin(), page.items.end(), std::back_inserter(result.items));
    result.resource_version = std::move(page.resource_version);
    token = std::move(page.next);
  } while (!token.empty());
  return result;
}

Result<Json> Client::change(std::string_view doing, const ObjectRef& ref, const Request& request) {
  UPSHIFT_ASSIGN(Response response, send_change(request));
  if (!response.ok()) return failure(refusal(doing, ref, response));
  return std::move(response.body);
}

Result<Json> Client::create(const ObjectRef& named, const Json& object) {
  const ObjectRef ref = resolve(named);
  return change("create", ref, create_request(ref, object));
}

Result<Json> Client::patch(const ObjectRef& named, std::string_view content_type, const Json& patch) {
  const ObjectRef ref = resolve(named);
  return change("patch", ref, patch_request(ref, content_type, patch));
}

Result<Json> Client::replace(const ObjectRef& named, const Json& object) {
  const ObjectRef ref = resolve(named);
  return change("replace", ref, replace_request(ref, object));
}

Result<bool> Client::remove(const ObjectRef& named, const DeleteOptions& options) {
  const ObjectRef ref = resolve(named);
  UPSHIFT_ASSIGN(Response response, send_change(delete_request(ref, options)));
  if (response.status == 404) return false;
  if (!response.ok()) return failure(refusal("delete", ref, response));
  return true;
}

}  // namespace upshift::cluster
