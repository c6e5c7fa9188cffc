#include "cli/interrupt.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace upshift::cli {
namespace {

volatile std::sig_atomic_t interrupt_mark = 0;
int descriptor = -1;

void on_signal(int signal) {
  interrupt_mark = 1;
  const int interrupted_call = errno;
  constexpr std::uint64_t kOne = 1;
  // Fails only where it can be read from already.
  static_cast<void>(!::write(descriptor, &kOne, sizeof kOne));
  errno = interrupted_call;
  // The next one has its usual effect.
  std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interrupts() {
  if (descriptor < 0) descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  // Without SA_RESTART a read that waits for the user ends, too.
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // Whoever reads the output may end first (`| head`); what is under way goes on.
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() {
  return interrupt_mark != 0;
}

int interrupt_descriptor() {
  return descriptor;
}

void rest(Duration time) {
  pollfd signal{descriptor, POLLIN, 0};
  static_cast<void>(::poll(&signal, 1, static_cast<int>(time.count())));
}

}  // namespace upshift::cli
