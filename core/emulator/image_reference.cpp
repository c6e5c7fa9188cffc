#include "emulator/image_reference.hpp"

#include <algorithm>

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

bool is_small_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// "team/my-app": parts that begin and end with a small letter or digit.
bool is_path_of_names(std::string_view path) {
  bool at_start = true;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    const bool sign = c == '.' || c == '_' || c == '-';
    const bool edge = at_start || i + 1 == path.size() || path[i + 1] == '/';
    if (!is_small_or_digit(c) && c != '/' && (!sign || edge)) return false;
    if (c == '/' && edge) return false;
    at_start = c == '/';
  }
  return !path.empty();
}

bool is_tag(std::string_view tag) {
  const auto usable = [](char c) {
    return is_small_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
  };
  return tag.size() <= 128 && std::all_of(tag.begin(), tag.end(), usable) &&
         (tag.empty() || (tag.front() != '.' && tag.front() != '-'));
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

std::string tag_of(std::string_view reference) {
  reference = reference.substr(0, reference.find('@'));
  const std::string repository = repository_of(reference);
  return repository.size() < reference.size() ? std::string(reference.substr(repository.size() + 1)) : std::string{};
}

bool is_image_reference(std::string_view reference) {
  const std::string repository = repository_of(reference);
  if (repository.empty()) return false;
  const auto slash = repository.find('/');
  const std::string registry = registry_of(reference);
  std::string path = repository;
  if (slash != std::string::npos && path.substr(0, slash) == registry) path = path.substr(slash + 1);
  const std::string tag = tag_of(reference);
  const auto at = reference.find('@');
  const std::string_view digest = at == std::string_view::npos ? std::string_view{} : reference.substr(at + 1);
  if (at != std::string_view::npos && (digest.size() < 8 || digest.find(':') == std::string_view::npos)) return false;
  if (repository.size() + 1 == reference.size()) return false;  // ends in ":" or "@"
  return is_path_of_names(path) && is_tag(tag);
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
