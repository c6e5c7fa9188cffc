#include "threescale/preflight.hpp"

#include <algorithm>

#include "threescale/deployments.hpp"
#include "threescale/health.hpp"
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"
#include "threescale/references.hpp"
#include "threescale/settings_2_4.hpp"

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

// A hop from 2.3 makes what is missing of the settings of 2.4.
bool is_still_to_be_made(const DanglingReference& each, const std::string& from) {
  const auto settings = settings_objects();
  return from == "2.3" && std::any_of(settings.begin(), settings.end(), [&each](const SettingsObject& object) {
           return object.kind == each.kind && object.name == each.name && !is_wholly_carried(object);
         });
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
  auto dangling = dangling_references(c);
  std::erase_if(dangling, [this](const DanglingReference& each) { return is_still_to_be_made(each, from_); });
  if (!dangling.empty()) return sdk::blocked(describe(dangling) + "; create what is missing first");
  tell_of_missing_parts(c, from_);
  std::string said = "a whole installation";
  for (const std::string& variant : variants(c)) said += ", " + variant;
  return sdk::done(said);
}

sdk::ApplyResult CheckInstallation::apply(sdk::Context&) {
  return sdk::applied("nothing to change");
}

}  // namespace upshift::threescale
