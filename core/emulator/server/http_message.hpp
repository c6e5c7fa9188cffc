// HTTP requests and answers as the server's parts pass them on; only connection.cpp knows how they travel.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace upshift::emulator::server {

struct HttpRequest {
  std::string method;
  std::string path;                                        // as sent, without the query
  std::vector<std::pair<std::string, std::string>> query;  // decoded
  std::multimap<std::string, std::string> headers;         // names in lower case
  std::string body;

  // The first value, "" where there is none.
  std::string header(std::string_view name) const;
  std::string query_value(std::string_view name) const;
  std::vector<std::string> query_values(std::string_view name) const;
  // A query parameter that is set and neither "0" nor "false".
  bool flag(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;
};

HttpResponse json_response(int status, const Json& body);
// A refusal with a Status body.
HttpResponse refusal(int status, std::string_view reason, std::string message, Json details = nullptr);

// Splits a request target into the path and the decoded query.
void set_target(HttpRequest& request, std::string_view target);
// Percent decoding; with `form`, '+' is a space. Malformed escapes stay as they are.
std::string decode_percent(std::string_view text, bool form);

}  // namespace upshift::emulator::server
