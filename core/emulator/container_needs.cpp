#include "emulator/container_needs.hpp"

#include <fmt/format.h>

#include "emulator/image_reference.hpp"

namespace upshift::emulator {
namespace {

struct Wanted {
  const char* kind;
  std::string name;
  std::string key;  // "" for the whole object
  bool optional;
};

bool has_key(const Json& object, const std::string& key) {
  return object_at(object, "/data").contains(key) || object_at(object, "/binaryData").contains(key);
}

std::optional<std::string> missing(const Store& store, const std::string& name_space, const Wanted& wanted) {
  if (wanted.optional) return std::nullopt;
  const bool secret = std::string_view(wanted.kind) == "Secret";
  const Json* object = store.get(ref_to(wanted.kind, name_space, wanted.name));
  if (object == nullptr) return fmt::format("{} \"{}\" not found", secret ? "secret" : "configmap", wanted.name);
  if (!wanted.key.empty() && !has_key(*object, wanted.key)) {
    return fmt::format("couldn't find key {} in {} {}/{}", wanted.key, wanted.kind, name_space, wanted.name);
  }
  return std::nullopt;
}

std::optional<std::string> missing_items(const Store& store, const std::string& name_space, const Wanted& object,
                                         const Json& items) {
  if (auto text = missing(store, name_space, object)) return text;
  if (object.optional) return std::nullopt;
  for (const Json& item : items) {
    const std::string key = string_at(item, "/key");
    const Json* stored = store.get(ref_to(object.kind, name_space, object.name));
    if (!has_key(*stored, key))
      return fmt::format("references non-existent {} key: {}",
                         std::string_view(object.kind) == "Secret" ? "secret" : "config", key);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> missing_configuration(const Store& store, const std::string& name_space,
                                                 const Json& container) {
  for (const Json& variable : array_at(container, "/env")) {
    for (const auto& [member, kind] :
         {std::pair{"secretKeyRef", "Secret"}, std::pair{"configMapKeyRef", "ConfigMap"}}) {
      const Json* reference = find(variable, std::string("/valueFrom/") + member);
      if (reference == nullptr) continue;
      const Wanted wanted{kind, string_at(*reference, "/name"), string_at(*reference, "/key"),
                          bool_at(*reference, "/optional")};
      if (auto text = missing(store, name_space, wanted)) return text;
    }
  }
  for (const Json& source : array_at(container, "/envFrom")) {
    for (const auto& [member, kind] : {std::pair{"secretRef", "Secret"}, std::pair{"configMapRef", "ConfigMap"}}) {
      const Json* reference = find(source, std::string("/") + member);
      if (reference == nullptr) continue;
      const Wanted wanted{kind, string_at(*reference, "/name"), {}, bool_at(*reference, "/optional")};
      if (auto text = missing(store, name_space, wanted)) return text;
    }
  }
  return std::nullopt;
}

std::optional<std::string> missing_volume(const Store& store, const Json& pod) {
  const std::string name_space = string_at(pod, "/metadata/namespace");
  for (const Json& volume : array_at(pod, "/spec/volumes")) {
    std::optional<std::string> text;
    if (const Json* secret = find(volume, "/secret")) {
      text = missing_items(store, name_space,
                           {"Secret", string_at(*secret, "/secretName"), {}, bool_at(*secret, "/optional")},
                           array_at(*secret, "/items"));
    } else if (const Json* config = find(volume, "/configMap")) {
      text = missing_items(store, name_space,
                           {"ConfigMap", string_at(*config, "/name"), {}, bool_at(*config, "/optional")},
                           array_at(*config, "/items"));
    }
    if (text) return fmt::format("MountVolume.SetUp failed for volume \"{}\" : {}", string_at(volume, "/name"), *text);
  }
  return std::nullopt;
}

std::optional<std::string> missing_claim(const Store& store, const Json& pod) {
  const std::string name_space = string_at(pod, "/metadata/namespace");
  for (const Json& volume : array_at(pod, "/spec/volumes")) {
    const std::string claim = string_at(volume, "/persistentVolumeClaim/claimName");
    if (claim.empty()) continue;
    const Json* stored = store.get(ref_to("PersistentVolumeClaim", name_space, claim));
    if (stored == nullptr || being_deleted(*stored)) {
      return fmt::format("persistentvolumeclaim \"{}\" not found", claim);
    }
    if (string_at(*stored, "/status/phase") != "Bound") return "pod has unbound immediate PersistentVolumeClaims";
  }
  return std::nullopt;
}

std::optional<std::string> pull_refusal(const ControlPlane& plane, const Json& pod, const std::string& image) {
  if (image.find_first_not_of(' ') == std::string::npos)
    return "couldn't parse image reference \"\": invalid reference";
  if (const ImageFault* fault = plane.faults.pull_fault(image)) {
    return fmt::format("{}: {}", image,
                       fault->reason == "Unauthorized" ? "unauthorized: authentication required" : "manifest unknown");
  }
  const std::string registry = registry_of(image);
  if (plane.credentials_waived || !plane.facts.needs_credentials(registry)) return std::nullopt;
  const std::string name_space = string_at(pod, "/metadata/namespace");
  for (const Json& reference : array_at(pod, "/spec/imagePullSecrets")) {
    const Json* secret = plane.store.get(ref_to("Secret", name_space, string_at(reference, "/name")));
    if (secret != nullptr && has_login(*secret, registry)) return std::nullopt;
  }
  return fmt::format("{}: unauthorized: no pull secret of the pod holds a login for {}", image, registry);
}

}  // namespace upshift::emulator
