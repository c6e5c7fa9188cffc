// Requests for other hosts than the API server's: what the project's routes lead to.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "emulator/server/http_message.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator::server {

struct ForeignCall {
  std::string method;
  std::string url;  // scheme, host and path
  std::vector<std::pair<std::string, std::string>> query;
  std::map<std::string, std::string> headers;  // names in lower case; may hold credentials
  std::map<std::string, std::string> form;
  std::string body;  // of other content than a form
};

struct ForeignAnswer {
  int status = 200;
  std::string body;
};

// What stands behind a route. An error is the application's: the client sees 502.
using ForeignHosts = std::function<Result<ForeignAnswer>(const ForeignCall&)>;

// The host a request is for, without the port and in lower case, where it is not the API server itself; else "".
std::string foreign_host(const HttpRequest& request);
// Asks through the project's router: 503 where no admitted route leads on, a redirect where the route wants TLS.
HttpResponse ask_foreign_host(const Store& store, const HttpRequest& request, const std::string& host, bool tls,
                              const ForeignHosts& hosts);

}  // namespace upshift::emulator::server
