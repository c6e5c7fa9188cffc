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
      unprivileged_{"developer", {"system:authenticated", "system:authenticated:oauth"}, false} {}

const User* Users::authenticate(const HttpRequest& request) const {
  const std::string header = request.header("authorization");
  constexpr std::string_view kScheme = "Bearer ";
  if (!header.starts_with(kScheme)) return nullptr;
  const std::string_view token = std::string_view(header).substr(kScheme.size());
  if (same(token, tokens_.administrator)) return &administrator_;
  if (same(token, tokens_.unprivileged)) return &unprivileged_;
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
