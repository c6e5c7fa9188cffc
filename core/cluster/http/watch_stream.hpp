// The body of a watch: one JSON event a line.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cluster/transport.hpp"

namespace upshift::cluster::http {

class WatchStream {
 public:
  using Sink = std::function<void(WatchEvent)>;

  // Takes the next piece of the body, of any length. False: a line was no event, which `problem()` then names, or an
  // ERROR event has ended the stream; nothing more must be fed.
  bool feed(std::string_view piece, const Sink& sink);
  bool ended_by_error() const { return ended_by_error_; }
  const std::string& problem() const { return problem_; }

 private:
  bool take_line(std::string_view line, const Sink& sink);

  std::string rest_;  // of a line whose end has not come yet
  std::string problem_;
  bool ended_by_error_ = false;
};

// The Status in a kError event for a stream that ended otherwise than by the server's own ERROR event.
Json stream_status(int code, std::string_view reason, std::string_view message);

}  // namespace upshift::cluster::http
