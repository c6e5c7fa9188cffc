// Runs a program and takes what it prints: for tests of the real binary.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace upshift::testing {

struct ProcessResult {
  int exit_status = -1;  // 128 + signal where a signal ended it
  std::string standard_output;
  std::string standard_error;
  double cpu_seconds = 0;  // of the process itself, user and system
  long peak_kib = 0;       // of its resident memory
};

struct ProcessOptions {
  std::string standard_input;
  std::string directory;                                         // "": the caller's
  std::vector<std::pair<std::string, std::string>> environment;  // added to the caller's
};

// Both outputs are pipes. Waits for the end.
ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options = {});

// The built program with these arguments.
ProcessResult run_upshift(std::vector<std::string> arguments, const ProcessOptions& options = {});

// The built program in the background: a server, or a run that is to be disturbed. Ended with the object.
class BackgroundUpshift {
 public:
  explicit BackgroundUpshift(std::vector<std::string> arguments, const ProcessOptions& options = {});
  ~BackgroundUpshift();
  BackgroundUpshift(const BackgroundUpshift&) = delete;
  BackgroundUpshift& operator=(const BackgroundUpshift&) = delete;

  // The next line of its stdout, waited for; "" at the end.
  std::string line();
  // Waits until its stderr has said the text; false where it ended without.
  bool says(std::string_view text);
  int pid() const { return pid_; }
  void signal(int number) const;
  // Waits for its end: the exit status, 128 + signal where a signal ended it.
  int wait();
  // All of it that was read so far; whole after wait().
  const std::string& standard_error() const { return standard_error_; }
  // Usage of the ended process.
  double cpu_seconds() const { return cpu_seconds_; }
  long peak_kib() const { return peak_kib_; }

 private:
  int pid_ = -1;
  int output_ = -1;
  int error_ = -1;
  std::string standard_error_;
  double cpu_seconds_ = 0;
  long peak_kib_ = 0;
};

// A fresh directory that is removed with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace upshift::testing
