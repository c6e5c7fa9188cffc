// The URL of a web request, taken apart.
#pragma once

#include <string_view>

#include "cluster/http/endpoint.hpp"

namespace upshift::cluster::http {

struct WebAddress {
  Endpoint server;  // without a prefix
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // decoded
};

// INVALID_ARGUMENT, without repeating the URL.
Result<WebAddress> parse_web_address(std::string_view url);

// "HOST" or "HOST:PORT"; INVALID_ARGUMENT where it is neither. `port` stands where there is none.
Result<Endpoint> parse_host(std::string_view text, std::uint16_t port, std::string_view what);

}  // namespace upshift::cluster::http
