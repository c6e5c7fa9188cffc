// What all connections of one server share. Owned by the server; outlives them.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>

#include "emulator/server/foreign_host.hpp"
#include "emulator/server/project_clock.hpp"
#include "emulator/server/request_log.hpp"
#include "emulator/server/service.hpp"

namespace upshift::emulator::server {

struct Host {
  Emulator& emulator;
  Service& service;
  FaultPlan& faults;
  RequestLog& requests;
  ProjectClock& clock;
  const ForeignHosts& foreign_hosts;
  boost::asio::ssl::context* tls = nullptr;  // null: plain
  std::size_t largest_body = 3U << 20U;      // bytes
  // To be called when a request may have given the project something to do.
  std::function<void()> wake = {};
};

}  // namespace upshift::emulator::server
