#include "cluster/condition.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cluster/conditions.hpp"

namespace upshift::cluster {
namespace {

Result<std::string> required(const Json& description, std::string_view kind, std::string_view member) {
  auto value = string_at(description, "/" + std::string(member));
  if (value.empty()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("the condition '{}' has no \"{}\"", kind, member),
                   "Report it to the plugin's author.", "/" + std::string(member));
  }
  return value;
}

Result<std::unique_ptr<Condition>> presence(const Json& description, Presence wanted, std::string_view name,
                                            Cache& cache) {
  UPSHIFT_ASSIGN(const std::string kind, required(description, name, "kind"));
  UPSHIFT_ASSIGN(std::string object, required(description, name, "name"));
  const auto api_version = string_at(description, "/apiVersion");
  const auto* type = api_version.empty() ? find_kind(kind) : find_type(api_version, kind);
  if (type == nullptr) {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("the condition '{}' names the unknown kind '{}'", name, kind),
                   "Report it to the plugin's author.", "/kind");
  }
  return make_presence_condition(wanted, *type, std::move(object), cache);
}

}  // namespace

const ResourceType& type_of(std::string_view kind) {
  return *find_kind(kind);
}

Verdict pending(std::string reason, std::string advice) {
  Verdict verdict{Verdict::State::kPending, std::move(reason), std::move(advice), "", std::chrono::minutes(10), {}};
  verdict.mark = verdict.reason;
  return verdict;
}

Verdict hopeless(std::string reason, std::string advice) {
  return {Verdict::State::kHopeless, std::move(reason), std::move(advice), "", {}, {}};
}

Result<std::unique_ptr<Condition>> make_condition(const Json& description, Cache& cache) {
  const auto kind = string_at(description, "/condition");
  if (kind == "rollout") {
    UPSHIFT_ASSIGN(std::string name, required(description, kind, "deployment_config"));
    return make_rollout_condition(std::move(name), cache);
  }
  if (kind == "import") {
    UPSHIFT_ASSIGN(std::string stream, required(description, kind, "image_stream"));
    UPSHIFT_ASSIGN(std::string tag, required(description, kind, "tag"));
    return make_import_condition(std::move(stream), std::move(tag), cache);
  }
  if (kind == "route_admitted") {
    UPSHIFT_ASSIGN(std::string host, required(description, kind, "host"));
    return make_route_condition(std::move(host), string_at(description, "/service"), cache);
  }
  if (kind == "absent") return presence(description, Presence::kAbsent, kind, cache);
  if (kind == "exists") return presence(description, Presence::kExists, kind, cache);
  const std::string near = nearest(kind, {"rollout", "import", "route_admitted", "absent", "exists"});
  return failure(StatusCode::kInvalidArgument, fmt::format("unknown condition '{}'", kind),
                 near.empty() ? "Known are rollout, import, route_admitted, absent and exists."
                              : fmt::format("Did the plugin mean '{}'?", near),
                 "/condition");
}

}  // namespace upshift::cluster
