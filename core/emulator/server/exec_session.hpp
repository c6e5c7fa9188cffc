// A command in a pod over one connection: takes what the client types, runs the command, sends back what it wrote.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "emulator/server/exec_plan.hpp"
#include "emulator/server/http_message.hpp"
#include "emulator/server/wire.hpp"

namespace upshift::emulator::server {

// Both answer the upgrade request and end the connection; they throw boost::system::system_error when it breaks.
//
// Over WebSocket a client cannot say that its input has ended. The command is run once the client has closed, sent an
// empty frame on the input channel, or been silent for a while.
boost::asio::awaitable<void> exec_over_websocket(Wire& wire, const HttpRequest& request, ExecPlan plan, RunCommand run);
boost::asio::awaitable<void> exec_over_spdy(Wire& wire, std::string received, ExecPlan plan, RunCommand run);

// The Status that ends a session.
Json exec_status(const Result<cluster::ExecResult>& result);

constexpr std::string_view kChannelProtocol = "v4.channel.k8s.io";

}  // namespace upshift::emulator::server
