#include "fault/walk.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/branch.hpp"

namespace upshift::testing {
namespace {

using journal::ChangeState;
using journal::StepState;

constexpr Duration kLongest = std::chrono::hours(6);

bool lasts(Fault fault) {
  return fault == Fault::kUnauthorizedFromNow || fault == Fault::kGoneFromNow;
}

// A step that failed may have taken back what it had made until then; a second run makes it once more.
void leave_out_taken_back(std::vector<FaultyTransport::Acted>& acted) {
  const auto makings_of = [&acted](const std::string& path, const std::string& name) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < acted.size(); ++i) {
      const auto body = parse_json(acted[i].body, "what was sent");
      if (acted[i].call == "POST " + path && body && string_at(*body, "/metadata/name") == name) found.push_back(i);
    }
    return found;
  };
  for (std::size_t i = 0; i < acted.size();) {
    const auto& call = acted[i].call;
    const auto slash = call.rfind('/');
    const auto makings = call.starts_with("DELETE ") ? makings_of(call.substr(7, slash - 7), call.substr(slash + 1))
                                                     : std::vector<std::size_t>();
    if (makings.size() != 2 || acted[makings[0]].body != acted[makings[1]].body) {
      ++i;
      continue;
    }
    acted.erase(acted.begin() + static_cast<std::ptrdiff_t>(std::max(i, makings[1])));
    acted.erase(acted.begin() + static_cast<std::ptrdiff_t>(std::min(i, makings[1])));
    i = 0;
  }
}

// The parent, and after a fork the copy, of one run.
class Walk final : public EventSink {
 public:
  Walk(const Undisturbed& undisturbed, const WalkOptions& options) : undisturbed_(undisturbed), options_(options) {
    hop_.transport().largest_page = options.largest_page;
    hop_.transport().before = [this](std::size_t index, const Call& call) { return before(index, call); };
    hop_.answered = [this](const Result<Json>& reply) { end_at_answer(reply); };
    hop_.transport().endless = [this](const std::string& what) { branch_.give_up("it made no end: " + what); };
  }

  WalkCounts run() {
    const auto files = engine::make_memory_file_store();
    const auto result = hop_.run(*this, journal_, *files);
    if (branch_.is_copy()) conclude(result);
    EXPECT_EQ(result.exit_status(), 0) << result.summary;
    return counts_;
  }

  void on_event(const Event& event) override {
    if (event.kind != Event::Kind::kStepEnded) return;
    ended_.insert(event.step);
    if (branch_.is_copy()) end_early();
  }

 private:
  std::optional<Fault> before(std::size_t index, const Call& call) {
    if (branch_.is_copy()) {
      const bool late = hop_.transport().clock().now() > undisturbed_.ended + kLongest;
      if (late) branch_.give_up("it takes hours longer than the undisturbed run");
      return std::nullopt;
    }
    ++counts_.requests;
    if (index % options_.shards != options_.shard) return std::nullopt;
    for (const Fault fault : all_faults()) {
      if (applies(fault, call) && options_.tried(fault, call) && branch(index, call, fault)) return fault;
    }
    return std::nullopt;
  }

  // True in the copy.
  bool branch(std::size_t index, const Call& call, Fault fault) {
    if (!branch_.off()) {
      count(branch_.report());
      if (branch_.failed()) {
        ADD_FAILURE() << to_string(fault) << " at request " << index << ", " << call.text() << " of " << hop_.asker()
                      << ":\n"
                      << branch_.report();
      }
      return false;
    }
    index_ = index;
    call_ = call;
    fault_ = fault;
    asker_ = hop_.asker();
    step_ = hop_.asking_step();
    whole_ = step_.empty() || lasts(fault) || options_.to_the_end(index);
    return true;
  }

  void count(const std::string& report) {
    ++counts_.copies;
    counts_.stopped += report.find("stopped\n") != std::string::npos ? 1 : 0;
    counts_.ended_well += report.find("ended well\n") != std::string::npos ? 1 : 0;
    counts_.to_the_end += report.find("to the end\n") != std::string::npos ? 1 : 0;
  }

  // From here on in the copy.

  // The disturbed operation came to the answer and the state that the undisturbed one came to.
  void end_at_answer(const Result<Json>& reply) {
    if (!branch_.is_copy() || is_second_run_ || whole_ || !reply || hop_.asker() != asker_) return;
    const auto known = undisturbed_.answers.find(asker_);
    if (known == undisturbed_.answers.end()) return;
    const State& now = hop_.state();
    for (const auto& [answer, state] : known->second) {
      if (answer != *reply || state != now) continue;
      judge_journal();
      branch_.say("ended well");
      branch_.leave();
    }
  }

  // Back where the undisturbed run was: all that follows is the same.
  void end_early() {
    if (whole_ || !ended_.contains(step_)) return;
    const auto known = undisturbed_.after.find(ended_);
    if (known == undisturbed_.after.end() || hop_.state() != known->second) return;
    if (!is_second_run_) {
      judge_journal();
      branch_.say("ended well");
    }
    branch_.leave();
  }

  [[noreturn]] void conclude(const engine::RunResult& result) {
    judge_journal();
    if (result.exit_status() == 0) {
      branch_.say("ended well");
    } else {
      branch_.say("stopped");
      judge_stop(result);
      run_again();
    }
    hop_.settle();
    State end = hop_.state();
    if (call_.is_exec() && may_have_run()) leave_out_repeated_command(end);
    leave_out_taken_back(end.acted);
    for (const auto& line : end.differences(undisturbed_.end)) branch_.wrong(line);
    branch_.say("to the end");
    branch_.leave();
  }

  void run_again() {
    if (lasts(fault_) && !options_.again_when_back(index_)) branch_.leave();
    hop_.transport().heal();
    is_second_run_ = true;
    // What a fault that lasts did to the engine ended with the run.
    if (lasts(fault_)) whole_ = options_.to_the_end(index_);
    if (step_.empty()) whole_ = true;
    ended_.clear();
    MemoryJournal journal;
    const auto files = engine::make_memory_file_store();
    const auto second = hop_.run(*this, journal, *files);
    if (second.exit_status() != 0) branch_.give_up("a second run without fault stopped too: " + second.summary);
  }

  static bool says_one(const std::string& text, const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return text.find(word) != std::string::npos; });
  }

  // The server went for good: nothing else may be blamed for it.
  void judge_lost(const engine::RunResult& result) {
    if (result.exit_status() != 5)
      branch_.wrong(fmt::format("exit status {}: {}", result.exit_status(), result.summary));
    for (const auto& step : result.steps) {
      const bool fine = step.state == StepState::kDone || step.state == StepState::kSkipped;
      if (!fine && !says_one(step.summary, causes_of(fault_)))
        branch_.wrong(step.id + " blames another cause: " + step.summary);
    }
  }

  void judge_stop(const engine::RunResult& result) {
    const int status = result.exit_status();
    if (status != 1 && status != 3 && status != 5) branch_.wrong("exit status " + result.summary);
    if (lasts(fault_)) judge_lost(result);
    if (!says_one(result.summary, causes_of(fault_))) branch_.wrong("the message hides the cause: " + result.summary);
    if (!lasts(fault_) && result.summary.find(call_.object) == std::string::npos) {
      branch_.wrong(fmt::format("the message does not name {}: {}", call_.object, result.summary));
    }
    const bool unavailable = !says_one("401 409 410 429", {std::string(to_string(fault_)).substr(0, 3)});
    for (const auto& step : result.steps) {
      if (step.state != StepState::kFailed || !step.error || !unavailable || lasts(fault_)) continue;
      if (step.error->code == StatusCode::kUnavailable) continue;
      branch_.wrong(fmt::format("UNAVAILABLE became {}: {}", to_string(step.error->code), step.summary));
    }
  }

  // Nothing tells whether a command ran whose answer was lost.
  bool may_have_run() const {
    return fault_ == Fault::kCutBefore || fault_ == Fault::kCutAfter || fault_ == Fault::kTruncated;
  }

  void judge_journal() {
    std::vector<std::string> applied, acted;
    for (const auto& change : journal_.all_changes) {
      const bool command = change.verb == journal::Verb::kExec || change.verb == journal::Verb::kHttp;
      if (change.state == ChangeState::kIntended) branch_.wrong("no outcome of the change of " + change.object);
      if (change.state == ChangeState::kUnknown && !(command ? may_have_run() : lasts(fault_))) {
        branch_.wrong("the outcome of the change of " + change.object + " is recorded as unknown: " + change.error);
      }
      if (change.state != ChangeState::kApplied || command) continue;
      applied.push_back(string_at(change.request, "/method") + " " + string_at(change.request, "/path"));
    }
    for (const auto& one : hop_.transport().acted()) {
      if (!one.call.starts_with("EXEC ") && !one.call.starts_with("HTTP ")) acted.push_back(one.call);
    }
    std::sort(applied.begin(), applied.end());
    std::sort(acted.begin(), acted.end());
    std::vector<std::string> untrue;
    std::set_symmetric_difference(applied.begin(), applied.end(), acted.begin(), acted.end(),
                                  std::back_inserter(untrue));
    const bool may_lack = lasts(fault_) && untrue.size() <= 1;
    if (may_lack) return;
    for (const auto& line : untrue) branch_.wrong("the journal is wrong about " + line);
  }

  const Undisturbed& undisturbed_;
  const WalkOptions& options_;
  Hop hop_;
  MemoryJournal journal_;
  std::set<std::string> ended_;
  WalkCounts counts_;
  Branch branch_;
  bool is_second_run_ = false, whole_ = false;
  std::size_t index_ = 0;
  Call call_;
  Fault fault_ = Fault::kRefused;
  std::string asker_, step_;
};

}  // namespace

Undisturbed run_undisturbed(std::size_t largest_page) {
  Undisturbed out;
  Hop hop;
  hop.transport().largest_page = largest_page;
  out.started = hop.transport().clock().now();
  StateRecorder recorder(hop, out.after);
  hop.answered = [&](const Result<Json>& reply) {
    if (reply) out.answers[hop.asker()].emplace_back(*reply, hop.state());
  };
  MemoryJournal journal;
  const auto files = engine::make_memory_file_store();
  const auto result = hop.run(recorder, journal, *files);
  EXPECT_EQ(result.exit_status(), 0) << result.summary;
  out.ended = hop.transport().clock().now();
  hop.settle();
  out.end = hop.state();
  out.calls = hop.transport().calls();
  return out;
}

WalkCounts walk(const Undisturbed& undisturbed, const WalkOptions& options) {
  return Walk(undisturbed, options).run();
}

}  // namespace upshift::testing
