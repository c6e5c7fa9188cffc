// A journal in front of another: what is not overridden goes through.
#pragma once

#include "journal/journal.hpp"

namespace upshift::journal {

class ForwardingJournal : public Journal {
 public:
  // Borrowed.
  explicit ForwardingJournal(Journal& inner) : inner_(inner) {}

  Result<RunId> begin_run(const Run& run) override { return inner_.begin_run(run); }
  Status end_run(RunId run, RunState state, TimePoint at) override { return inner_.end_run(run, state, at); }
  Status reopen_run(RunId run) override { return inner_.reopen_run(run); }
  Result<StepRunId> begin_step(RunId run, const std::string& step, int attempt, TimePoint at) override {
    return inner_.begin_step(run, step, attempt, at);
  }
  Status note_reply(StepRunId step_run, const Json& reply) override { return inner_.note_reply(step_run, reply); }
  Status end_step(StepRunId step_run, StepState state, const std::string& summary, const Json& reply,
                  TimePoint at) override {
    return inner_.end_step(step_run, state, summary, reply, at);
  }
  Result<ChangeId> intend(const Change& change) override { return inner_.intend(change); }
  Status settle(ChangeId change, ChangeState state, int http_status, const Json& new_value, const std::string& error,
                TimePoint at) override {
    return inner_.settle(change, state, http_status, new_value, error, at);
  }
  Status set_value(RunId run, const std::string& step, const std::string& name, const Json& value,
                   bool secret) override {
    return inner_.set_value(run, step, name, value, secret);
  }
  Result<std::optional<Json>> value(RunId run, const std::string& name) override { return inner_.value(run, name); }
  Status flush() override { return inner_.flush(); }
  Result<std::vector<Run>> runs() override { return inner_.runs(); }
  Result<std::vector<StepRun>> steps(RunId run) override { return inner_.steps(run); }
  Result<std::vector<Change>> changes(RunId run) override { return inner_.changes(run); }
  Result<std::vector<Value>> values(RunId run) override { return inner_.values(run); }

 protected:
  Journal& inner_;
};

}  // namespace upshift::journal
