// Progress as plain lines, for logs and pipes: a line for each step that ends, for what a step waits for, for warnings.
#pragma once

#include <map>
#include <ostream>
#include <string>

#include "base/event.hpp"

namespace upshift::report {

class ProgressLines final : public EventSink {
 public:
  // `out` must outlive the object. One line is one write.
  explicit ProgressLines(std::ostream& out) : out_(out) {}
  void on_event(const Event& event) override;

 private:
  void line(const std::string& text);
  void on_waiting(const Event& event);

  std::ostream& out_;
  std::size_t total_ = 0;
  std::size_t ended_ = 0;
  bool virtual_time_ = true;
  std::map<std::string, std::string> last_wait_;  // by step: what was printed last
};

}  // namespace upshift::report
