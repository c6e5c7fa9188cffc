#include "cluster/http/credential.hpp"

#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>

#include "base/file.hpp"
#include "base/json.hpp"

namespace upshift::cluster::http {
namespace {

class FixedCredential final : public CredentialSource {
 public:
  explicit FixedCredential(Credential credential) : credential_(std::move(credential)) {}
  Result<Credential> current() override { return credential_; }
  bool renew() override { return false; }

 private:
  Credential credential_;
};

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

// What changes with every writing of a file.
struct Facts {
  ino_t number = 0;
  off_t size = 0;
  time_t seconds = 0;
  long nanoseconds = 0;
  bool operator==(const Facts&) const = default;
};
std::optional<Facts> facts_of(const std::filesystem::path& file) {
  struct stat facts = {};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return Facts{facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
}

class TokenFileCredential final : public CredentialSource {
 public:
  TokenFileCredential(std::filesystem::path file, Credential fallback)
      : file_(std::move(file)), fallback_(std::move(fallback)) {}

  Result<Credential> current() override {
    const auto facts = facts_of(file_);
    if (facts && facts == known_) return credential_;
    const auto text = read_file(file_);
    if (!text && !fallback_.authorization.empty()) return fallback_;
    if (!text) return failure(Error(text.error()).with_context("the token file"));
    const auto token = trimmed(*text);
    if (token.empty() || token.find_first_of(" \t\r\n") != std::string_view::npos) {
      return failure(StatusCode::kInvalidArgument,
                     fmt::format("the token file '{}' does not hold one token", file_.string()),
                     "Write the token alone into it, on one line.", file_.string());
    }
    Credential credential = fallback_;
    credential.authorization = bearer(token);
    credential_ = credential;
    known_ = facts;
    return credential;
  }

  // Worth another try only where the file has changed since.
  bool renew() override {
    const std::string refused = credential_.authorization;
    known_.reset();
    const auto again = current();
    return again && again->authorization != refused;
  }

 private:
  std::filesystem::path file_;
  Credential fallback_;
  Credential credential_;       // as it was read last
  std::optional<Facts> known_;  // of the file then
};

}  // namespace

std::unique_ptr<CredentialSource> fixed_credential(Credential credential) {
  return std::make_unique<FixedCredential>(std::move(credential));
}

std::unique_ptr<CredentialSource> token_file_credential(std::filesystem::path file, Credential fallback) {
  return std::make_unique<TokenFileCredential>(std::move(file), std::move(fallback));
}

std::string bearer(std::string_view token) {
  return fmt::format("Bearer {}", token);
}

std::string basic(std::string_view user, std::string_view password) {
  return "Basic " + encode_base64(fmt::format("{}:{}", user, password));
}

}  // namespace upshift::cluster::http
