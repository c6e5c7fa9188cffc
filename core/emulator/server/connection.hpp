// One client's connection: requests in, answers out, until either side ends it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "emulator/server/host.hpp"

namespace upshift::emulator::server {

// The host must outlive the connection.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket, Host& host);

}  // namespace upshift::emulator::server
