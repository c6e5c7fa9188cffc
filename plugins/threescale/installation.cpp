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

std::string effective_release(sdk::Context& c, const Json& deployment_config, std::string_view container_name) {
  const Json* found = container(deployment_config, container_name);
  const Json* env = found != nullptr ? sdk::named(sdk::array_at(*found, "/env"), "AMP_RELEASE") : nullptr;
  if (env == nullptr) return {};
  if (const std::string literal = sdk::string_at(*env, "/value"); !literal.empty()) return literal;
  const auto config = c.get("ConfigMap", sdk::string_at(*env, "/valueFrom/configMapKeyRef/name"));
  return config ? sdk::string_at(*config, "/data/" + sdk::string_at(*env, "/valueFrom/configMapKeyRef/key")) : "";
}

bool uses_oracle(sdk::Context& c) {
  if (c.get("BuildConfig", kOracleBuild)) return true;
  const auto database = c.get("Secret", "system-database");
  const auto url = database ? sdk::secret_value(*database, "URL") : std::nullopt;
  return url && url->rfind("oracle-enhanced://", 0) == 0;
}

std::vector<std::string> variants(sdk::Context& c) {
  std::vector<std::string> names;
  const bool postgresql = c.get("DeploymentConfig", "system-postgresql").has_value();
  // An installation with a database of its own inside the project is the plain template, whichever database it is.
  if (!c.get("DeploymentConfig", "backend-redis") || !c.get("DeploymentConfig", "system-redis")) names.push_back("ha");
  if (uses_s3(c)) names.push_back("s3");
  if (postgresql) names.push_back("postgresql");
  if (uses_oracle(c)) names.push_back("oracle");
  const auto listener = c.get("DeploymentConfig", "backend-listener");
  if (listener && !has_resources(*listener)) names.push_back("eval");
  if (is_subdomain(c)) names.push_back("subdomain");
  return names;
}

}  // namespace upshift::threescale
