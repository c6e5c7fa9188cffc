#include "release.hpp"

#include <string>
#include <vector>

#include "facts.hpp"

namespace upshift::hop_2_5_2_6 {
namespace {

using sdk::Json;

std::vector<std::string> missing_redis_keys(const Json& secret) {
  std::vector<std::string> missing;
  for (const std::string_view key : kSecretSystemRedisKeys) {
    if (!sdk::object_at(secret, "/data").contains(std::string(key))) missing.emplace_back(key);
  }
  return missing;
}

}  // namespace

sdk::CheckResult CompleteSystemRedis::check(sdk::Context& c) {
  const auto secret = c.get("Secret", "system-redis");
  if (!secret) return sdk::blocked("there is no Secret/system-redis; the upgrade to 2.4 has been left half-done");
  const auto missing = missing_redis_keys(*secret);
  if (missing.empty()) return sdk::done("Secret/system-redis has all keys");
  return sdk::pending("Secret/system-redis lacks " + std::to_string(missing.size()) + " keys");
}

sdk::ApplyResult CompleteSystemRedis::apply(sdk::Context& c) {
  Json data = Json::object();
  std::string names;
  for (const std::string& key : missing_redis_keys(c.require("Secret", "system-redis"))) {
    data[key] = "";
    names += (names.empty() ? "" : ", ") + key;
  }
  c.patch_merge("Secret", "system-redis", {{"data", data}});
  return sdk::applied("added to Secret/system-redis, empty: " + names);
}

}  // namespace upshift::hop_2_5_2_6
