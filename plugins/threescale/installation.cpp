#include "threescale/installation.hpp"

#include <cctype>
#include <optional>

#include "threescale/objects.hpp"

namespace upshift::threescale {
namespace {

bool has_resources(const Json& deployment_config) {
  for (const Json& each : sdk::array_at(deployment_config, kContainers)) {
    if (!sdk::object_at(each, "/resources").empty()) return true;
  }
  return false;
}

bool uses_s3(sdk::Context& c) {
  if (c.get("Secret", "aws-auth")) return true;
  const auto environment = c.get("ConfigMap", "system-environment");
  return environment && sdk::string_at(*environment, "/data/FILE_UPLOAD_STORAGE") == "s3";
}

bool is_subdomain(sdk::Context& c) {
  for (const Json& route : c.list("Route")) {
    if (sdk::string_at(route, "/spec/to/name") == "apicast-wildcard-router" &&
        sdk::string_at(route, "/spec/wildcardPolicy") == "Subdomain") {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string short_version(std::string_view version) {
  std::string out;
  int dots = 0;
  for (const char each : version) {
    if (each == '.' && ++dots == 2) break;
    if (each != '.' && std::isdigit(static_cast<unsigned char>(each)) == 0) return {};
    out += each;
  }
  return dots == 0 || out.front() == '.' || out.back() == '.' ? std::string{} : out;
}

bool is_newer(std::string_view version, std::string_view than) {
  const std::string left = short_version(version), right = short_version(than);
  if (left.empty() || right.empty()) return false;
  const auto number = [](const std::string& text) {
    const std::size_t dot = text.find('.');
    return std::pair(std::stoul(text.substr(0, dot)), std::stoul(text.substr(dot + 1)));
  };
  return left.size() < 12 && right.size() < 12 && number(left) > number(right);
}

std::string seen_env(sdk::Context& c, const Json& deployment_config, std::string_view container_name,
                     std::string_view variable) {
  const Json* found = container(deployment_config, container_name);
  const Json* env = found != nullptr ? sdk::named(sdk::array_at(*found, "/env"), variable) : nullptr;
  if (env == nullptr) return {};
  if (const std::string literal = sdk::string_at(*env, "/value"); !literal.empty()) return literal;
  if (const Json* from = sdk::find(*env, "/valueFrom/secretKeyRef")) {
    const auto secret = c.get("Secret", sdk::string_at(*from, "/name"));
    return secret ? sdk::secret_value(*secret, sdk::string_at(*from, "/key")).value_or("") : "";
  }
  const auto config = c.get("ConfigMap", sdk::string_at(*env, "/valueFrom/configMapKeyRef/name"));
  if (!config) return {};
  const Json& data = sdk::object_at(*config, "/data");
  const auto value = data.find(sdk::string_at(*env, "/valueFrom/configMapKeyRef/key"));
  return value != data.end() && value->is_string() ? value->get<std::string>() : std::string{};
}

std::string effective_release(sdk::Context& c, const Json& deployment_config, std::string_view container_name) {
  return seen_env(c, deployment_config, container_name, "AMP_RELEASE");
}

std::string master_token_of_hook(const Json& system_app) {
  constexpr std::string_view kName = "MASTER_ACCESS_TOKEN=";
  for (const Json& word : sdk::array_at(system_app, std::string(kPreHook) + "/command")) {
    const std::string text = word.is_string() ? word.get<std::string>() : "";
    const std::size_t at = text.find(kName);
    if (at == std::string::npos) continue;
    const std::string value = text.substr(at + kName.size());
    const bool is_quoted = !value.empty() && (value.front() == '"' || value.front() == '\'');
    const std::size_t first = is_quoted ? 1 : 0;
    const std::size_t end = is_quoted ? value.find(value.front(), 1) : value.find_first_of(" \t;&|");
    return value.substr(first, end == std::string::npos ? std::string::npos : end - first);
  }
  return {};
}

bool uses_oracle(sdk::Context& c) {
  if (c.get("BuildConfig", kOracleBuild)) return true;
  const auto database = c.get("Secret", "system-database");
  const auto url = database ? sdk::secret_value(*database, "URL") : std::nullopt;
  return url && url->rfind("oracle-enhanced://", 0) == 0;
}

std::vector<Variant> variants_with_evidence(sdk::Context& c) {
  std::vector<Variant> out;
  const auto absent = [&c](const char* name) { return !c.get("DeploymentConfig", name).has_value(); };
  const bool has_postgresql = !absent("system-postgresql"), is_oracle = uses_oracle(c);
  // An installation with a database of its own inside the project is the plain template, whichever database it is.
  for (const char* redis : {"backend-redis", "system-redis"}) {
    if (!absent(redis)) continue;
    out.push_back({"ha", "there is no DeploymentConfig/" + std::string(redis)});
    break;
  }
  if (absent("system-mysql") && !has_postgresql && !is_oracle) {
    out.push_back({"external-databases", "there is no DeploymentConfig/system-mysql"});
  }
  if (uses_s3(c)) {
    out.push_back(
        {"s3", c.get("Secret", "aws-auth") ? "Secret/aws-auth" : "ConfigMap/system-environment FILE_UPLOAD_STORAGE"});
  }
  if (has_postgresql) out.push_back({"postgresql", "DeploymentConfig/system-postgresql"});
  if (is_oracle) {
    out.push_back({"oracle", c.get("BuildConfig", kOracleBuild) ? "BuildConfig/" + std::string(kOracleBuild)
                                                                : "the address in Secret/system-database"});
  }
  const auto listener = c.get("DeploymentConfig", "backend-listener");
  if (listener && !has_resources(*listener)) {
    out.push_back({"eval", "DeploymentConfig/backend-listener asks for no resources"});
  }
  if (is_subdomain(c)) out.push_back({"subdomain", "a route to apicast-wildcard-router has the policy Subdomain"});
  return out;
}

std::vector<std::string> variants(sdk::Context& c) {
  std::vector<std::string> names;
  for (Variant& variant : variants_with_evidence(c)) names.push_back(std::move(variant.name));
  return names;
}

}  // namespace upshift::threescale
