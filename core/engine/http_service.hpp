// Calls of a product's own HTTP API. Behind it: a real client, or plugins' simulations in a rehearsal.
#pragma once

#include <map>
#include <string>

#include "base/result.hpp"

namespace upshift::engine {

struct HttpCall {
  std::string method;
  std::string url;                             // without secrets
  std::map<std::string, std::string> headers;  // may hold credentials: never logged
  std::map<std::string, std::string> form;
  std::map<std::string, std::string> secret_query;  // added to the URL when it is sent, never logged
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

class HttpService {
 public:
  virtual ~HttpService() = default;
  // Every HTTP status is a value. UNAVAILABLE: no whole answer came, the call may have been acted on.
  virtual Result<HttpAnswer> send(const HttpCall& call) = 0;
};

}  // namespace upshift::engine
