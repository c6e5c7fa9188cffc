#include "support/branch.hpp"

#include <cerrno>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace upshift::testing {
namespace {

std::string all_of(int from) {
  std::string text;
  char piece[4096];
  for (ssize_t size = 0; (size = ::read(from, piece, sizeof piece)) > 0;) {
    text.append(piece, static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace

bool Branch::off() {
  report_.clear();
  failed_ = false;
  int ends[2];
  if (::pipe(ends) != 0) {
    wrong(std::string("no pipe to a copy: ") + std::strerror(errno));
    return false;
  }
  const auto child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    report_to_ = ends[1];
    return is_copy_ = true;
  }
  ::close(ends[1]);
  report_ = all_of(ends[0]);
  ::close(ends[0]);
  int status = 0;
  failed_ = child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  return false;
}

void Branch::wrong(const std::string& line) {
  failed_ = true;
  say("  " + line);
}

void Branch::leave() {
  for (std::size_t at = 0; at < report_.size();) {
    const auto size = ::write(report_to_, report_.data() + at, report_.size() - at);
    if (size <= 0) break;
    at += static_cast<std::size_t>(size);
  }
  ::_exit(failed_ ? 1 : 0);
}

void Branch::give_up(const std::string& why) {
  wrong(why);
  leave();
}

}  // namespace upshift::testing
