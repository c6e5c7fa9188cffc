// The product's real templates, which are not part of this tree, upgraded and as they are installed, and in what the
// two lastingly differ.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenario/rehearsal.hpp"
#include "support/project.hpp"

namespace upshift::testing {

inline const std::vector<std::string> kDomain = {"--param", "WILDCARD_DOMAIN=example.com"};

inline std::string shared(const std::string& file) {
  return std::string(UPSHIFT_SOURCE_DIR) + "/../shared/" + file;
}

inline Rehearsal upgrade(const std::string& from, const std::string& to) {
  return rehearse({"--manifest", shared("templates/amp-" + from + ".yml"), kDomain[0], kDomain[1], "--to", to});
}

// Each once per process: the tests look at them from many sides.
inline const Rehearsal& upgraded(const std::string& from, const std::string& to) {
  static std::map<std::pair<std::string, std::string>, Rehearsal> kept;
  const auto at = kept.find({from, to});
  return at != kept.end() ? at->second : kept.emplace(std::pair(from, to), upgrade(from, to)).first->second;
}
inline const Rehearsal& fresh(const std::string& version) {
  return upgraded(version, version);
}

// What an upgraded installation lastingly differs in from a fresh one (left: upgraded, right: fresh), hop by hop.
inline const std::vector<Allowed>& differences_of(const std::string& to) {
  static const std::map<std::string, std::vector<Allowed>> kAllowed = {
      {"2.4",
       {
           {"ImageStream/amp-*", "/spec/tags[2.3.0]*", "the old version's tag stays, a rollback needs it"},
           {"ImageStream/amp-wildcard-router", "/spec/tags*", "2.4 has the image of 2.3 under another tag"},
           {"ConfigMap/system", "/data/service_discovery.yml", "the same settings in words of our own"},
           {"DeploymentConfig/system-memcache", "*/ports", "2.3 states them where the server drops them"},
       }},
      {"2.5",
       {
           {"ImageStream/amp-*", "/spec/tags[2.4.0]*", "the old version's tag stays, a rollback needs it"},
           {"ImageStream/amp-wildcard-router", "/spec/tags*", "2.5 has the same image under another tag"},
           {"ImageStream/postgresql", "/spec/tags*", "Zync's database moves to 10 with 2.6, or when asked"},
           {"DeploymentConfig/zync-database", "/spec/triggers*", "Zync's database moves to 10 with 2.6, or when asked"},
           {"DeploymentConfig/zync-database", "*/image", "Zync's database moves to 10 with 2.6, or when asked"},
           {"ConfigMap/system", "/data/rolling_updates.yml", "the same switches in another order"},
           {"Secret/apicast-redis", "", "2.5 does not read it any more; harmless"},
           {"DeploymentConfig/apicast-*", "*env[REDIS_URL]*", "2.5 does not read it any more; harmless"},
           {"DeploymentConfig/system-*", "*env[USER_EMAIL]*", "matters for the first installation only"},
           {"*", "*component*", "2.5 renamed the label keys; nothing selects by them"},
       }},
      {"2.6",
       {
           {"ImageStream/amp-*", "/spec/tags[2.?.0]*", "the old versions' tags stay, a rollback needs them"},
           {"Secret/threescale-registry-auth", "", "the operator's credentials; a template does not bring them"},
           {"Route/zync-3scale-*", "", "made by Zync from the product's data"},
           {"Secret/system-database", "/data/*", "generated, under other parameters' names in 2.6"},
           {"DeploymentConfig/system-mysql", "*MYSQL_ROOT_PASSWORD]/value", "likewise"},
           {"ConfigMap/system", "/data/rolling_updates.yml", "the same switches in another order"},
           {"ConfigMap/system", "/data/service_discovery.yml", "the same settings in words of our own"},
           {"DeploymentConfig/system-memcache", "*/ports", "2.3 states them where the server drops them"},
           {"Secret/apicast-redis", "", "nothing reads it since 2.5; harmless"},
           {"DeploymentConfig/apicast-*", "*env[REDIS_URL]*", "nothing reads it since 2.5; harmless"},
           {"DeploymentConfig/system-*", "*env[USER_EMAIL]*", "matters for the first installation only"},
           {"*", "*component*", "2.5 renamed the label keys; nothing selects by them"},
       }},
  };
  return kAllowed.at(to);
}

}  // namespace upshift::testing
