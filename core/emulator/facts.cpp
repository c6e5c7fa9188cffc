#include "emulator/facts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace upshift::emulator {
namespace {

Status wrong(const std::string& path, std::string_view expected) {
  return failure(StatusCode::kInvalidArgument, fmt::format("the emulation facts' {} is not {}", path, expected),
                 "See \"emulation\" in docs/plugin-abi.md.", path);
}

// The entries of a member that is either absent or an array of objects.
Result<std::vector<const Json*>> entries(const Json& facts, const char* member) {
  std::vector<const Json*> out;
  const auto found = facts.find(member);
  if (found == facts.end()) return out;
  const std::string path = fmt::format("/{}", member);
  if (!found->is_array()) return failure(wrong(path, "a list").error());
  for (std::size_t i = 0; i < found->size(); ++i) {
    if (!(*found)[i].is_object()) return failure(wrong(fmt::format("{}/{}", path, i), "an object").error());
    out.push_back(&(*found)[i]);
  }
  return out;
}

}  // namespace

Status Facts::add(const Json& facts) {
  if (facts.is_null()) return {};
  if (!facts.is_object()) return wrong("/", "an object");
  UPSHIFT_ASSIGN(const auto registries, entries(facts, "registries"));
  UPSHIFT_ASSIGN(const auto containers, entries(facts, "containers"));
  std::vector<std::string> guarded;
  for (const Json* registry : registries) {
    const std::string host = string_at(*registry, "/host");
    if (host.empty()) return wrong("/registries/*/host", "the name of a registry");
    if (bool_at(*registry, "/needs_credentials")) guarded.push_back(host);
  }
  std::vector<CrashFact> crashes;
  for (const Json* container : containers) {
    CrashFact fact{string_at(*container, "/deployment_config"), string_at(*container, "/container"),
                   string_at(*container, "/crashes_unless_image"),
                   static_cast<int>(std::clamp<std::int64_t>(int_at(*container, "/exit_code", 1), 1, 255)),
                   string_at(*container, "/log")};
    if (fact.deployment_config.empty()) return wrong("/containers/*/deployment_config", "a name");
    if (fact.container.empty()) return wrong("/containers/*/container", "a name");
    if (fact.unless_image.empty()) return wrong("/containers/*/crashes_unless_image", "a pattern of image references");
    crashes.push_back(std::move(fact));
  }
  guarded_registries_.insert(guarded_registries_.end(), guarded.begin(), guarded.end());
  crashes_.insert(crashes_.end(), crashes.begin(), crashes.end());
  return {};
}

bool Facts::needs_credentials(std::string_view registry_host) const {
  return std::find(guarded_registries_.begin(), guarded_registries_.end(), registry_host) != guarded_registries_.end();
}

const CrashFact* Facts::crash(std::string_view deployment_config, std::string_view container,
                              std::string_view image) const {
  for (const CrashFact& fact : crashes_) {
    if (fact.deployment_config == deployment_config && fact.container == container &&
        !matches_glob(fact.unless_image, image)) {
      return &fact;
    }
  }
  return nullptr;
}

}  // namespace upshift::emulator
