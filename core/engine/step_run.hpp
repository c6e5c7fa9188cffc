// One step on its way: check, gate, apply, await, verify. Never waits itself: it is asked again when something
// happened.
#pragma once

#include <deque>

#include "cluster/await.hpp"
#include "engine/past.hpp"
#include "engine/step_services.hpp"

namespace upshift::engine {

struct StepResult {
  std::string id;
  journal::StepState state = journal::StepState::kRunning;
  std::string summary;
  int changes = 0;
  std::optional<Error> error;  // of a failed step
};

class StepRun {
 public:
  // `index` counts from 1; `past` is what earlier attempts of the run came to, or nullptr. Everything is borrowed.
  StepRun(const Dependencies& with, const plan::Step& step, journal::RunId run, const PastStep* past, std::size_t index,
          std::size_t total);
  StepRun(const StepRun&) = delete;
  StepRun& operator=(const StepRun&) = delete;

  // Up to the point where it ends or waits.
  void start();
  // Judges what is awaited and goes on when it is there.
  void advance();
  // Ends it as failed, without another call of the plugin.
  void give_up(Error why);

  bool ended() const { return phase_ == Phase::kEnded; }
  // When advance() makes sense even if nothing happens.
  TimePoint wake() const;
  const StepResult& result() const { return result_; }

 private:
  enum class Phase { kNew, kAwaiting, kVerifying, kEnded };
  // False: the step has ended.
  bool check();
  // Ends a step that the selection leaves out; always false.
  bool prove(const std::string& state, const std::string& summary);
  // Goes on where an attempt was cut off after everything had been sent. False: there is none.
  bool take_up();
  bool pass_gate();
  bool ask(const plan::Step& step);
  bool apply();
  bool await_what(const Json& reply);
  // After an apply that failed: where it has only made new things, they were preparations, and go again. What had been
  // there and was changed stays for a resumed run or a rollback.
  void take_back_preparations(Error& why);
  void judge_awaits();
  // Reads the log of what fails while its pod is still there.
  void keep_log(const cluster::Verdict& verdict);
  void tell_log(const cluster::Verdict& verdict);
  void verify();
  Result<Json> call(plugin::Operation operation, int attempt);
  void report_waiting(Json conditions);
  void fail(Error error);
  void end(journal::StepState state, std::string summary);
  TimePoint deadline(Duration fallback) const;

  const plan::Step& step_;
  const PastStep* past_;
  int attempt_;
  StepScope scope_;
  StepServices services_;
  plugin::Plugin* plugin_ = nullptr;
  std::size_t index_, total_;
  Phase phase_ = Phase::kNew;
  std::deque<cluster::Await> awaits_;
  TimePoint started_, applied_, verify_started_, verify_at_, reported_;
  int verifications_ = 0;
  std::string last_report_;
  struct KeptLog {
    std::string reason;  // why it was read
    std::string text;
  };
  std::map<cluster::PodLog, KeptLog> logs_;
  Json replies_ = Json::object();
  StepResult result_;
};

}  // namespace upshift::engine
