#include "emulator/server/access_review.hpp"

namespace upshift::emulator::server {
namespace {

constexpr std::string_view kReviews = "/apis/authorization.k8s.io/v1/";

Json rules_for(const User& user) {
  Json resources = Json::array();
  Json paths = Json::array();
  if (user.administrator) {
    resources.push_back({{"verbs", {"*"}}, {"apiGroups", {"*"}}, {"resources", {"*"}}});
    paths.push_back({{"verbs", {"*"}}, {"nonResourceURLs", {"*"}}});
  } else {
    resources.push_back({{"verbs", {"create"}},
                         {"apiGroups", {"authorization.k8s.io"}},
                         {"resources", {"selfsubjectaccessreviews", "selfsubjectrulesreviews"}}});
    paths.push_back({{"verbs", {"get"}}, {"nonResourceURLs", {"/api", "/api/*", "/apis", "/apis/*", "/version"}}});
  }
  return {{"resourceRules", resources}, {"nonResourceRules", paths}, {"incomplete", false}};
}

}  // namespace

std::optional<HttpResponse> review_access(const User& user, const HttpRequest& request) {
  if (request.method != "POST" || !request.path.starts_with(kReviews)) return std::nullopt;
  const std::string_view resource = std::string_view(request.path).substr(kReviews.size());
  const bool rules = resource == "selfsubjectrulesreviews";
  if (!rules && resource != "selfsubjectaccessreviews") return std::nullopt;
  if (!rules && user.administrator) return std::nullopt;
  Result<Json> review = parse_json(request.body, "the review");
  if (!review || !review->is_object()) return refusal(400, "BadRequest", "the body is no access review");
  (*review)["status"] =
      rules ? rules_for(user)
            : Json{{"allowed", false}, {"reason", "the user '" + user.name + "' has no permissions in this project"}};
  return json_response(201, *review);
}

}  // namespace upshift::emulator::server
