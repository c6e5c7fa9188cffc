#include "report/live_view.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "report/run_record.hpp"

namespace upshift::report {
namespace {

constexpr Duration kRedrawInterval{50};
constexpr std::size_t kMostRunningShown = 6;
constexpr int kRuleWidth = 60;

std::string stage_heading(const Json& step) {
  const auto guide = string_at(step, "/guide");
  const auto title = string_at(step, "/stage_title", string_at(step, "/stage"));
  return guide.empty() ? title : guide + "  " + title;
}

std::string without_hop(const std::string& step) {
  const auto slash = step.find('/');
  return slash == std::string::npos ? step : step.substr(slash + 1);
}

bool has_one_hop(const std::map<std::string, std::string>& hops) {
  return std::all_of(hops.begin(), hops.end(), [&](const auto& one) { return one.second == hops.begin()->second; });
}

// "── 2.4-2.5 ───": as wide as the window allows.
std::string rule(const std::string& hop, int width) {
  std::string line = "── " + hop + " ";
  for (int i = display_width(line); i < std::min(width, kRuleWidth); ++i) line += "─";
  return line;
}

}  // namespace

LiveView::LiveView(std::ostream& out, std::function<Look()> look, const Clock& clock)
    : out_(out), look_of_(std::move(look)), clock_(clock), look_(look_of_()) {}

LiveView::~LiveView() {
  clear();
}

void LiveView::clear() {
  erase_block();
  out_ << std::flush;
}

void LiveView::on_event(const Event& event) {
  look_ = look_of_();
  const Json& data = event.data;
  switch (event.kind) {
    case Event::Kind::kRunStarted:
      total_ = array_at(data, "/steps").size();
      ended_ = steps_over(data);
      heading_ = string_at(data, "/from").empty() ? string_at(data, "/product")
                                                  : fmt::format("{} {} → {}", string_at(data, "/product"),
                                                                string_at(data, "/from"), string_at(data, "/to"));
      started_ = event.at;
      for (const Json& step : array_at(data, "/steps")) {
        stage_of_[string_at(step, "/id")] = stage_heading(step);
        hop_of_[string_at(step, "/id")] = string_at(step, "/hop");
      }
      if (hop_of_.empty() || has_one_hop(hop_of_)) hop_of_.clear();
      break;
    case Event::Kind::kStepStarted:
      running_.push_back({event.step, string_at(data, "/title"), event.at, Json::array()});
      break;
    case Event::Kind::kWaiting:
      if (Running* step = running(event.step)) step->conditions = array_at(data, "/conditions");
      break;
    case Event::Kind::kStepEnded:
      on_step_ended(event);
      break;
    case Event::Kind::kDiagnostic: {
      const Diagnostic diagnostic = diagnostic_of(data);
      if (diagnostic.severity < Severity::kWarning) return;
      const std::string word(to_string(diagnostic.severity));
      print_above("  " + paint(look_, tone_of(word), pad(word, 8)) + " " +
                  clip(printable(diagnostic.summary), look_.width - 12));
      break;
    }
    case Event::Kind::kRunEnded:
      running_.clear();
      erase_block();
      out_ << std::flush;
      return;
    default:
      return;
  }
  const TimePoint wall = clock_.now();
  if (block_height_ > 0 && wall - drawn_at_ < kRedrawInterval) return;
  drawn_at_ = wall;
  erase_block();
  draw_block(event.at);
}

void LiveView::on_step_ended(const Event& event) {
  ++ended_;
  std::erase_if(running_, [&](const Running& step) { return step.step == event.step; });
  if (const auto hop = hop_of_.find(event.step); hop != hop_of_.end() && hop->second != hop_printed_) {
    hop_printed_ = hop->second;
    stage_printed_.clear();
    print_above(paint(look_, Tone::kStrong, clip(rule(printable(hop->second), look_.width - 1), look_.width - 1)));
  }
  const std::string& stage = stage_of_[event.step];
  if (stage != stage_printed_ && !stage.empty()) {
    stage_printed_ = stage;
    print_above(paint(look_, Tone::kStrong, clip(printable(stage), look_.width - 1)));
  }
  const auto state = string_at(event.data, "/state");
  const auto summary = printable(without_hop(event.step) + "  " + string_at(event.data, "/summary"));
  print_above("  " + paint(look_, tone_of(state), pad(state, 8)) + " " + clip(summary, look_.width - 12));
}

// A line that stays: it takes the place of the block's first line, and the block moves down.
void LiveView::print_above(const std::string& text) {
  erase_block();
  out_ << text + "\n";
}

void LiveView::erase_block() {
  if (block_height_ == 0) return;
  out_ << fmt::format("\x1b[{}A\r\x1b[J", block_height_);
  block_height_ = 0;
}

void LiveView::draw_block(TimePoint now) {
  const auto lines = block_lines(now);
  for (const auto& line : lines) out_ << line + "\n";
  block_height_ = static_cast<int>(lines.size());
  out_ << std::flush;
}

std::vector<std::string> LiveView::block_lines(TimePoint now) const {
  const int width = look_.width - 1;
  std::vector<std::string> lines;
  std::string head = fmt::format("{}  {} of {} steps", heading_, ended_, total_);
  if (!hop_of_.empty() && !running_.empty()) {
    const auto hop = hop_of_.find(running_.front().step);
    if (hop != hop_of_.end()) head += fmt::format("  in {}, {}", hop->second, to_text(now - started_));
  }
  lines.push_back(paint(look_, Tone::kDim, clip(head, width)));
  std::size_t shown = 0;
  for (const Running& step : running_) {
    if (++shown > kMostRunningShown) {
      lines.push_back(clip(fmt::format("  and {} more", running_.size() - kMostRunningShown), width));
      break;
    }
    lines.push_back(clip(fmt::format("  > {}  {}", without_hop(step.step), to_text(now - step.since)), width));
    for (const Json& condition : step.conditions) {
      const auto reason = string_at(condition, "/reason");
      const Duration since(int_at(condition, "/since_ms"));
      const auto text = fmt::format("{}{}{}{}", string_at(condition, "/text"), reason.empty() ? "" : ": ", reason,
                                    since < std::chrono::seconds(1) ? "" : " (for " + to_text(since) + ")");
      lines.push_back(clip("      waits for " + printable(text), width));
    }
  }
  return lines;
}

LiveView::Running* LiveView::running(const std::string& step) {
  const auto found = std::find_if(running_.begin(), running_.end(), [&](const Running& r) { return r.step == step; });
  return found == running_.end() ? nullptr : &*found;
}

}  // namespace upshift::report
