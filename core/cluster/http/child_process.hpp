// Runs a program to its end or to a time limit and takes what it prints.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace upshift::cluster::http {

struct ChildCommand {
  std::vector<std::string> arguments;  // the first is the program, searched for in PATH where it has no slash
  std::map<std::string, std::string> environment;  // added to this process's
  Duration timeout{};
};

struct ChildResult {
  bool timed_out = false;  // it was killed
  int exit_status = -1;    // 128 + signal where a signal ended it
  std::string output;      // standard output; at most 1 MiB is kept
};

// Standard input is empty, standard error goes nowhere. An error means that the program could not be started.
Result<ChildResult> run_child(const ChildCommand& command);

}  // namespace upshift::cluster::http
