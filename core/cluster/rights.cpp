#include "cluster/rights.hpp"

#include <fmt/format.h>
#include <map>

#include "cluster/client.hpp"
#include "cluster/retry.hpp"

namespace upshift::cluster {
namespace {

constexpr const char* kReviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

Request review_of(const std::string& name_space, const Right& right) {
  const auto slash = right.resource.find('/');
  Json attributes = {{"namespace", name_space},
                     {"group", right.group},
                     {"resource", right.resource.substr(0, slash)},
                     {"verb", right.verb}};
  if (slash != std::string::npos) attributes["subresource"] = right.resource.substr(slash + 1);
  return {"POST",
          kReviews,
          {},
          "",
          {{"apiVersion", "authorization.k8s.io/v1"},
           {"kind", "SelfSubjectAccessReview"},
           {"spec", {{"resourceAttributes", std::move(attributes)}}}}};
}

Error no_review(const Response& response) {
  const auto said = string_at(response.body, "/message");
  const auto code = response.status == 401                             ? StatusCode::kUnauthenticated
                    : response.status == 403                           ? StatusCode::kPermissionDenied
                    : response.status >= 500 || response.status == 429 ? StatusCode::kUnavailable
                                                                       : StatusCode::kUnimplemented;
  return {code,
          fmt::format("the server does not tell what the user may do (HTTP {}){}", response.status,
                      said.empty() ? "" : ": " + said),
          "",
          "",
          {}};
}

}  // namespace

std::string Right::display() const {
  const auto slash = resource.find('/');
  const std::string name = resource.substr(0, slash) + (group.empty() ? "" : "." + group);
  return fmt::format("{} {}{}", verb, name, slash == std::string::npos ? "" : resource.substr(slash));
}

void add_rights(Rights& rights, std::string_view qualified_resource, std::initializer_list<std::string_view> verbs) {
  const std::string whole(qualified_resource);
  const auto slash = whole.find('/');
  std::string resource = whole.substr(0, slash), group;
  if (const auto dot = resource.find('.'); dot != std::string::npos) {
    group = resource.substr(dot + 1);
    resource.resize(dot);
  }
  if (slash != std::string::npos) resource += whole.substr(slash);
  for (const auto verb : verbs) rights.insert({group, resource, std::string(verb)});
}

Result<Rights> missing_rights(Transport& transport, const std::string& name_space, const Rights& asked) {
  std::vector<Request> reviews;
  for (const Right& right : asked) reviews.push_back(review_of(name_space, right));
  auto answers = transport.send_all(reviews);
  Client patient(transport, name_space);
  Rights missing;
  auto right = asked.begin();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    auto& answer = answers[i];
    // So many at once may be more than the server takes of one user.
    if (answer && answer->status == 429) {
      patient.pause_until(patient.clock().now() + pause_before_next(1, &answer->headers));
      answer = patient.send_change(reviews[i]);
    }
    if (!answer) return failure(answer.error());
    if (!answer->ok()) return failure(no_review(*answer));
    if (!bool_at(answer->body, "/status/allowed")) missing.insert(*right);
    ++right;
  }
  return missing;
}

Json role_of(const std::string& name, const Rights& rights) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> verbs_of;
  for (const Right& right : rights) verbs_of[{right.group, right.resource}].push_back(right.verb);
  std::map<std::pair<std::string, std::vector<std::string>>, Json> resources_of;
  for (const auto& [key, verbs] : verbs_of) {
    auto& resources = resources_of.try_emplace({key.first, verbs}, Json::array()).first->second;
    resources.push_back(key.second);
  }
  Json rules = Json::array();
  for (const auto& [key, resources] : resources_of) {
    rules.push_back({{"apiGroups", Json::array({key.first})}, {"resources", resources}, {"verbs", key.second}});
  }
  return {{"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "Role"},
          {"metadata", {{"name", name}}},
          {"rules", std::move(rules)}};
}

}  // namespace upshift::cluster
