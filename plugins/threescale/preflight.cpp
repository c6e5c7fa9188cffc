#include "threescale/preflight.hpp"

#include "threescale/deployments.hpp"
#include "threescale/health.hpp"
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"

namespace upshift::threescale {
namespace {

// The parts of the version that the project does not have: databases elsewhere, or taken away by the user.
void tell_of_missing_parts(sdk::Context& c, const std::string& version) {
  std::string names;
  for (const Deployment& row : kDeployments) {
    const bool is_of_version =
        (row.first.empty() || !is_newer(row.first, version)) && (row.last.empty() || !is_newer(version, row.last));
    if (!is_of_version || c.get("DeploymentConfig", row.name)) continue;
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  if (!names.empty()) {
    c.info("the project does not have " + names, "What the hop does to them is left out; nothing of them is created.");
  }
}

}  // namespace

sdk::CheckResult CheckInstallation::check(sdk::Context& c) {
  for (const Needed& needed : needed_) {
    if (c.get(needed.kind, needed.name)) continue;
    return sdk::blocked("there is no " + std::string(needed.kind) + "/" + std::string(needed.name) +
                        ", which an installation of " + from_ +
                        " has and later steps need; bring the installation "
                        "to a whole " +
                        from_ + " first");
  }
  if (auto refusal = refuse_unhealthy(c)) return *std::move(refusal);
  const Json system = c.require("ImageStream", "amp-system");
  const Json* latest = tag(system, "latest");
  const std::string followed = latest != nullptr ? sdk::string_at(*latest, "/from/name") : "";
  const std::string version = short_version(followed);
  if (!uses_oracle(c) && version != from_ && !is_newer(version, from_)) {
    return sdk::blocked("amp-system:latest follows '" + followed + "', which is older than " + from_);
  }
  tell_of_missing_parts(c, from_);
  std::string said = "a whole installation";
  for (const std::string& variant : variants(c)) said += ", " + variant;
  return sdk::done(said);
}

sdk::ApplyResult CheckInstallation::apply(sdk::Context&) {
  return sdk::applied("nothing to change");
}

}  // namespace upshift::threescale
