#include "emulator/server/users.hpp"

#include <array>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/file.hpp"

namespace upshift::emulator::server {
namespace {

std::string new_token() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return {};
  return "sha256~" + sha256_hex(std::string(bytes.begin(), bytes.end())).substr(0, 43);
}

bool same(std::string_view a, std::string_view b) {
  return !a.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Tokens complete(Tokens tokens) {
  if (tokens.administrator.empty()) tokens.administrator = new_token();
  if (tokens.unprivileged.empty()) tokens.unprivileged = new_token();
  return tokens;
}

Users::Users(Tokens tokens)
    : tokens_(std::move(tokens)),
      administrator_{"admin", {"system:authenticated", "system:authenticated:oauth", "system:cluster-admins"}, true},
      anonymous_{"system:anonymous", {"system:unauthenticated"}, false} {
  const std::vector<std::string> groups = {"system:authenticated", "system:authenticated:oauth"};
  users_.push_back({administrator_, tokens_.administrator});
  users_.push_back({User{"developer", groups, false}, tokens_.unprivileged});
  for (const auto& [name, token] : tokens_.others) users_.push_back({User{name, groups, false}, token});
}

const User* Users::authenticate(const HttpRequest& request) const {
  const std::string header = request.header("authorization");
  constexpr std::string_view kScheme = "Bearer ";
  if (!header.starts_with(kScheme) || header.size() == kScheme.size()) return &anonymous_;
  const std::string_view token = std::string_view(header).substr(kScheme.size());
  for (const auto& [user, own] : users_) {
    if (same(token, own)) return &user;
  }
  return nullptr;
}

Json to_json(const User& user) {
  return {{"kind", "User"},
          {"apiVersion", "user.openshift.io/v1"},
          {"metadata", {{"name", user.name}, {"creationTimestamp", nullptr}}},
          {"identities", nullptr},
          {"groups", user.groups}};
}

}  // namespace upshift::emulator::server
