// What plugins offer, read from their manifests: hops, stages, steps, concerns, extensions.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::plan {

// "resource" is plural with its group ("deploymentconfigs.apps.openshift.io"); verbs: create update delete exec http.
struct Permission {
  std::string resource;
  std::vector<std::string> verbs;
  friend bool operator==(const Permission&, const Permission&) = default;
};

// A step as its manifest states it.
struct StepOffer {
  std::string id;  // the last part: "amp-system"
  std::string title;
  std::vector<Permission> changes;
  // What the user must hold besides, in RBAC's verbs: what a Role that the step makes gives to others, a Route's host.
  std::vector<Permission> holds;
  // Resources as in Permission, also "pods/log"; "${NAME}" stands for the kinds that the parameter NAME lists.
  std::vector<std::string> reads;
  std::vector<std::string> awaits, produces, consumes, tags;
  std::optional<std::vector<std::string>> after;  // absent: the default order
  std::string gate, irreversible;                 // "" for none
  std::optional<Duration> timeout;
  bool optional = false;  // in a plan only when it is asked for
};

struct StageOffer {
  std::string id, title, guide;
  std::string uses;  // a concern's id, or "" for steps of its own
  Json with = Json::object();
  std::vector<StepOffer> steps;
};

struct HopOffer {
  std::string plugin;  // the id of the plugin that offers it
  std::string id, product, from, to, title;
  Json parameters = Json::object();  // name to JSON Schema
  std::vector<StageOffer> stages;
};

struct ConcernOffer {
  std::string plugin;
  std::string id, title;
  Json parameters = Json::object();
  std::vector<StepOffer> steps;
};

struct ExtensionOffer {
  std::string plugin;
  std::string stage;          // "2.5-2.6/images"
  std::string before, after;  // a full step id; both "": at the stage's end
  std::vector<StepOffer> steps;
};

struct Catalog {
  std::vector<HopOffer> hops;
  std::vector<ConcernOffer> concerns;
  std::vector<ExtensionOffer> extensions;

  const ConcernOffer* concern(std::string_view id) const;
  std::vector<std::string> products() const;
};

// Adds what one manifest offers. The manifest is valid by its schema; what a schema cannot say is refused here
// (INVALID_ARGUMENT naming plugin and place): an id given twice, an unreadable duration, a stage with both steps and
// uses.
Status add_manifest(Catalog& catalog, const std::string& plugin, const Json& manifest);

}  // namespace upshift::plan
