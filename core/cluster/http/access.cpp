#include "cluster/http/access.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cluster/http/credential.hpp"
#include "cluster/http/endpoint.hpp"
#include "cluster/http/kubeconfig.hpp"
#include "cluster/http/proxy.hpp"

namespace upshift::cluster::http {
namespace {

Result<Kubeconfig> find_kubeconfig(const AccessOverrides& overrides, const Surroundings& surroundings) {
  if (!overrides.kubeconfig.empty()) return load_kubeconfig({overrides.kubeconfig}, MissingFiles::kRefuse);
  std::vector<std::filesystem::path> files;
  if (const auto list = surroundings.variable("KUBECONFIG"); !list.empty()) {
    for (const auto& file : split(list, ':')) files.emplace_back(file);
  } else if (const auto home = surroundings.variable("HOME"); !home.empty()) {
    files.push_back(std::filesystem::path(home) / ".kube" / "config");
  }
  return load_kubeconfig(files, MissingFiles::kSkip);
}

std::string without_space(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

bool in_cluster(const Surroundings& surroundings) {
  return !surroundings.variable("KUBERNETES_SERVICE_HOST").empty() &&
         std::filesystem::exists(surroundings.service_account / "token");
}

Result<Access> service_account_access(const Surroundings& surroundings) {
  Access access;
  const auto port = surroundings.variable("KUBERNETES_SERVICE_PORT");
  const auto host = surroundings.variable("KUBERNETES_SERVICE_HOST");
  access.server = fmt::format(fmt::runtime(host.find(':') == std::string::npos ? "https://{}:{}" : "https://[{}]:{}"),
                              host, port.empty() ? "443" : port);
  UPSHIFT_ASSIGN(const Endpoint endpoint,
                 parse_endpoint(access.server, "KUBERNETES_SERVICE_HOST with KUBERNETES_SERVICE_PORT"));
  auto authority = read_file(surroundings.service_account / "ca.crt");
  if (!authority) return failure(std::move(authority.error()).with_context("the service account"));
  access.certificate_authority = std::move(*authority);
  const auto name_space = read_file(surroundings.service_account / "namespace");
  access.name_space = name_space ? without_space(*name_space) : "";
  if (access.name_space.empty()) access.name_space = "default";
  access.proxy_url = proxy_from_environment(endpoint, surroundings);
  access.credentials = token_file_credential(surroundings.service_account / "token", {});
  return access;
}

Result<Access> without_overrides(const AccessOverrides& overrides, const Surroundings& surroundings) {
  UPSHIFT_ASSIGN(const Kubeconfig config, find_kubeconfig(overrides, surroundings));
  // A server and a token on the command line need no context; one that is there still lends its certificate authority.
  const bool named = !overrides.context.empty() || !config.current_context.empty();
  if (!config.empty() && (named || overrides.server.empty())) return access_of(config, overrides.context, surroundings);
  if (!overrides.context.empty()) {
    return failure(StatusCode::kNotFound,
                   fmt::format("there is no context '{}': no kubeconfig was found", overrides.context),
                   "Log in with `oc login`, or set KUBECONFIG.");
  }
  if (!overrides.server.empty()) {
    Access bare;
    bare.name_space = "default";
    return bare;
  }
  if (in_cluster(surroundings)) return service_account_access(surroundings);
  return failure(StatusCode::kFailedPrecondition, "no cluster is known: there is no kubeconfig, and this is no pod",
                 "Log in with `oc login`, set KUBECONFIG, or give --server and --token-file.");
}

}  // namespace

Surroundings Surroundings::of_this_process() {
  Surroundings surroundings;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    surroundings.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return surroundings;
}

std::string Surroundings::variable(const std::string& name) const {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

Result<Access> find_access(const AccessOverrides& overrides, const Surroundings& surroundings) {
  UPSHIFT_ASSIGN(Access access, without_overrides(overrides, surroundings));
  if (!overrides.server.empty()) {
    UPSHIFT_ASSIGN(const Endpoint endpoint, parse_endpoint(overrides.server, "--server"));
    access.server = overrides.server;
    if (access.proxy_url.empty()) access.proxy_url = proxy_from_environment(endpoint, surroundings);
  }
  if (!overrides.certificate_authority.empty()) {
    auto authority = read_file(overrides.certificate_authority);
    if (!authority) return failure(std::move(authority.error()).with_context("--certificate-authority"));
    if (authority->find("-----BEGIN ") == std::string::npos) {
      return failure(StatusCode::kInvalidArgument,
                     fmt::format("--certificate-authority: '{}' does not hold PEM", overrides.certificate_authority),
                     "", overrides.certificate_authority);
    }
    access.certificate_authority = std::move(*authority);
    access.skip_tls_verify = false;
  }
  if (overrides.skip_tls_verify) {
    if (!overrides.certificate_authority.empty()) {
      return failure(StatusCode::kInvalidArgument,
                     "--insecure-skip-tls-verify and --certificate-authority exclude each other", "Use one of them.");
    }
    access.certificate_authority.clear();
    access.skip_tls_verify = true;
  }
  if (!overrides.token_file.empty()) {
    access.credentials = token_file_credential(std::filesystem::absolute(overrides.token_file), {});
    UPSHIFT_TRY(access.credentials->current());
  }
  if (!overrides.name_space.empty()) access.name_space = overrides.name_space;
  return access;
}

}  // namespace upshift::cluster::http
