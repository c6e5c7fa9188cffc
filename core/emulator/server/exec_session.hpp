// A command in a pod over one connection: takes what the client types, runs the command, sends back what it wrote.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "emulator/server/exec_plan.hpp"
#include "emulator/server/http_message.hpp"
#include "emulator/server/wire.hpp"

namespace upshift::emulator::server {

// Both answer the upgrade request and end the connection; they throw boost::system::system_error when it breaks.
//
// A command is run once its whole input is there. Over SPDY the client ends the stream. Over WebSocket the protocol
// knows no end of input: it has come with the number of bytes that a counted input promises, with an empty frame on the
// input channel, or when the client closes the connection. A client that does none of these waits, as it would for a
// command that reads to the end of its input on a real node.
boost::asio::awaitable<void> exec_over_websocket(Wire& wire, const HttpRequest& request, ExecPlan plan, RunCommand run);
boost::asio::awaitable<void> exec_over_spdy(Wire& wire, std::string received, ExecPlan plan, RunCommand run);

// The Status that ends a session.
Json exec_status(const Result<cluster::ExecResult>& result);

constexpr std::string_view kChannelProtocol = "v4.channel.k8s.io";

}  // namespace upshift::emulator::server
