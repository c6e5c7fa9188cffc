#include "threescale/installation.hpp"

#include <cctype>
#include <optional>

#include "threescale/objects.hpp"

namespace upshift::threescale {
namespace {

constexpr std::string_view kOracleScheme = "oracle-enhanced://";

// Where it is seen that files are kept in S3; empty where they are not. 2.3 states it in its containers alone.
std::string evidence_of_s3(sdk::Context& c) {
  if (c.get("Secret", "aws-auth")) return "Secret/aws-auth";
  if (const auto environment = c.get("ConfigMap", "system-environment")) {
    const bool is_stated = sdk::string_at(*environment, "/data/FILE_UPLOAD_STORAGE") == "s3";
    return is_stated ? "ConfigMap/system-environment FILE_UPLOAD_STORAGE" : "";
  }
  const auto app = c.get("DeploymentConfig", "system-app");
  const bool is_set = app && seen_env(c, *app, "system-provider", "FILE_UPLOAD_STORAGE") == "s3";
  return is_set ? "FILE_UPLOAD_STORAGE of system-app/system-provider" : "";
}

std::string evidence_of_oracle(sdk::Context& c) {
  if (c.get("BuildConfig", kOracleBuild)) return "BuildConfig/" + std::string(kOracleBuild);
  if (const auto database = c.get("Secret", "system-database")) {
    const auto url = sdk::secret_value(*database, "URL");
    return url && url->starts_with(kOracleScheme) ? "the address in Secret/system-database" : "";
  }
  const auto app = c.get("DeploymentConfig", "system-app");
  const bool is_set = app && seen_env(c, *app, "system-provider", "DATABASE_URL").starts_with(kOracleScheme);
  return is_set ? "DATABASE_URL of system-app/system-provider" : "";
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

bool has_resources(const Json& deployment_config) {
  for (const Json& each : sdk::array_at(deployment_config, kContainers)) {
    if (!sdk::object_at(each, "/resources").empty()) return true;
  }
  return false;
}

bool has_databases_outside(sdk::Context& c) {
  return !c.get("DeploymentConfig", "backend-redis") || !c.get("DeploymentConfig", "system-redis");
}

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
  return !evidence_of_oracle(c).empty();
}

std::string oracle_base(sdk::Context& c) {
  const auto build = c.get("BuildConfig", kOracleBuild);
  return build ? sdk::string_at(*build, "/spec/strategy/dockerStrategy/from/name") : std::string{};
}

std::vector<Variant> variants_with_evidence(sdk::Context& c) {
  std::vector<Variant> out;
  const auto absent = [&c](const char* name) { return !c.get("DeploymentConfig", name).has_value(); };
  const bool has_postgresql = !absent("system-postgresql");
  const std::string oracle = evidence_of_oracle(c);
  // An installation with a database of its own inside the project is the plain template, whichever database it is.
  for (const char* redis : {"backend-redis", "system-redis"}) {
    if (!absent(redis)) continue;
    out.push_back({"ha", "there is no DeploymentConfig/" + std::string(redis)});
    break;
  }
  if (absent("system-mysql") && !has_postgresql && oracle.empty()) {
    out.push_back({"external-databases", "there is no DeploymentConfig/system-mysql"});
  }
  if (std::string s3 = evidence_of_s3(c); !s3.empty()) out.push_back({"s3", std::move(s3)});
  if (has_postgresql) out.push_back({"postgresql", "DeploymentConfig/system-postgresql"});
  if (!oracle.empty()) out.push_back({"oracle", oracle});
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
