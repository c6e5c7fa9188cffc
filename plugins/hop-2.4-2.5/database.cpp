#include "database.hpp"

#include <array>
#include <optional>
#include <string>

#include "threescale/environment.hpp"
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"

namespace upshift::hop_2_4_2_5 {
namespace {

using sdk::Json;
using threescale::Env;

constexpr std::string_view kDatabase = "system-mysql";
constexpr std::string_view kSecret = "system-database";
constexpr std::array kCredentials = {
    Env{"MYSQL_USER", threescale::Source::kSecret, kSecret, "DB_USER"},
    Env{"MYSQL_PASSWORD", threescale::Source::kSecret, kSecret, "DB_PASSWORD"},
};

// What the secret is to hold for a variable: its literal. Nothing where it is a reference already.
std::optional<std::string> literal(const Json& dc, const Env& variable) {
  const Json* mysql = threescale::container(dc, kDatabase);
  const Json* env = mysql != nullptr ? sdk::named(sdk::array_at(*mysql, "/env"), variable.name) : nullptr;
  if (env == nullptr || sdk::find(*env, "/valueFrom") != nullptr) return std::nullopt;
  return sdk::string_at(*env, "/value");
}

// The variables that still are literals; their key differs from the secret's where `stale`.
std::vector<Env> literals(const Json& dc) {
  std::vector<Env> out;
  for (const Env& variable : kCredentials) {
    if (literal(dc, variable)) out.push_back(variable);
  }
  return out;
}

Json missing_keys(const Json& dc, const Json& secret) {
  Json data = Json::object();
  for (const Env& variable : literals(dc)) {
    const std::string value = *literal(dc, variable);
    if (sdk::secret_value(secret, variable.key) != value) data[std::string(variable.key)] = sdk::encode_base64(value);
  }
  return data;
}

Json seed_keys(sdk::Context& c, const Json& seed) {
  Json data = Json::object();
  const Json& present = sdk::object_at(seed, "/data");
  if (!present.contains("ADMIN_EMAIL")) data["ADMIN_EMAIL"] = "";
  if (!present.contains("MASTER_ACCESS_TOKEN")) {
    const auto app = c.get("DeploymentConfig", "system-app");
    const std::string token = app ? threescale::master_token_of_hook(*app) : "";
    if (!token.empty()) data["MASTER_ACCESS_TOKEN"] = sdk::encode_base64(token);
  }
  return data;
}

}  // namespace

sdk::CheckResult CopyCredentials::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", kDatabase);
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/system-mysql: the database is another one");
  const auto secret = c.get("Secret", kSecret);
  if (!secret) {
    return sdk::blocked("there is no Secret/system-database; the upgrade to 2.4 has been left half-done");
  }
  for (const Env& variable : literals(*dc)) {
    if (!literal(*dc, variable)->empty()) continue;
    return sdk::blocked(std::string(variable.name) + " of DeploymentConfig/system-mysql is empty");
  }
  return missing_keys(*dc, *secret).empty() ? sdk::done("Secret/system-database has what the database runs with")
                                            : sdk::pending("Secret/system-database lacks the database's credentials");
}

sdk::ApplyResult CopyCredentials::apply(sdk::Context& c) {
  const Json data = missing_keys(c.require("DeploymentConfig", kDatabase), c.require("Secret", kSecret));
  if (!data.empty()) c.patch_merge("Secret", kSecret, {{"data", data}});
  return sdk::applied("Secret/system-database has DB_USER and DB_PASSWORD");
}

sdk::CheckResult ReferToCredentials::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", kDatabase);
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/system-mysql: the database is another one");
  if (literals(*dc).empty()) {
    if (!threescale::is_settled(*dc)) return sdk::pending("system-mysql is still rolling out");
    return sdk::done("DeploymentConfig/system-mysql reads its credentials from a secret");
  }
  const auto secret = c.get("Secret", kSecret);
  if (!secret || !missing_keys(*dc, *secret).empty()) {
    return sdk::blocked("Secret/system-database lacks the credentials; run the step 2.4-2.5/mysql/credentials first");
  }
  c.info("the application has no database while system-mysql restarts", "Its strategy is Recreate.", "system-mysql");
  return sdk::pending("DeploymentConfig/system-mysql has its credentials as literals");
}

sdk::ApplyResult ReferToCredentials::apply(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", kDatabase);
  Json operations = Json::array();
  const auto owner = threescale::owner_of(dc, {threescale::kContainers, kDatabase});
  for (const Env& variable : literals(dc)) {
    const auto index = sdk::index_of(sdk::array_at(*owner->object, "/env"), variable.name);
    const std::string pointer = owner->pointer + "/env/" + std::to_string(*index);
    operations.push_back({{"op", "test"}, {"path", pointer + "/name"}, {"value", variable.name}});
    operations.push_back({{"op", "replace"}, {"path", pointer}, {"value", threescale::body(variable)}});
  }
  if (!operations.empty()) c.patch_json("DeploymentConfig", kDatabase, operations);
  return sdk::applied("DeploymentConfig/system-mysql reads its credentials from Secret/system-database")
      .await(sdk::rollout(std::string(kDatabase)));
}

sdk::VerifyResult ReferToCredentials::verify(sdk::Context& c) {
  if (literals(c.require("DeploymentConfig", kDatabase)).empty()) return sdk::verified("no credential is a literal");
  throw sdk::Failure(sdk::Status::kFailedPrecondition,
                     "DeploymentConfig/system-mysql has literal credentials again that were just replaced",
                     "Somebody else writes this DeploymentConfig; find out who, then run the step again.");
}

sdk::CheckResult CompleteSeed::check(sdk::Context& c) {
  const auto seed = c.get("Secret", "system-seed");
  if (!seed) return sdk::not_applicable("there is no Secret/system-seed");
  const Json missing = seed_keys(c, *seed);
  if (!sdk::object_at(*seed, "/data").contains("MASTER_ACCESS_TOKEN") && !missing.contains("MASTER_ACCESS_TOKEN")) {
    c.warn("nothing in the project tells the master account's access token",
           "Version 2.7 reads it: add the key MASTER_ACCESS_TOKEN to Secret/system-seed before that upgrade.",
           "system-seed");
  }
  if (missing.empty()) return sdk::done("Secret/system-seed has the keys of 2.5");
  return sdk::pending("Secret/system-seed lacks " + missing.begin().key());
}

sdk::ApplyResult CompleteSeed::apply(sdk::Context& c) {
  const Json missing = seed_keys(c, c.require("Secret", "system-seed"));
  if (!missing.empty()) c.patch_merge("Secret", "system-seed", {{"data", missing}});
  return sdk::applied("Secret/system-seed has the keys of 2.5");
}

}  // namespace upshift::hop_2_4_2_5
