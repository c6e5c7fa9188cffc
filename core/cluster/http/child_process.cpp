#include "cluster/http/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace upshift::cluster::http {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t kMostOutput = std::size_t{1024} * 1024;

class Pipe {
 public:
  Pipe() { usable_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool usable() const { return usable_; }
  int end(std::size_t which) const { return ends_[which]; }
  void close_end(std::size_t which) {
    if (ends_[which] >= 0) ::close(ends_[which]);
    ends_[which] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool usable_ = false;
};

// "NAME=value" of this process with the additions on top.
std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!added.contains(std::string(text.substr(0, text.find('='))))) merged.emplace_back(text);
  }
  for (const auto& [name, value] : added) merged.push_back(name + "=" + value);
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

int spawn(const ChildCommand& command, int output, pid_t& child) {
  auto arguments = command.arguments;
  auto environment = merged_environment(command.environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // A signal that this process ignores would be ignored by the child, too.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int error = ::posix_spawnp(&child, command.arguments.front().c_str(), &actions, &attributes,
                                   pointers(arguments).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Takes what is there; false at the end of the stream.
bool drain(int descriptor, std::string& into) {
  std::array<char, 16384> buffer{};
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count > 0 && into.size() < kMostOutput) into.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

// Reads until the child has ended; what it started itself may live on and keep the stream open. False: out of time.
bool read_until_ended(int output, int ended, Steady::time_point deadline, std::string& into) {
  bool open = true;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Steady::now()).count();
    if (left <= 0) return false;
    std::array<pollfd, 2> polled{pollfd{open ? output : -1, POLLIN, 0}, pollfd{ended, POLLIN, 0}};
    if (::poll(polled.data(), polled.size(), static_cast<int>(left) + 1) < 0) continue;
    if (polled[0].revents != 0) open = drain(output, into);
    if (polled[1].revents != 0 && (!open || polled[0].revents == 0)) return true;
  }
}

}  // namespace

Result<ChildResult> run_child(const ChildCommand& command) {
  Pipe output;
  Pipe ended;
  if (!output.usable() || !ended.usable()) return failure(StatusCode::kResourceExhausted, std::strerror(errno));
  pid_t child = -1;
  if (const int error = spawn(command, output.end(1), child); error != 0) {
    return failure(error == ENOENT ? StatusCode::kNotFound : StatusCode::kFailedPrecondition, std::strerror(error));
  }
  output.close_end(1);
  // Leaves the child to be reaped below, so that its id stays its own until then.
  std::thread waiter([&ended, child] {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    ended.close_end(1);
  });
  ChildResult result;
  result.timed_out = !read_until_ended(output.end(0), ended.end(0), Steady::now() + command.timeout, result.output);
  if (result.timed_out) ::kill(child, SIGKILL);
  waiter.join();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace upshift::cluster::http
