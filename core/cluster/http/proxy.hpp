// Which proxy the environment asks for, as programs written in Go (kubectl, oc) read it.
#pragma once

#include <string>

#include "cluster/http/access.hpp"
#include "cluster/http/endpoint.hpp"

namespace upshift::cluster::http {

// HTTPS_PROXY or HTTP_PROXY, in either case of letters; "" where NO_PROXY covers the server or it is this machine.
std::string proxy_from_environment(const Endpoint& server, const Surroundings& surroundings);

// One NO_PROXY list: "*", hosts with everything below them, ".domain", addresses, networks as ADDRESS/BITS, each with
// an optional ":PORT".
bool goes_directly(const Endpoint& server, std::string_view no_proxy);

}  // namespace upshift::cluster::http
