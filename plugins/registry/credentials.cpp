#include "credentials.hpp"

namespace upshift::registry {
namespace {

constexpr std::string_view kType = "kubernetes.io/dockerconfigjson";
constexpr std::string_view kKey = ".dockerconfigjson";

std::optional<Json> as_credentials(const std::string& text) {
  Json parsed = Json::parse(text, nullptr, false);
  if (!parsed.is_object() || sdk::object_at(parsed, "/auths").empty()) return std::nullopt;
  return parsed;
}

// The one line that matters of a downloaded pull secret; a whole YAML reader is not needed for it.
std::optional<Json> from_yaml_secret(std::string_view text) {
  const std::size_t at = text.find(std::string(kKey) + ":");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view value = text.substr(at + kKey.size() + 1);
  value = value.substr(0, value.find('\n'));
  while (!value.empty() && std::string_view(" \t\"'").find(value.front()) != std::string_view::npos)
    value.remove_prefix(1);
  while (!value.empty() && std::string_view(" \t\r\"'").find(value.back()) != std::string_view::npos)
    value.remove_suffix(1);
  const auto decoded = sdk::decode_base64(value);
  return decoded ? as_credentials(*decoded) : std::nullopt;
}

std::string secret_name(const sdk::Context& c) {
  return c.string_parameter("secret-name");
}
std::string host(const sdk::Context& c) {
  return c.string_parameter("registry-host");
}

bool is_good(const Json& secret, std::string_view registry_host) {
  const auto present = credentials_of(secret);
  return present && entry_of(*present, registry_host) != nullptr;
}

// What is wrong with the user's file, or empty.
std::string defect_of_file(const sdk::Context& c) {
  const Json* content = c.optional_parameter("credentials-file");
  if (content == nullptr) {
    return "Secret/" + secret_name(c) + " has no credentials for " + host(c) +
           "; name a file that has them with registry.credentials-file";
  }
  const auto given = parse_credentials(content->is_string() ? content->get<std::string>() : std::string{});
  if (!given) return "the file of registry.credentials-file is no dockerconfigjson and no pull secret";
  if (entry_of(*given, host(c)) != nullptr) return {};
  std::string hosts;
  for (const auto& item : sdk::object_at(*given, "/auths").items()) hosts += (hosts.empty() ? "" : ", ") + item.key();
  return "the file of registry.credentials-file has no entry for " + host(c) + "; it has: " + hosts;
}

}  // namespace

std::optional<Json> parse_credentials(std::string_view text) {
  const std::string copy(text);
  if (auto direct = as_credentials(copy)) return direct;
  const Json parsed = Json::parse(copy, nullptr, false);
  if (parsed.is_object()) return credentials_of(parsed);
  return from_yaml_secret(text);
}

const Json* entry_of(const Json& credentials, std::string_view registry_host) {
  const Json& auths = sdk::object_at(credentials, "/auths");
  for (auto each = auths.begin(); each != auths.end(); ++each) {
    std::string_view name = each.key();
    if (const std::size_t scheme = name.find("://"); scheme != std::string_view::npos) name.remove_prefix(scheme + 3);
    if (name.substr(0, name.find('/')) == registry_host) return &*each;
  }
  return nullptr;
}

std::optional<Json> credentials_of(const Json& secret) {
  const auto text = sdk::secret_value(secret, kKey);
  return text ? as_credentials(*text) : std::nullopt;
}

sdk::CheckResult Credentials::check(sdk::Context& c) {
  const auto secret = c.get("Secret", secret_name(c));
  if (secret && is_good(*secret, host(c))) {
    return sdk::done("Secret/" + secret_name(c) + " has credentials for " + host(c));
  }
  if (secret && sdk::string_at(*secret, "/type", kType) != kType) {
    return sdk::blocked("Secret/" + secret_name(c) + " is of type " + sdk::string_at(*secret, "/type") +
                        ", and a type cannot be changed: remove it, or choose another name with registry.secret-name");
  }
  if (const std::string defect = defect_of_file(c); !defect.empty()) return sdk::blocked(defect);
  return sdk::pending(secret ? "Secret/" + secret_name(c) + " lacks credentials for " + host(c)
                             : "Secret/" + secret_name(c) + " does not exist");
}

sdk::ApplyResult Credentials::apply(sdk::Context& c) {
  const Json given = parse_credentials(c.parameter("credentials-file").get<std::string>()).value();
  const auto secret = c.get("Secret", secret_name(c));
  // Entries for other registries stay.
  Json merged = {{"auths", Json::object()}};
  if (const auto present = secret ? credentials_of(*secret) : std::nullopt) merged = *present;
  merged["auths"][host(c)] = *entry_of(given, host(c));
  const Json data = {{std::string(kKey), sdk::encode_base64(sdk::to_text(merged))}};
  if (secret) {
    c.patch_merge("Secret", secret_name(c), {{"data", data}});
    return sdk::applied("added " + host(c) + " to Secret/" + secret_name(c));
  }
  c.create({{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata", {{"name", secret_name(c)}}},
            {"type", kType},
            {"data", data}});
  return sdk::applied("created Secret/" + secret_name(c));
}

sdk::VerifyResult Credentials::verify(sdk::Context& c) {
  if (!is_good(c.require("Secret", secret_name(c)), host(c))) {
    throw sdk::Failure(
        sdk::Status::kFailedPrecondition,
        "Secret/" + secret_name(c) + " has no credentials for " + host(c) + " although they were written",
        "Somebody else changes the Secret; find out who, then run the step again.");
  }
  return sdk::verified("the Secret has an entry for " + host(c));
}

}  // namespace upshift::registry
