#include "cli/interrupt.hpp"

#include <csignal>
#include <cstring>

namespace upshift::cli {
namespace {

volatile std::sig_atomic_t interrupt_mark = 0;

void on_signal(int signal) {
  interrupt_mark = 1;
  // The next one has its usual effect.
  std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  // Without SA_RESTART a read that waits for the user ends, too.
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return interrupt_mark != 0;
}

}  // namespace upshift::cli
