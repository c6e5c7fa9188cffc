// Who answers a run's gates: --yes, --yes-to, or a person at the terminal.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "cli/option_set.hpp"
#include "engine/dependencies.hpp"

namespace upshift::cli {

class Gatekeeper {
 public:
  struct Terminal {
    int input = -1;  // a file descriptor; -1: there is nobody to ask
    std::ostream* output = nullptr;
    std::function<void()> before_asking;  // takes what is drawn there off the screen; may be empty
  };

  // `yes_to` are globs of step ids.
  Gatekeeper(bool yes, std::vector<std::string> yes_to, Terminal terminal)
      : yes_(yes), yes_to_(std::move(yes_to)), terminal_(std::move(terminal)) {}

  // Blocks while a person thinks; an interrupt or the end of the input is a no.
  engine::GateAnswer answer(const plan::Step& step) const;

 private:
  engine::GateAnswer ask(const plan::Step& step) const;

  bool yes_;
  std::vector<std::string> yes_to_;
  Terminal terminal_;
};

// --yes and --yes-to.
void add_gate_options(OptionSet& options);
// Asks on stdin and stderr where both are terminals. `before_asking` as above.
Gatekeeper make_gatekeeper(const Arguments& arguments, std::function<void()> before_asking);

}  // namespace upshift::cli
