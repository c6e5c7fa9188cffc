// Runs a program and takes what it prints: for tests of the real binary.
#pragma once

#include <string>
#include <vector>

namespace upshift::testing {

struct ProcessResult {
  int exit_status = -1;  // 128 + signal where a signal ended it
  std::string standard_output;
  std::string standard_error;
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
