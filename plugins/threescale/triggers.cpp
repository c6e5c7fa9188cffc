#include "threescale/streams.hpp"

namespace upshift::threescale {

Json follow(const Json& deployment_config, std::string_view container_name, std::string_view stream_tag) {
  const Json trigger = {{"type", "ImageChange"},
                        {"imageChangeParams",
                         {{"automatic", true},
                          {"containerNames", {container_name}},
                          {"from", {{"kind", "ImageStreamTag"}, {"name", stream_tag}}}}}};
  if (const auto old = trigger_of_container(deployment_config, container_name)) {
    const std::string pointer = "/spec/triggers/" + std::to_string(*old);
    const std::string followed =
        sdk::string_at(deployment_config["spec"]["triggers"][*old], "/imageChangeParams/from/name");
    return Json::array({{{"op", "test"}, {"path", pointer + "/imageChangeParams/from/name"}, {"value", followed}},
                        {{"op", "replace"}, {"path", pointer}, {"value", trigger}}});
  }
  if (sdk::array_at(deployment_config, "/spec/triggers").empty()) {
    return Json::array({{{"op", "add"}, {"path", "/spec/triggers"}, {"value", Json::array({trigger})}}});
  }
  return Json::array({{{"op", "add"}, {"path", "/spec/triggers/-"}, {"value", trigger}}});
}

void warn_of_volatile_data(sdk::Context& c, const Json& deployment_config, std::string_view consequence) {
  const std::string name = sdk::string_at(deployment_config, "/metadata/name");
  for (const Json& volume : sdk::array_at(deployment_config, "/spec/template/spec/volumes")) {
    if (sdk::find(volume, "/emptyDir") == nullptr) continue;
    c.warn("this rollout empties the database of DeploymentConfig/" + name + ": its data is in an emptyDir",
           consequence, name);
  }
}

}  // namespace upshift::threescale
