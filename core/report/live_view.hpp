// Progress on a terminal: steps that ended scroll by, below them a block that is drawn in place shows the running ones
// with what they wait for, since when, and why.
#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "base/event.hpp"
#include "report/text_layout.hpp"

namespace upshift::report {

class LiveView final : public EventSink {
 public:
  // `look` is asked before each drawing: the window may have been resized. `out` and `clock` must outlive the object;
  // `clock` is the wall clock, it limits how often the block is drawn.
  LiveView(std::ostream& out, std::function<Look()> look, const Clock& clock);
  // Takes the block off the screen.
  ~LiveView() override;
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  void on_event(const Event& event) override;
  // Takes the block off the screen until the next event, so that a question can stand there.
  void clear();

 private:
  struct Running {
    std::string step;
    std::string title;
    TimePoint since;
    Json conditions;  // of the last kWaiting event
  };
  void erase_block();
  void draw_block(TimePoint now);
  std::vector<std::string> block_lines(TimePoint now) const;
  void print_above(const std::string& text);
  void on_step_ended(const Event& event);
  Running* running(const std::string& step);

  std::ostream& out_;
  std::function<Look()> look_of_;
  const Clock& clock_;
  Look look_;
  TimePoint drawn_at_{};
  int block_height_ = 0;
  std::size_t total_ = 0;
  std::size_t ended_ = 0;
  std::string heading_;
  std::string stage_printed_;
  std::string hop_printed_;
  std::map<std::string, std::string> stage_of_;  // step id to its stage's heading
  std::map<std::string, std::string> hop_of_;    // of a run of several hops: step id to hop
  TimePoint started_{};
  std::vector<Running> running_;
};

}  // namespace upshift::report
