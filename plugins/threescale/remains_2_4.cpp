// What a project on newer images still has of 2.3 and of 2.4.
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"
#include "threescale/remains.hpp"
#include "threescale/settings_2_4.hpp"

namespace upshift::threescale {
namespace {

using Words = std::vector<std::string>;

void find_old_images(sdk::Context& c, const std::string& version, Words& remains) {
  for (const std::string_view stream : {"amp-system", "amp-apicast", "amp-backend", "amp-zync"}) {
    const auto object = c.get("ImageStream", stream);
    if (!object || (stream == "amp-system" && uses_oracle(c))) continue;
    const Json* latest = tag(*object, "latest");
    const std::string followed = latest != nullptr ? sdk::string_at(*latest, "/from/name") : "";
    if (is_newer(version, followed)) {
      remains.push_back("ImageStream/" + std::string(stream) + " follows " + followed);
    }
  }
}

void find_literals_and_commands(sdk::Context& c, Words& remains) {
  Snapshot objects(c);
  for (const DeploymentChange& change : changes_of_2_4()) {
    const Json* dc = objects.get("DeploymentConfig", change.name);
    if (dc == nullptr) continue;
    if (has_literals_of_2_3(objects, *dc, change)) {
      remains.push_back("DeploymentConfig/" + std::string(change.name) + " has settings as literals");
    } else if (has_commands_of_2_3(*dc, change)) {
      remains.push_back("DeploymentConfig/" + std::string(change.name) + " has commands of 2.3");
    }
  }
}

}  // namespace

Words remains_of_2_3(sdk::Context& c) {
  Words remains;
  find_old_images(c, "2.4", remains);
  if (c.get("DeploymentConfig", "system-resque")) {
    remains.emplace_back("DeploymentConfig/system-resque is still there");
  }
  find_literals_and_commands(c, remains);
  return remains;
}

Words remains_of_2_4(sdk::Context& c) {
  Words remains;
  find_old_images(c, "2.5", remains);
  const auto mysql = c.get("DeploymentConfig", "system-mysql");
  const Json* database = mysql ? container(*mysql, "system-mysql") : nullptr;
  for (const char* name : {"MYSQL_USER", "MYSQL_PASSWORD"}) {
    const Json* env = database != nullptr ? sdk::named(sdk::array_at(*database, "/env"), name) : nullptr;
    if (env == nullptr || sdk::find(*env, "/valueFrom") != nullptr) continue;
    remains.push_back(std::string(name) + " of DeploymentConfig/system-mysql is a literal");
  }
  return remains;
}

}  // namespace upshift::threescale
