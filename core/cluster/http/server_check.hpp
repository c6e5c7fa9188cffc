// Whether an API server answers, and what kind it is: asked before anything else, so that a wrong address, proxy or
// token is named as such.
#pragma once

#include <string>
#include <vector>

#include "cluster/transport.hpp"

namespace upshift::cluster::http {

struct ServerFacts {
  std::string kubernetes_version;       // "v1.11.0+d4cacc0"
  std::vector<std::string> api_groups;  // without the core group
  bool serves(std::string_view group) const;
};

// Two requests. Errors beside those of Transport::send: FAILED_PRECONDITION (somebody else answers than a Kubernetes
// API server, or it lacks one of `groups`), UNAUTHENTICATED, PERMISSION_DENIED, UNAVAILABLE (5xx).
Result<ServerFacts> check_server(Transport& transport, const std::vector<std::string>& groups);

// Whether the project is there and this user may look into it. One request; two where the user may not read the project
// itself but perhaps what is in it. NOT_FOUND, PERMISSION_DENIED (which is also what some clusters say of a project
// that does not exist), FAILED_PRECONDITION (it is being deleted), UNAUTHENTICATED, UNAVAILABLE.
Status check_project(Transport& transport, const std::string& name_space);

// "v3.11.0+…", "4.14.7"; "" where the server does not tell this user. One request or two.
std::string openshift_version(Transport& transport);

}  // namespace upshift::cluster::http
