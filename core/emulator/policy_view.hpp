// Roles and bindings under OpenShift's own group: the objects of rbac.authorization.k8s.io in another form.
#pragma once

#include <functional>
#include <optional>

#include "cluster/transport.hpp"

namespace upshift::emulator {

// The answer to a request for a (cluster) role or binding of authorization.openshift.io; nullopt for any other request.
// `rbac` answers the same for the group that they are stored in.
std::optional<cluster::Response> answer_policy(const cluster::Request& request,
                                               const std::function<cluster::Response(const cluster::Request&)>& rbac);

// An object of rbac.authorization.k8s.io as the other group shows it, and back. `to_rbac` fails where the object cannot
// be one: a subject of an unknown kind, a role in another namespace.
Json to_policy(const Json& object);
Result<Json> to_rbac(const Json& object, const std::string& name_space);

}  // namespace upshift::emulator
