#include "support/process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <poll.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace upshift::testing {
namespace {

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(std::size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
};

// Journals are synced at each write, which takes a disk its time: in memory where there is room and nobody says
// otherwise.
std::filesystem::path place_of_directories() {
  static const char kMemory[] = "/dev/shm";
  std::error_code problem;
  const bool chosen = std::getenv("TMPDIR") != nullptr;
  const auto room = std::filesystem::space(kMemory, problem).available;
  const bool is_there = !problem && room > (std::uintmax_t{1} << 30) && ::access(kMemory, W_OK | X_OK) == 0;
  return !chosen && is_there ? kMemory : std::filesystem::temp_directory_path();
}

[[noreturn]] void become(const std::vector<std::string>& command, const ProcessOptions& options, const Pipe& input,
                         const Pipe& output, const Pipe& error) {
  ::dup2(input.ends[0], STDIN_FILENO);
  ::dup2(output.ends[1], STDOUT_FILENO);
  ::dup2(error.ends[1], STDERR_FILENO);
  if (!options.directory.empty() && ::chdir(options.directory.c_str()) != 0) ::_exit(127);
  // What most tests upgrade when they name nothing; one that wants the program's own default clears it.
  ::setenv("UPSHIFT_SAMPLE", "threescale-2.5", 1);
  for (const auto& [name, value] : options.environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

// Reads what is there; false at the end of the stream.
bool drain(int descriptor, std::string& into) {
  std::array<char, 65536> buffer{};
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count > 0) into.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

void exchange(Pipe& input, Pipe& output, Pipe& error, std::string_view to_write, ProcessResult& result) {
  if (to_write.empty()) input.close_end(1);
  while (output.ends[0] >= 0 || error.ends[0] >= 0) {
    std::array<pollfd, 3> polled{pollfd{output.ends[0], POLLIN, 0}, pollfd{error.ends[0], POLLIN, 0},
                                 pollfd{input.ends[1], POLLOUT, 0}};
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) break;
    if (polled[0].revents != 0 && !drain(output.ends[0], result.standard_output)) output.close_end(0);
    if (polled[1].revents != 0 && !drain(error.ends[0], result.standard_error)) error.close_end(0);
    if (polled[2].revents == 0) continue;
    const ssize_t written = ::write(input.ends[1], to_write.data(), to_write.size());
    if (written > 0) to_write.remove_prefix(static_cast<std::size_t>(written));
    if (to_write.empty() || (written < 0 && errno != EINTR)) input.close_end(1);
  }
}

struct Ending {
  int status = -1;
  double cpu_seconds = 0;
  long peak_kib = 0;
};

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Ending reap(pid_t child) {
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime), usage.ru_maxrss};
}

std::vector<std::string> upshift_command(std::vector<std::string> arguments) {
  std::vector<std::string> command{UPSHIFT_BUILD_DIR "/bin/upshift"};
  std::move(arguments.begin(), arguments.end(), std::back_inserter(command));
  return command;
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
  // A program that ends before it has read its input must not end the test.
  static const auto ignored = std::signal(SIGPIPE, SIG_IGN);
  static_cast<void>(ignored);
  Pipe input;
  Pipe output;
  Pipe error;
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) become(command, options, input, output, error);
  input.close_end(0);
  output.close_end(1);
  error.close_end(1);
  ProcessResult result;
  exchange(input, output, error, options.standard_input, result);
  const Ending ending = reap(child);
  result.exit_status = ending.status;
  result.cpu_seconds = ending.cpu_seconds;
  result.peak_kib = ending.peak_kib;
  return result;
}

ProcessResult run_upshift(std::vector<std::string> arguments, const ProcessOptions& options) {
  return run_process(upshift_command(std::move(arguments)), options);
}

BackgroundUpshift::BackgroundUpshift(std::vector<std::string> arguments, const ProcessOptions& options) {
  Pipe input, output, error;
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) become(upshift_command(std::move(arguments)), options, input, output, error);
  output_ = std::exchange(output.ends[0], -1);
  error_ = std::exchange(error.ends[0], -1);
}

std::string BackgroundUpshift::line() {
  std::string line;
  char one = 0;
  while (::read(output_, &one, 1) == 1 && one != '\n') line += one;
  return line;
}

bool BackgroundUpshift::says(std::string_view text) {
  while (standard_error_.find(text) == std::string::npos) {
    if (!drain(error_, standard_error_)) return false;
  }
  return true;
}

BackgroundUpshift::~BackgroundUpshift() {
  if (pid_ > 0) {
    signal(SIGKILL);
    wait();
  }
  ::close(output_);
  ::close(error_);
}

void BackgroundUpshift::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

int BackgroundUpshift::wait() {
  // Both at once: a program that fills a pipe which nobody empties never ends.
  std::string rest;
  bool tells = true, prints = true;
  while (tells || prints) {
    std::array<pollfd, 2> waiting{{{tells ? error_ : -1, POLLIN, 0}, {prints ? output_ : -1, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    if (waiting[0].revents != 0) tells = drain(error_, standard_error_);
    if (waiting[1].revents != 0) prints = drain(output_, rest);
  }
  const Ending ending = reap(std::exchange(pid_, -1));
  cpu_seconds_ = ending.cpu_seconds;
  peak_kib_ = ending.peak_kib;
  return ending.status;
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (place_of_directories() / "upshift-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace upshift::testing
