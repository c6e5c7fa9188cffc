#include "emulator/image_reference.hpp"

#include "base/file.hpp"

namespace upshift::emulator {
namespace {

std::string_view without_scheme(std::string_view host) {
  if (const auto at = host.find("://"); at != std::string_view::npos) host.remove_prefix(at + 3);
  return host;
}

bool names_login(const Json& entry) {
  return !string_at(entry, "/auth").empty() ||
         (!string_at(entry, "/username").empty() && !string_at(entry, "/password").empty());
}

bool any_entry(const Json& hosts, std::string_view registry) {
  if (!hosts.is_object()) return false;
  for (const auto& [host, entry] : hosts.items()) {
    const std::string_view plain = without_scheme(host);
    const bool same = plain == registry || (plain.starts_with(registry) && plain[registry.size()] == '/');
    if (same && names_login(entry)) return true;
  }
  return false;
}

}  // namespace

std::string registry_of(std::string_view reference) {
  const auto slash = reference.find('/');
  if (slash == std::string_view::npos) return "docker.io";
  const std::string_view first = reference.substr(0, slash);
  const bool host = first == "localhost" || first.find_first_of(".:") != std::string_view::npos;
  return host ? std::string(first) : "docker.io";
}

std::string repository_of(std::string_view reference) {
  if (const auto at = reference.find('@'); at != std::string_view::npos) return std::string(reference.substr(0, at));
  const auto slash = reference.rfind('/');
  const auto colon = reference.rfind(':');
  const bool tagged = colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  return std::string(tagged ? reference.substr(0, colon) : reference);
}

std::string digest_of(std::string_view reference) {
  if (const auto at = reference.find('@'); at != std::string_view::npos) return std::string(reference.substr(at + 1));
  const std::string repository = repository_of(reference);
  // "app" and "app:latest" are the same image.
  const std::string full = repository.size() == reference.size() ? repository + ":latest" : std::string(reference);
  return "sha256:" + sha256_hex(full);
}

std::string pinned(std::string_view reference) {
  return repository_of(reference) + "@" + digest_of(reference);
}

bool has_login(const Json& secret, std::string_view registry) {
  const std::string type = string_at(secret, "/type");
  const bool modern = type == "kubernetes.io/dockerconfigjson";
  if (!modern && type != "kubernetes.io/dockercfg") return false;
  const auto text = decode_base64(string_at(secret, modern ? "/data/.dockerconfigjson" : "/data/.dockercfg"));
  if (!text) return false;
  const auto config = parse_json(*text, "the pull secret");
  if (!config) return false;
  return any_entry(modern ? object_at(*config, "/auths") : *config, registry);
}

bool any_login(const Store& store, std::string_view name_space, std::string_view registry) {
  for (const Json* secret : store.list(*cluster::find_kind("Secret"), name_space)) {
    if (has_login(*secret, registry)) return true;
  }
  return false;
}

}  // namespace upshift::emulator
