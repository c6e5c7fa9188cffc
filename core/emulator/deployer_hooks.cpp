#include <fmt/format.h>

#include "base/text.hpp"
#include "emulator/deployer.hpp"
#include "emulator/deployer_situation.hpp"
#include "emulator/hook_pod.hpp"
#include "emulator/image_tags.hpp"
#include "emulator/pod_admission.hpp"
#include "emulator/pod_facts.hpp"

namespace upshift::emulator {

Deployer::Outcome Deployer::run_hook(Situation& now, const std::string& hook) {
  const Json* parameters = find(now.parameters(), "/" + hook);
  if (parameters == nullptr || now.rollout.told.contains(hook + " done")) return Outcome::kDone;
  if (find(*parameters, "/execNewPod") == nullptr) {
    tag_images(now, *parameters);
    now.rollout.told.insert(hook + " done");
    return Outcome::kDone;
  }
  const ObjectName pod_name{now.name.name_space, fmt::format("{}-hook-{}", now.name.name, hook)};
  if (const Json* pod = store_.get(ref_to("Pod", pod_name))) return judge_hook(now, hook, *pod);
  const auto started = parse_rfc3339(string_at(now.deployer, "/status/startTime")).value_or(plane_.now());
  const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(plane_.now() - started).count();
  const std::int64_t left = int_at(now.deployer, "/spec/activeDeadlineSeconds", 21600) - elapsed;
  const Json* controller = store_.get(ref_to("ReplicationController", now.name));
  const auto created = create_pod(plane_, make_hook_pod(*controller, hook, *parameters, left));
  if (!created) {
    return hook_failed(now, hook,
                       fmt::format("couldn't create lifecycle pod for {}: {}", now.name.name, created.error().summary));
  }
  std::vector<std::string> words;
  for (const Json& word : array_at(*parameters, "/execNewPod/command")) {
    words.push_back(word.is_string() ? word.get<std::string>() : to_text(word));
  }
  tell(
      now, hook + " started", false, "Started",
      fmt::format("Running {}-hook (\"{}\") for rc {}/{}", hook, join(words, " "), now.name.name_space, now.name.name));
  return Outcome::kWaiting;
}

Deployer::Outcome Deployer::judge_hook(Situation& now, const std::string& hook, const Json& pod) {
  if (!is_finished(pod)) return Outcome::kWaiting;
  if (string_at(pod, "/status/phase") == "Failed") return hook_failed(now, hook, string_at(pod, "/status/message"));
  tell(now, hook + " done", false, "Completed",
       fmt::format("The {}-hook for rc {}/{} completed successfully", hook, now.name.name_space, now.name.name));
  return Outcome::kDone;
}

Deployer::Outcome Deployer::hook_failed(Situation& now, const std::string& hook, const std::string& why) {
  const bool ignored = string_at(now.parameters(), "/" + hook + "/failurePolicy") == "Ignore";
  if (ignored) {
    tell(now, hook + " done", true, "Failed",
         fmt::format("The {}-hook failed: {} (ignore), rollout of {}/{} will continue", hook, why, now.name.name_space,
                     now.name.name));
    return Outcome::kDone;
  }
  tell(now, hook + " failed", true, "Failed",
       fmt::format("The {}-hook failed: {}, aborting rollout of {}/{}", hook, why, now.name.name_space, now.name.name));
  return Outcome::kFailed;
}

void Deployer::tag_images(const Situation& now, const Json& parameters) {
  const Json* controller = store_.get(ref_to("ReplicationController", now.name));
  for (const Json& entry : array_at(parameters, "/tagImages")) {
    std::string image;
    for (const Json& container : array_at(*controller, "/spec/template/spec/containers")) {
      if (string_at(container, "/name") == string_at(entry, "/containerName")) image = string_at(container, "/image");
    }
    const TagName tag = parse_tag(string_at(entry, "/to/name"));
    modify(store_, ref_to("ImageStream", string_at(entry, "/to/namespace", now.name.name_space), tag.stream),
           [&](Json& stream) {
             count_generation(stream);
             const std::int64_t generation = int_at(stream, "/metadata/generation");
             Json& tags = stream["spec"]["tags"];
             if (!tags.is_array()) tags = Json::array();
             std::erase_if(tags.get_ref<Json::array_t&>(),
                           [&](const Json& t) { return string_at(t, "/name") == tag.tag; });
             tags.push_back({{"name", tag.tag},
                             {"annotations", nullptr},
                             {"from", {{"kind", "DockerImage"}, {"name", image}}},
                             {"generation", generation},
                             {"importPolicy", Json::object()},
                             {"referencePolicy", {{"type", "Source"}}}});
           });
  }
}

void Deployer::tell(Situation& now, const std::string& once, bool warning, std::string_view reason,
                    const std::string& text) {
  if (!now.rollout.told.insert(once).second) return;
  const Json* config =
      store_.get(ref_to("DeploymentConfig", now.name.name_space, string_at(now.rollout.config, "/metadata/name")));
  if (config == nullptr) return;
  const std::string component = now.name.name + "-deploy";
  if (warning) {
    plane_.events.warning(*config, component, reason, text);
  } else {
    plane_.events.normal(*config, component, reason, text);
  }
}

}  // namespace upshift::emulator
