// Credentials from a program that the kubeconfig names (client.authentication.k8s.io): run without a terminal, its
// answer kept until it expires.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cluster/http/access.hpp"

namespace upshift::cluster::http {

struct ExecPlugin {
  std::string api_version;                         // client.authentication.k8s.io/v1 or /v1beta1
  std::string command;                             // absolute, or searched for in PATH
  std::vector<std::string> arguments;              // may hold secrets: never shown
  std::map<std::string, std::string> environment;  // added to this process's
  std::string install_hint;
  Json cluster;       // what the plugin is told of the cluster; null: nothing
  std::string where;  // "FILE: users[NAME].user.exec", for messages
  std::string file;
  Duration timeout = std::chrono::seconds(60);
};

// Reads users[].user.exec. `directory` is what a command with a slash is relative to.
Result<ExecPlugin> read_exec_plugin(const Json& exec, const std::filesystem::path& directory, std::string where,
                                    std::string file);

// `fallback` gives what the plugin does not: a client certificate that stands in the kubeconfig beside it.
std::unique_ptr<CredentialSource> exec_credential(ExecPlugin plugin, Credential fallback,
                                                  std::shared_ptr<const Clock> clock);

}  // namespace upshift::cluster::http
