// A small emulated project for tests of the controllers.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/emulator.hpp"

namespace upshift::emulator {

using namespace std::chrono_literals;

inline constexpr const char* kSpace = "demo";
inline const TimePoint kStart = parse_rfc3339("2026-01-02T03:04:05Z").value();

// A DeploymentConfig `web` of one container `main` with a ConfigChange trigger.
inline Json web_config() {
  return Json::parse(R"({
    "apiVersion": "apps.openshift.io/v1", "kind": "DeploymentConfig", "metadata": {"name": "web", "labels": {"app": "shop"}},
    "spec": {"replicas": 1, "selector": {"name": "web"}, "triggers": [{"type": "ConfigChange"}],
             "strategy": {"type": "Recreate", "recreateParams": {"timeoutSeconds": 60}},
             "template": {"metadata": {"labels": {"name": "web"}},
                          "spec": {"containers": [{"name": "main", "image": "example.com/team/web:1",
                                                   "env": [{"name": "COLOUR", "value": "red"}]}]}}}})");
}

// `web` with the Rolling strategy and an optional hook.
inline Json rolling_config(int replicas, const Json& parameters = Json::object()) {
  Json out = web_config();
  out["spec"]["replicas"] = replicas;
  out["spec"]["strategy"] = {{"type", "Rolling"}, {"rollingParams", parameters}};
  return out;
}

inline Json image_stream(const std::string& name, const std::vector<Json>& tags) {
  return {{"apiVersion", "image.openshift.io/v1"},
          {"kind", "ImageStream"},
          {"metadata", {{"name", name}}},
          {"spec", {{"tags", tags}}}};
}

inline Json docker_tag(const std::string& name, const std::string& image) {
  return {{"name", name}, {"from", {{"kind", "DockerImage"}, {"name", image}}}};
}

inline Json follower_tag(const std::string& name, const std::string& followed) {
  return {{"name", name}, {"from", {{"kind", "ImageStreamTag"}, {"name", followed}}}};
}

class EmulatedProject : public testing::Test {
 protected:
  cluster::Response send(const std::string& method, const std::string& path, const Json& body = nullptr,
                         const std::string& content_type = {}) {
    auto response = emulator.send({method, path, {}, content_type, body});
    return response ? *response : cluster::Response{};
  }
  static ObjectRef ref(std::string_view kind, const std::string& name) {
    return {*cluster::find_kind(kind), kSpace, name};
  }
  void create(const Json& object) {
    const Status loaded = emulator.load(object, {});
    ASSERT_TRUE(loaded) << loaded.error().summary;
  }
  void patch(std::string_view kind, const std::string& name, const Json& merge) {
    const auto response =
        send("PATCH", cluster::object_path(ref(kind, name)), merge, std::string(cluster::kMergePatch));
    ASSERT_TRUE(response.ok()) << response.body;
  }
  void remove(std::string_view kind, const std::string& name, const Json& options = nullptr) {
    ASSERT_TRUE(send("DELETE", cluster::object_path(ref(kind, name)), options).ok());
  }
  void set_environment(const std::string& value) {
    Json container = get("DeploymentConfig", "web")["spec"]["template"]["spec"]["containers"][0];
    container["env"][0]["value"] = value;
    patch("DeploymentConfig", "web", {{"spec", {{"template", {{"spec", {{"containers", {container}}}}}}}}});
  }
  void settle(Duration limit = 2h) { emulator.settle(limit); }
  void pass(Duration time) {
    const TimePoint until = emulator.clock().now() + time;
    while (emulator.clock().now() < until) emulator.wait(until);
  }

  Json get(std::string_view kind, const std::string& name) {
    const Json* found = emulator.store().get(ref(kind, name));
    return found == nullptr ? Json() : *found;
  }
  bool exists(std::string_view kind, const std::string& name) { return !get(kind, name).is_null(); }
  std::vector<Json> all(std::string_view kind) {
    std::vector<Json> out;
    for (const Json* object : emulator.store().list(*cluster::find_kind(kind), kSpace)) out.push_back(*object);
    return out;
  }
  // The pods of a version, without those that are being deleted.
  std::vector<Json> pods_of(const std::string& version) {
    std::vector<Json> out;
    for (const Json& pod : all("Pod")) {
      if (string_at(pod, "/metadata/labels/deployment") == version &&
          find(pod, "/metadata/deletionTimestamp") == nullptr) {
        out.push_back(pod);
      }
    }
    return out;
  }
  std::string phase(const std::string& version) {
    return string_at(get("ReplicationController", version),
                     "/metadata/annotations/" + escape_pointer("openshift.io/deployment.phase"));
  }
  Json condition(std::string_view kind, const std::string& name, std::string_view type) {
    const Json object = get(kind, name);
    for (const Json& entry : array_at(object, "/status/conditions")) {
      if (string_at(entry, "/type") == type) return entry;
    }
    return nullptr;
  }
  // "Warning FailedCreate: text", in the order of their names.
  std::vector<std::string> events_about(const std::string& name) {
    std::vector<std::string> out;
    for (const Json& event : all("Event")) {
      if (string_at(event, "/involvedObject/name") != name) continue;
      out.push_back(fmt::format("{} {}: {}", string_at(event, "/type"), string_at(event, "/reason"),
                                string_at(event, "/message")));
    }
    return out;
  }

  Emulator emulator{Options{kSpace, kStart, 7}};
};

}  // namespace upshift::emulator
