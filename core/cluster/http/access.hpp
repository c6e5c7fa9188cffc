// How a cluster is reached and who is asking: found as kubectl finds it, from kubeconfig files, a pod's service account
// or options of the command line.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace upshift::cluster::http {

// What proves who is asking. Never goes into a message or a log.
struct Credential {
  std::string authorization;  // the Authorization header's value; "" sends none
  std::string certificate;    // PEM with its chain; "" presents none
  std::string key;            // PEM
};

// Where credentials come from. Used by one thread.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // For the next request. Errors name the file or the plugin and the field, never a value.
  virtual Result<Credential> current() = 0;
  // The server did not accept what current() gave; what was kept of it is forgotten. False: asking again gives the
  // same.
  virtual bool renew() = 0;
};

struct Access {
  std::string context;                // of the kubeconfig; "" where there is none
  std::string server;                 // URL, may end in a path
  std::string name_space;             // where nobody names another; never ""
  std::string certificate_authority;  // PEM; "" trusts what the system trusts
  std::string tls_server_name;        // expected in the certificate; "" is the server's host
  bool skip_tls_verify = false;
  std::string proxy_url;                                     // "": directly
  std::vector<std::pair<std::string, std::string>> headers;  // whom to act as, where the kubeconfig says so
  std::shared_ptr<CredentialSource> credentials;             // null: anonymous
};

// Options of the command line; "" leaves what was found.
struct AccessOverrides {
  std::string kubeconfig = {};
  std::string context = {};
  std::string server = {};
  std::string token_file = {};
  std::string certificate_authority = {};
  std::string name_space = {};
  bool skip_tls_verify = false;
};

// What is read of the process and its machine, so that a test can bring its own.
struct Surroundings {
  std::map<std::string, std::string> environment;
  std::filesystem::path service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
  std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();  // what credentials expire by

  static Surroundings of_this_process();
  std::string variable(const std::string& name) const;  // "" where it is not set
};

// In kubectl's order: the overrides' kubeconfig, $KUBECONFIG, ~/.kube/config, the service account of the pod we run in.
// FAILED_PRECONDITION: there is nothing to go by. INVALID_ARGUMENT, NOT_FOUND: a file or field is wrong; the path names
// the file.
Result<Access> find_access(const AccessOverrides& overrides, const Surroundings& surroundings);

}  // namespace upshift::cluster::http
