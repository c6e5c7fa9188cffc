// What a user may do: as the Roles and ClusterRoles say that the project's bindings give to the user or its groups.
#pragma once

#include "emulator/server/request_attributes.hpp"
#include "emulator/server/users.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator::server {

struct Decision {
  bool allowed = false;
  std::string reason;  // as a SelfSubjectAccessReview words it; "" where there is nothing to say
};

Decision authorize(const Store& store, const User& user, const RequestAttributes& attributes);

// {"resourceRules", "nonResourceRules", "incomplete"} of a user in a namespace.
Json rules_of(const Store& store, const User& user, const std::string& name_space);

}  // namespace upshift::emulator::server
