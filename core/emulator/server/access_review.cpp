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

// Null where the review is well formed.
Json causes_against(const Json& spec) {
  const bool resource = find(spec, "/resourceAttributes") != nullptr;
  const bool other = find(spec, "/nonResourceAttributes") != nullptr;
  if (resource != other) return nullptr;
  const char* const message = resource ? "Invalid value: \"nonResourceAttributes\": cannot be specified in combination "
                                         "with resourceAttributes"
                                       : "Invalid value: \"null\": exactly one of nonResourceAttributes or "
                                         "resourceAttributes must be specified";
  return Json::array({{{"reason", "FieldValueInvalid"},
                       {"message", message},
                       {"field", resource ? "spec.nonResourceAttributes" : "spec.resourceAttributes"}}});
}

HttpResponse answer(Json review, const std::string& kind, Json status) {
  review["kind"] = kind;
  review["apiVersion"] = "authorization.k8s.io/v1";
  if (find(review, "/metadata/creationTimestamp") == nullptr) review["metadata"]["creationTimestamp"] = nullptr;
  review["status"] = std::move(status);
  return json_response(201, review);
}

}  // namespace

std::optional<HttpResponse> review_access(const Store& store, const User& user, const HttpRequest& request) {
  if (request.method != "POST" || !request.path.starts_with(kReviews)) return std::nullopt;
  const std::string_view resource = std::string_view(request.path).substr(kReviews.size());
  const bool rules = resource == "selfsubjectrulesreviews";
  if (!rules && resource != "selfsubjectaccessreviews") return std::nullopt;
  const std::string kind = rules ? "SelfSubjectRulesReview" : "SelfSubjectAccessReview";
  Result<Json> body = parse_json(request.body, "the review");
  if (body && body->is_object() && !rules) body = cluster::conform(kind, *body);
  if (!body || !body->is_object()) return refusal(400, "BadRequest", "the body is no access review");
  const Json& spec = object_at(*body, "/spec");
  if (rules) {
    return answer(*body, kind, rules_of(store, user, string_at(spec, "/namespace")));
  }
  if (Json causes = causes_against(spec); !causes.is_null()) {
    return refusal(422, "Invalid", kind + ".authorization.k8s.io \"\" is invalid",
                   {{"group", "authorization.k8s.io"}, {"kind", kind}, {"causes", std::move(causes)}});
  }
  const Decision decision = authorize(store, user, attributes_in(spec));
  Json status = {{"allowed", decision.allowed}};
  if (!decision.reason.empty()) status["reason"] = decision.reason;
  return answer(*body, kind, std::move(status));
}

}  // namespace upshift::emulator::server
