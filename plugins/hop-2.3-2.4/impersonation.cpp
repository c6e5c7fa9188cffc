#include "impersonation.hpp"

#include <string>

namespace upshift::hop_2_3_2_4 {
namespace {

using sdk::Json;

constexpr std::string_view kSecret = "system-impersonation";

struct Wanted {
  std::string username, domain;
};

Wanted wanted(const sdk::Context& c) {
  return {c.string_parameter("impersonation-username"), c.string_parameter("impersonation-domain")};
}

// What the rake task takes without quoting.
bool is_plain(const std::string& text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
                              std::string::npos;
}

bool is_so(const Json& secret, const Wanted& want) {
  return sdk::secret_value(secret, "username") == want.username && sdk::secret_value(secret, "domain") == want.domain;
}

}  // namespace

sdk::CheckResult ImpersonationSecret::check(sdk::Context& c) {
  const Wanted want = wanted(c);
  if (!is_plain(want.username) || !is_plain(want.domain)) {
    return sdk::blocked(
        "set 2.3-2.4.impersonation-username and 2.3-2.4.impersonation-domain to letters, digits, dots and dashes");
  }
  const auto secret = c.get("Secret", kSecret);
  if (secret && is_so(*secret, want)) return sdk::done("Secret/system-impersonation has them");
  return sdk::pending(secret ? "Secret/system-impersonation has others" : "there is no Secret/system-impersonation");
}

sdk::ApplyResult ImpersonationSecret::apply(sdk::Context& c) {
  const Wanted want = wanted(c);
  const Json data = {{"username", sdk::encode_base64(want.username)}, {"domain", sdk::encode_base64(want.domain)}};
  if (c.get("Secret", kSecret)) {
    c.patch_merge("Secret", kSecret, {{"data", data}});
    return sdk::applied("Secret/system-impersonation has the new name and domain");
  }
  const Json listener = c.require("DeploymentConfig", "backend-listener");
  c.create(
      {{"apiVersion", "v1"},
       {"kind", "Secret"},
       {"metadata",
        {{"name", kSecret},
         {"labels",
          {{"app", sdk::string_at(listener, "/spec/template/metadata/labels/app")}, {"3scale.component", "system"}}}}},
       {"type", "Opaque"},
       {"data", data}});
  return sdk::applied("created Secret/system-impersonation");
}

sdk::CheckResult RenameUsers::check(sdk::Context& c) {
  const auto app = c.get("DeploymentConfig", "system-app");
  if (!app || sdk::int_at(*app, "/status/availableReplicas") == 0) {
    return sdk::blocked("no pod of DeploymentConfig/system-app is available to run the command in");
  }
  // Only the application's database knows who has been renamed; doing it again renames nobody.
  return sdk::pending("users of the old name may be there");
}

sdk::ApplyResult RenameUsers::apply(sdk::Context& c) {
  const Wanted want = wanted(c);
  const auto result = c.exec_in_deployment(
      "system-app", "system-master",
      {"bash", "-c",
       "bundle exec rake \"impersonation_admin_user:update[" + want.username + "," + want.domain + "]\""});
  if (result.exit_code != 0) {
    throw sdk::Failure(sdk::Status::kFailedPrecondition,
                       "the users were not renamed: the command ended with " + std::to_string(result.exit_code),
                       "What it wrote is in the log. Run the step again once the cause is mended.", "system-app");
  }
  return sdk::applied("users named 3scaleadmin are called " + want.username + " now");
}

}  // namespace upshift::hop_2_3_2_4
