// URLs as far as a server's address and a request's path need them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cluster/transport.hpp"

namespace upshift::cluster::http {

struct Endpoint {
  std::string scheme;  // "https", "http"; for proxies also "socks5" and the like
  std::string user;    // "name:password" as written, only in proxies
  std::string host;    // without brackets
  std::uint16_t port = 0;
  std::string prefix;  // path before every request's own, without a slash at the end

  bool tls() const { return scheme == "https"; }
  std::string authority() const;  // "host:port", an IPv6 address in brackets
  std::string url() const;        // without the user
};

// `what` names the setting in the error. A server without a scheme is taken for https, as kubectl does.
Result<Endpoint> parse_endpoint(std::string_view url, std::string_view what);

std::string percent_encoded(std::string_view text);
// What is not an encoded byte stays as it is.
std::string percent_decoded(std::string_view text);
// "/api/v1/pods?limit=500", encoded; the endpoint's prefix in front.
std::string target_of(const Endpoint& endpoint, const Request& request);

}  // namespace upshift::cluster::http
