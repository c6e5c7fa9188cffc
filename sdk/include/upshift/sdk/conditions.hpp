// What a step waits for after its changes. The host watches; a step never waits itself.
#pragma once

#include <string>
#include <utility>

#include "upshift/sdk/json.hpp"

namespace upshift::sdk {

class Condition {
 public:
  explicit Condition(Json json) : json_(std::move(json)) {}
  // The longest wait, "20m" or "90s"; without it the step's timeout counts.
  Condition timeout(std::string duration) && {
    json_["timeout"] = std::move(duration);
    return std::move(*this);
  }
  const Json& json() const { return json_; }

 private:
  Json json_;
};

// The newest version is complete, made from the present template and images, and all wanted replicas are available.
inline Condition rollout(std::string deployment_config) {
  return Condition({{"condition", "rollout"}, {"deployment_config", std::move(deployment_config)}});
}
// The tag's present spec has been imported.
inline Condition import(std::string image_stream, std::string tag) {
  return Condition({{"condition", "import"}, {"image_stream", std::move(image_stream)}, {"tag", std::move(tag)}});
}
// A route for `host`, to `service` unless that is empty, is admitted by a router.
inline Condition route_admitted(std::string host, std::string service = {}) {
  Json json = {{"condition", "route_admitted"}, {"host", std::move(host)}};
  if (!service.empty()) json["service"] = std::move(service);
  return Condition(std::move(json));
}
inline Condition absent(std::string kind, std::string name) {
  return Condition({{"condition", "absent"}, {"kind", std::move(kind)}, {"name", std::move(name)}});
}
inline Condition exists(std::string kind, std::string name) {
  return Condition({{"condition", "exists"}, {"kind", std::move(kind)}, {"name", std::move(name)}});
}

}  // namespace upshift::sdk
