#include "cluster/http/exec_credential.hpp"

#include <fmt/format.h>
#include <optional>

#include "cluster/http/child_process.hpp"
#include "cluster/http/credential.hpp"

namespace upshift::cluster::http {
namespace {

// A token that ends within this time might be refused before the request arrives.
constexpr Duration kLeast = std::chrono::seconds(10);

struct Issued {
  Credential credential;
  std::optional<TimePoint> expires;
};

tl::unexpected<Error> wrong(const ExecPlugin& plugin, std::string_view what, std::string_view detail = {}) {
  return failure(StatusCode::kInvalidArgument, fmt::format("{} {}", plugin.where, what), std::string(detail),
                 plugin.file);
}

tl::unexpected<Error> unusable(const ExecPlugin& plugin, std::string_view what, std::string_view detail) {
  return failure(StatusCode::kUnauthenticated,
                 fmt::format("the credential plugin '{}' ({}) {}", plugin.command, plugin.where, what),
                 std::string(detail), plugin.file);
}

Status check_version(const ExecPlugin& plugin) {
  if (plugin.api_version == "client.authentication.k8s.io/v1" ||
      plugin.api_version == "client.authentication.k8s.io/v1beta1") {
    return {};
  }
  if (plugin.api_version.empty()) return wrong(plugin, "has no apiVersion");
  return wrong(plugin, fmt::format("has the apiVersion '{}', which is not supported", plugin.api_version),
               "Use client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1.");
}

Status read_environment(const Json& exec, ExecPlugin& plugin) {
  for (const auto& variable : array_at(exec, "/env")) {
    const auto name = string_at(variable, "/name");
    if (name.empty() || name.find('=') != std::string::npos)
      return wrong(plugin, "has an env entry without a usable name");
    plugin.environment[name] = string_at(variable, "/value");
  }
  return {};
}

Result<Issued> read_answer(const ExecPlugin& plugin, const std::string& output) {
  const auto parsed = parse_json(output, "the answer");
  if (!parsed || string_at(*parsed, "/kind") != "ExecCredential") {
    return unusable(plugin, "did not print an ExecCredential", "Run it in a terminal to see what it prints.");
  }
  if (string_at(*parsed, "/apiVersion") != plugin.api_version) {
    return unusable(plugin, fmt::format("answered in another apiVersion than '{}'", plugin.api_version),
                    "Set apiVersion in the kubeconfig to the one that the plugin speaks.");
  }
  Issued issued;
  if (const auto token = string_at(*parsed, "/status/token"); !token.empty()) {
    if (token.find_first_of(" \t\r\n") != std::string::npos) {
      return unusable(plugin, "printed a status.token that is not one token", "Report it to the plugin's author.");
    }
    issued.credential.authorization = bearer(token);
  }
  issued.credential.certificate = string_at(*parsed, "/status/clientCertificateData");
  issued.credential.key = string_at(*parsed, "/status/clientKeyData");
  if (issued.credential.certificate.empty() != issued.credential.key.empty()) {
    return unusable(plugin, "printed only one of status.clientCertificateData and status.clientKeyData",
                    "Report it to the plugin's author.");
  }
  if (issued.credential.authorization.empty() && issued.credential.certificate.empty()) {
    return unusable(plugin, "printed neither a token nor a client certificate",
                    "Run it in a terminal; it may want a login first.");
  }
  if (const auto expires = string_at(*parsed, "/status/expirationTimestamp"); !expires.empty()) {
    const auto time = parse_rfc3339(expires);
    if (!time) {
      return unusable(plugin, "printed a status.expirationTimestamp that is no time",
                      "Report it to the plugin's author.");
    }
    issued.expires = *time;
  }
  return issued;
}

class ExecCredential final : public CredentialSource {
 public:
  ExecCredential(ExecPlugin plugin, Credential fallback, std::shared_ptr<const Clock> clock)
      : plugin_(std::move(plugin)), fallback_(std::move(fallback)), clock_(std::move(clock)) {}

  Result<Credential> current() override {
    if (!issued_ || (issued_->expires && *issued_->expires - kLeast <= clock_->now())) {
      UPSHIFT_ASSIGN(issued_, issue());
    }
    Credential credential = issued_->credential;
    if (credential.certificate.empty()) {
      credential.certificate = fallback_.certificate;
      credential.key = fallback_.key;
    }
    return credential;
  }

  bool renew() override {
    issued_.reset();
    return true;
  }

 private:
  Result<std::optional<Issued>> issue() const {
    Json info = {{"apiVersion", plugin_.api_version}, {"kind", "ExecCredential"}, {"spec", {{"interactive", false}}}};
    if (!plugin_.cluster.is_null()) info["spec"]["cluster"] = plugin_.cluster;
    ChildCommand child;
    child.arguments = plugin_.arguments;
    child.arguments.insert(child.arguments.begin(), plugin_.command);
    child.environment = plugin_.environment;
    child.environment["KUBERNETES_EXEC_INFO"] = to_text(info);
    child.timeout = plugin_.timeout;
    const auto result = run_child(child);
    if (!result) {
      return unusable(plugin_, fmt::format("cannot be run: {}", result.error().summary),
                      plugin_.install_hint.empty() ? "Install it or correct the kubeconfig." : plugin_.install_hint);
    }
    if (result->timed_out) {
      return unusable(plugin_, fmt::format("gave no answer within {}", to_text(plugin_.timeout)),
                      "Run it in a terminal; it may wait for an answer.");
    }
    if (result->exit_status != 0) {
      return unusable(plugin_, fmt::format("ended with status {}", result->exit_status),
                      "Run it in a terminal to see why; it may want a new login.");
    }
    UPSHIFT_ASSIGN(Issued issued, read_answer(plugin_, result->output));
    return std::optional<Issued>(std::move(issued));
  }

  ExecPlugin plugin_;
  Credential fallback_;
  std::shared_ptr<const Clock> clock_;
  std::optional<Issued> issued_;
};

}  // namespace

Result<ExecPlugin> read_exec_plugin(const Json& exec, const std::filesystem::path& directory, std::string where,
                                    std::string file) {
  ExecPlugin plugin;
  plugin.where = std::move(where);
  plugin.file = std::move(file);
  if (!exec.is_object()) return wrong(plugin, "is not an object");
  plugin.api_version = string_at(exec, "/apiVersion");
  UPSHIFT_TRY(check_version(plugin));
  plugin.command = string_at(exec, "/command");
  if (plugin.command.empty()) return wrong(plugin, "has no command");
  if (plugin.command.find('/') != std::string::npos && !std::filesystem::path(plugin.command).is_absolute()) {
    plugin.command = (directory / plugin.command).lexically_normal().string();
  }
  for (const auto& argument : array_at(exec, "/args")) {
    if (!argument.is_string()) return wrong(plugin, "has an args entry that is not text", "Put it in quotes.");
    plugin.arguments.push_back(argument.get<std::string>());
  }
  UPSHIFT_TRY(read_environment(exec, plugin));
  const auto mode = string_at(exec, "/interactiveMode", "IfAvailable");
  if (mode == "Always") {
    return wrong(plugin, "has interactiveMode Always: it wants to ask questions, and upshift gives it no terminal",
                 "Use a plugin that can answer alone, or give a token with --token-file.");
  }
  if (mode != "Never" && mode != "IfAvailable") return wrong(plugin, "has an interactiveMode that is not known");
  plugin.install_hint = string_at(exec, "/installHint");
  return plugin;
}

std::unique_ptr<CredentialSource> exec_credential(ExecPlugin plugin, Credential fallback,
                                                  std::shared_ptr<const Clock> clock) {
  return std::make_unique<ExecCredential>(std::move(plugin), std::move(fallback), std::move(clock));
}

}  // namespace upshift::cluster::http
