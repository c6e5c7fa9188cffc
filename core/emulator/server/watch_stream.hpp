// Answers that last: watches, and logs that are followed.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "emulator/server/host.hpp"
#include "emulator/server/http_stream.hpp"
#include "emulator/server/wire.hpp"

namespace upshift::emulator::server {

// Both end the connection; they throw boost::system::system_error when it breaks.
boost::asio::awaitable<void> stream_watch(Host& host, Wire& wire, HttpStream& http, WatchPlan plan,
                                          std::optional<HttpFault> fault);
boost::asio::awaitable<void> stream_log(Host& host, Wire& wire, HttpStream& http, LogPlan plan);

// One line of a watch.
std::string watch_line(const cluster::WatchEvent& event, const WatchPlan& plan, TimePoint now);

}  // namespace upshift::emulator::server
