// libcurl's multi interface: lets several exchanges go on at the same time on the calling thread.
#pragma once

#include <curl/curl.h>
#include <set>

#include "cluster/http/exchange.hpp"

namespace upshift::cluster::http {

class CurlLoop {
 public:
  CurlLoop();
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  // The exchange must stay until it is finished or removed.
  void add(Exchange& exchange);
  void remove(Exchange& exchange);
  // Lets transfers go on until something has moved, an exchange has finished, `limit` is reached or `descriptor`, where
  // it is one, can be read from.
  void turn(Steady::time_point limit, int descriptor = -1);

 private:
  // True where an exchange finished or a watch brought something: whoever waits looks at that first.
  bool advance();
  void finish_late(Steady::time_point now);

  CURLM* multi_ = nullptr;
  std::set<Exchange*> exchanges_;
  // Something was added that libcurl has not begun yet.
  bool added_ = false;
};

}  // namespace upshift::cluster::http
