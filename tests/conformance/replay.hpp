// Replays one recorded case, exchange by exchange, against the emulator.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cluster/transport.hpp"
#include "emulator/api.hpp"

namespace upshift::conformance {

class Replay {
 public:
  // `transport` and `api` are the two faces of one emulated cluster, in which the namespace exists and is empty.
  Replay(cluster::Transport& transport, emulator::Api& api, const Json& recording, std::string name_space)
      : transport_(transport), api_(api), recording_(recording), variables_{{"{namespace}", std::move(name_space)}} {}

  // Every difference, with the exchange it belongs to.
  std::vector<std::string> run();

 private:
  std::string fill(std::string text) const;
  Json fill(const Json& json) const;
  cluster::Request request_of(const Json& exchange) const;
  cluster::Response send(const Json& exchange);
  std::vector<std::string> compare(const Json& exchange, const cluster::Response& response) const;
  std::vector<std::string> play(const Json& exchange);
  std::vector<std::string> play_watch(const Json& exchange);
  void capture(const Json& exchange, const Json& body);
  void let_pass(Duration time);

  cluster::Transport& transport_;
  emulator::Api& api_;
  const Json& recording_;
  std::map<std::string, std::string> variables_;
};

}  // namespace upshift::conformance
