// What a user may do in a project: asked of the server (SelfSubjectAccessReview), or written down as a Role.
#pragma once

#include <compare>
#include <set>
#include <string>
#include <string_view>

#include "cluster/transport.hpp"

namespace upshift::cluster {

struct Right {
  std::string group;     // "" is the core group
  std::string resource;  // plural, with its subresource: "pods/exec"
  std::string verb;      // get list watch create update patch delete

  // "patch deploymentconfigs.apps.openshift.io", "create pods/exec": the form for people.
  std::string display() const;
  friend auto operator<=>(const Right&, const Right&) = default;
};

using Rights = std::set<Right>;

// Adds each verb on "routes.route.openshift.io", "secrets" or "pods/log".
void add_rights(Rights& rights, std::string_view qualified_resource, std::initializer_list<std::string_view> verbs);

// Those of `asked` that the user does not have in the project: one review for each, several in flight. Errors are those
// of Transport::send; PERMISSION_DENIED, UNIMPLEMENTED: the server does not answer such questions.
Result<Rights> missing_rights(Transport& transport, const std::string& name_space, const Rights& asked);

// A Role that grants exactly `rights`, resources with the same verbs in one rule.
Json role_of(const std::string& name, const Rights& rights);

}  // namespace upshift::cluster
