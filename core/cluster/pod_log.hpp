// The log of a container, for the people who are told that it failed.
#pragma once

#include <compare>
#include <string>

#include "cluster/client.hpp"

namespace upshift::cluster {

struct PodLog {
  std::string pod;
  std::string container;
  bool previous = false;  // of the container before its last restart
  friend auto operator<=>(const PodLog&, const PodLog&) = default;
};

// Its last lines. Errors as those of Client::get; NOT_FOUND where pod or log are gone.
Result<std::string> read_log(Client& client, const PodLog& log, int lines);

}  // namespace upshift::cluster
