// Which version is installed. Sources in order of trust: the tag that amp-system:latest follows, AMP_RELEASE as a
// running container sees it, the set of DeploymentConfigs. The release that the ConfigMap states is often stale:
// earlier guides wrote it elsewhere. An upgrade that stopped halfway is the version that it started from, so that its
// hop is taken up again.
#include <algorithm>

#include "threescale/deployments.hpp"
#include "threescale/health.hpp"
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"
#include "threescale/remains.hpp"

namespace upshift::threescale {
namespace {

using Words = std::vector<std::string>;

struct Found {
  std::string version, summary;
};

std::string version_of_objects(sdk::Context& c) {
  if (c.get("DeploymentConfig", "system-resque")) return "2.3";
  if (c.get("Secret", "system-smtp")) return "2.8";
  if (c.get("DeploymentConfig", "apicast-wildcard-router")) return "2.5";
  return c.get("DeploymentConfig", "zync-que") ? "2.6" : "";
}

std::string join(const Words& words, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(words.size(), most); ++i) out += (i == 0 ? "" : "; ") + words[i];
  return words.size() > most ? out + "; and " + std::to_string(words.size() - most) + " more" : out;
}

// Signs that somebody has begun with the next version, although the images have not moved.
bool has_begun(sdk::Context& c, const std::string& version) {
  const auto system = c.get("ImageStream", "amp-system");
  const auto has_tag = [&system](const char* name) { return system && tag(*system, name) != nullptr; };
  if (version == "2.3") return has_tag("2.4.0") || c.get("ConfigMap", "system-environment").has_value();
  if (version == "2.4") return has_tag("2.5.0");
  if (version != "2.5") return false;
  return has_tag("2.6") || c.get("DeploymentConfig", "zync-que") || c.get("ServiceAccount", "zync-que-sa");
}

std::string next_of(const std::string& version) {
  return version == "2.3" ? "2.4" : version == "2.4" ? "2.5" : "2.6";
}

Found half_done(const std::string& from, const Words& remains) {
  return {from, "half-done upgrade to " + next_of(from) + ": " + join(remains, 3)};
}

Found judge(sdk::Context& c, const std::string& version, const std::string& followed) {
  if (version == "2.6") {
    if (const Words remains = remains_of_2_5(c); !remains.empty()) return half_done("2.5", remains);
  }
  if (version == "2.4" || version == "2.5") {
    if (const Words remains = remains_of_2_3(c); !remains.empty()) return half_done("2.3", remains);
  }
  if (version == "2.5") {
    if (const Words remains = remains_of_2_4(c); !remains.empty()) return half_done("2.4", remains);
  }
  if (has_begun(c, version)) {
    return {version, "half-done upgrade to " + next_of(version) + ": amp-system still follows " +
                         (followed.empty() ? "its own build" : followed)};
  }
  return {version, "3scale " + version};
}

// What the project says against its own version, and where.
struct Contradictions {
  Words words;
  std::vector<std::pair<std::string, std::string>> evidence;
  void add(std::string source, std::string says, std::string word) {
    evidence.emplace_back(std::move(source), std::move(says));
    words.push_back(std::move(word));
  }
};

Contradictions contradictions(sdk::Context& c, const std::string& by_images, const std::string& release) {
  Contradictions out;
  for (const std::string_view stream : {"amp-apicast", "amp-backend", "amp-zync"}) {
    const auto object = c.get("ImageStream", stream);
    const Json* latest = object ? tag(*object, "latest") : nullptr;
    const std::string followed = latest != nullptr ? sdk::string_at(*latest, "/from/name") : "";
    if (by_images.empty() || short_version(followed).empty() || short_version(followed) == by_images) continue;
    out.add("ImageStream/" + std::string(stream) + " tag latest", followed, std::string(stream) + " is at " + followed);
  }
  const std::string stated = short_version(release);
  if (!by_images.empty() && !stated.empty() && stated != by_images) {
    out.words.push_back("AMP_RELEASE says " + release + ", the images are " + by_images);
  }
  const Health health = health_of(c);
  for (const std::string& name : health.paused) {
    out.add("DeploymentConfig/" + name, "its rollouts are paused", name + " is paused");
  }
  for (const std::string& name : health.scaled_down) {
    out.add("DeploymentConfig/" + name, "it is scaled to zero", name + " is scaled to zero");
  }
  return out;
}

// Parts of the product that no variant explains.
void find_missing_parts(sdk::Context& c, const std::string& version, sdk::DetectResult& result) {
  const auto is_database = [](std::string_view name) {
    return std::find(kDatabases.begin(), kDatabases.end(), name) != kDatabases.end();
  };
  for (const Deployment& row : kDeployments) {
    const bool is_of_version =
        (row.first.empty() || !is_newer(row.first, version)) && (row.last.empty() || !is_newer(version, row.last));
    if (!is_of_version || row.name == "system-resque" || is_database(row.name)) continue;
    if (!c.get("DeploymentConfig", row.name)) {
      result.add_evidence("DeploymentConfig/" + std::string(row.name), "it does not exist");
    }
  }
}

// An own build may have pushed anything to amp-system:latest: what it starts from tells, or the product's other images.
std::string version_of_oracle(sdk::Context& c, const std::string& base) {
  const std::size_t colon = base.find(':');
  std::string version = colon == std::string::npos ? "" : short_version(base.substr(colon + 1));
  if (!version.empty()) return version;
  const auto backend = c.get("ImageStream", "amp-backend");
  const Json* latest = backend ? tag(*backend, "latest") : nullptr;
  return latest != nullptr ? short_version(sdk::string_at(*latest, "/from/name")) : "";
}

}  // namespace

sdk::DetectResult detect(sdk::Context& c) {
  const auto system = c.get("ImageStream", "amp-system");
  const auto app = c.get("DeploymentConfig", "system-app");
  if (!system || !app) {
    return sdk::not_found(std::string("the project has no ") +
                          (system ? "DeploymentConfig/system-app" : "ImageStream/amp-system"));
  }
  const Json* latest = tag(*system, "latest");
  const std::string followed = latest != nullptr ? sdk::string_at(*latest, "/from/name") : "";
  const std::string release = effective_release(c, *app, "system-provider");
  const std::string by_objects = version_of_objects(c);
  const std::string base = oracle_base(c);
  const std::string by_images = uses_oracle(c) ? version_of_oracle(c, base) : short_version(followed);
  std::string version = by_images.empty() ? short_version(release) : by_images;
  if (version.empty()) version = by_objects;
  if (version.empty()) return sdk::not_found("nothing in the project tells the version of 3scale");

  const Found found = judge(c, version, followed);
  const Contradictions against = contradictions(c, by_images, release);
  sdk::DetectResult result =
      sdk::found(found.version, found.summary + (against.words.empty() ? "" : " (" + join(against.words, 4) + ")"));
  if (!followed.empty()) result.add_evidence("ImageStream/amp-system tag latest", followed);
  if (!base.empty()) result.add_evidence("BuildConfig/" + std::string(kOracleBuild), "it starts from " + base);
  if (!release.empty()) result.add_evidence("AMP_RELEASE of system-app/system-provider", release);
  if (!by_objects.empty()) result.add_evidence("the DeploymentConfigs that exist", by_objects);
  for (const auto& [source, says] : against.evidence) result.add_evidence(source, says);
  find_missing_parts(c, found.version, result);
  for (Variant& variant : variants_with_evidence(c)) {
    result.add_evidence(variant.evidence, variant.name);
    result.add_variant(std::move(variant.name));
  }
  // The next versions need objects that the guide to 2.4 never made.
  if (found.version == "2.3" && version != "2.3") {
    result.add_evidence("settings that 2.4 keeps in objects", "literals of a 2.3 installation");
    result.add_variant("2.3-origin");
  }
  return result;
}

}  // namespace upshift::threescale
