// What a server was asked, in order: how often, and for what.
#pragma once

#include <deque>
#include <string>

#include "emulator/server/http_message.hpp"

namespace upshift::emulator::server {

class RequestLog {
 public:
  // Returns the request's number, from 1 on. Bodies are not kept, nor the query of a request to a foreign host: it may
  // hold credentials.
  std::size_t begin(const HttpRequest& request, const std::string& foreign_host);
  // What became of it: an HTTP status, 0 where the connection ended without; the fault that acted, or "".
  void end(std::size_t number, int status, std::string_view fault);

  std::size_t count() const { return count_; }
  void clear();
  // {"count", "requests": [{"number", "method", "path", "query"?, "host"?, "status", "fault"?}]}; only the latest
  // 10,000 are listed.
  Json to_json() const;

 private:
  struct Entry {
    std::size_t number = 0;
    std::string method, path, query, host, fault;
    int status = 0;
  };
  std::deque<Entry> entries_;
  std::size_t count_ = 0;
  std::size_t cleared_at_ = 0;
};

}  // namespace upshift::emulator::server
