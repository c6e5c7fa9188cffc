// A copy of this process that branches off, goes on alone and reports how that went: what a test does once per point
// of a long run, without the run up to there. Copies run one at a time.
#pragma once

#include <string>

namespace upshift::testing {

class Branch {
 public:
  // True in the copy. False in the process itself, once the copy has left.
  bool off();
  bool is_copy() const { return is_copy_; }

  // In the copy. What is wrong makes a failure of it.
  void say(const std::string& line) { report_ += line + "\n"; }
  void wrong(const std::string& line);
  [[noreturn]] void leave();
  [[noreturn]] void give_up(const std::string& why);

  // In the process itself, of the last copy. One that could not be made, or that died, failed too.
  const std::string& report() const { return report_; }
  bool failed() const { return failed_; }

 private:
  bool is_copy_ = false, failed_ = false;
  int report_to_ = -1;
  std::string report_;
};

}  // namespace upshift::testing
