#include "emulator/server/access_review.hpp"

#include "cluster/schema.hpp"

namespace upshift::emulator::server {
namespace {

constexpr std::string_view kReviews = "/apis/authorization.k8s.io/v1/";

RequestAttributes attributes_in(const Json& spec) {
  RequestAttributes out;
  if (const Json* const resource = find(spec, "/resourceAttributes")) {
    out.is_resource = true;
    out.verb = string_at(*resource, "/verb");
    out.group = string_at(*resource, "/group");
    out.version = string_at(*resource, "/version");
    out.name_space = string_at(*resource, "/namespace");
    out.resource = string_at(*resource, "/resource");
    out.name = string_at(*resource, "/name");
    out.subresource = string_at(*resource, "/subresource");
  } else {
    out.verb = string_at(spec, "/nonResourceAttributes/verb");
    out.path = string_at(spec, "/nonResourceAttributes/path");
  }
  return out;
}

struct ReviewKind {
  std::string_view resource;
  const char* kind;
  bool names_user;  // else it is about whoever asks
};
constexpr ReviewKind kKinds[] = {{"selfsubjectaccessreviews", "SelfSubjectAccessReview", false},
                                 {"selfsubjectrulesreviews", "SelfSubjectRulesReview", false},
                                 {"subjectaccessreviews", "SubjectAccessReview", true},
                                 {"localsubjectaccessreviews", "LocalSubjectAccessReview", true}};

class Review {
 public:
  Review(const ReviewKind& kind, std::string name_space, Json body)
      : kind_(kind), name_space_(std::move(name_space)), body_(std::move(body)) {}

  HttpResponse answer(const Store& store, const User& asking) {
    const Json& spec = object_at(body_, "/spec");
    if (kind_.resource == "selfsubjectrulesreviews") {
      const std::string space = string_at(spec, "/namespace");
      if (space.empty()) return refusal(400, "BadRequest", "no namespace on request");
      return finish(rules_of(store, asking, space));
    }
    check(spec);
    if (!causes_.empty()) {
      return refusal(422, "Invalid", ".authorization.k8s.io \"\" is invalid",
                     {{"group", "authorization.k8s.io"}, {"causes", causes_}});
    }
    const Decision decision = authorize(store, kind_.names_user ? user_in(spec) : asking, attributes_in(spec));
    Json status = {{"allowed", decision.allowed}};
    if (!decision.reason.empty()) status["reason"] = decision.reason;
    return finish(std::move(status));
  }

 private:
  void refuse(const char* field, const std::string& message) {
    causes_.push_back({{"reason", "FieldValueInvalid"}, {"message", "Invalid value: " + message}, {"field", field}});
  }

  void check(const Json& spec) {
    const bool resource = find(spec, "/resourceAttributes") != nullptr;
    const bool other = find(spec, "/nonResourceAttributes") != nullptr;
    if (resource && other) {
      refuse("spec.nonResourceAttributes", "cannot be specified in combination with resourceAttributes");
    } else if (!resource && !other) {
      refuse("spec.resourceAttributes", "exactly one of nonResourceAttributes or resourceAttributes must be specified");
    }
    if (kind_.names_user && string_at(spec, "/user").empty() && array_at(spec, "/groups").empty()) {
      refuse("spec.user", "at least one of user or group must be specified");
    }
    Json metadata = object_at(body_, "/metadata");
    if (kind_.resource == "localsubjectaccessreviews") {
      metadata.erase("namespace");
      if (string_at(spec, "/resourceAttributes/namespace") != name_space_) {
        refuse("spec.resourceAttributes.namespace", "must match metadata.namespace");
      }
      if (other) refuse("spec.nonResourceAttributes", "disallowed on this kind of request");
    }
    metadata.erase("creationTimestamp");
    if (!metadata.empty()) refuse("metadata", "must be empty");
  }

  static User user_in(const Json& spec) {
    User user{string_at(spec, "/user"), {"system:authenticated"}, false};
    for (const Json& group : array_at(spec, "/groups")) {
      if (!group.is_string()) continue;
      user.groups.push_back(group.get<std::string>());
      user.administrator = user.administrator || group == "system:masters" || group == "system:cluster-admins";
    }
    return user;
  }

  HttpResponse finish(Json status) {
    body_["kind"] = kind_.kind;
    body_["apiVersion"] = "authorization.k8s.io/v1";
    if (find(body_, "/metadata/creationTimestamp") == nullptr) body_["metadata"]["creationTimestamp"] = nullptr;
    if (kind_.resource == "selfsubjectrulesreviews") body_["spec"] = Json::object();
    body_["status"] = std::move(status);
    return json_response(201, body_);
  }

  const ReviewKind& kind_;
  std::string name_space_;
  Json body_;
  Json causes_ = Json::array();
};

// The kind of review that a path asks for, and the namespace in it.
const ReviewKind* kind_in(std::string_view path, std::string& name_space) {
  if (!path.starts_with(kReviews)) return nullptr;
  path.remove_prefix(kReviews.size());
  constexpr std::string_view kSpaces = "namespaces/";
  if (path.starts_with(kSpaces)) {
    path.remove_prefix(kSpaces.size());
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return nullptr;
    name_space = std::string(path.substr(0, slash));
    path.remove_prefix(slash + 1);
  }
  for (const ReviewKind& kind : kKinds) {
    const bool local = kind.resource == "localsubjectaccessreviews";
    if (path == kind.resource && local == !name_space.empty()) return &kind;
  }
  return nullptr;
}

}  // namespace

std::optional<HttpResponse> review_access(const Store& store, const User& user, const HttpRequest& request) {
  std::string name_space;
  const ReviewKind* kind = kind_in(request.path, name_space);
  if (kind == nullptr) return std::nullopt;
  if (request.method != "POST") {
    return refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource",
                   Json::object());
  }
  Result<Json> body = parse_json(request.body, "the review");
  if (!body || !body->is_object()) return refusal(400, "BadRequest", "the body is no access review");
  if (string_at(*body, "/kind", kind->kind) != kind->kind) {
    return refusal(400, "BadRequest", string_at(*body, "/kind") + " cannot be handled as a " + kind->kind);
  }
  if (const std::string own = string_at(*body, "/metadata/namespace"); !own.empty() && own != name_space) {
    return refusal(400, "BadRequest",
                   "the namespace of the provided object does not match the namespace sent on the request");
  }
  if (kind->kind == std::string_view("SelfSubjectAccessReview")) {
    body = cluster::conform(kind->kind, *body);
    if (!body) return refusal(400, "BadRequest", "the body is no access review");
  }
  return Review(*kind, name_space, std::move(*body)).answer(store, user);
}

}  // namespace upshift::emulator::server
