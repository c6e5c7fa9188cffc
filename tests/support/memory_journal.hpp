// A journal in memory whose writes can be made to fail.
#pragma once

#include <functional>
#include <map>

#include "journal/journal.hpp"

namespace upshift::testing {

class MemoryJournal final : public journal::Journal {
 public:
  // Asked before each write with its name ("intend", "settle", …); true: the disk is full.
  std::function<bool(const std::string& write)> full;
  std::vector<journal::Run> all_runs;
  std::vector<journal::StepRun> all_steps;
  std::vector<journal::Change> all_changes;
  std::map<std::string, journal::Value> all_values;  // of all runs

  Result<journal::RunId> begin_run(const journal::Run& run) override {
    UPSHIFT_TRY(write("begin_run"));
    all_runs.push_back(run);
    return all_runs.back().id = static_cast<journal::RunId>(all_runs.size());
  }
  Status end_run(journal::RunId run, journal::RunState state, TimePoint at) override {
    UPSHIFT_TRY(write("end_run"));
    at_id(all_runs, run).state = state;
    at_id(all_runs, run).finished = at;
    return {};
  }
  Status reopen_run(journal::RunId run) override {
    UPSHIFT_TRY(write("reopen_run"));
    at_id(all_runs, run).state = journal::RunState::kRunning;
    return {};
  }
  Result<journal::StepRunId> begin_step(journal::RunId run, const std::string& step, int attempt,
                                        TimePoint at) override {
    UPSHIFT_TRY(write("begin_step"));
    journal::StepRun record;
    record.id = static_cast<journal::StepRunId>(all_steps.size()) + 1;
    record.run = run;
    record.step = step;
    record.attempt = attempt;
    record.started = at;
    all_steps.push_back(record);
    return record.id;
  }
  Status note_reply(journal::StepRunId id, const Json& reply) override {
    UPSHIFT_TRY(write("note_reply"));
    at_id(all_steps, id).reply = reply;
    return {};
  }
  Status end_step(journal::StepRunId id, journal::StepState state, const std::string& summary, const Json& reply,
                  TimePoint at) override {
    UPSHIFT_TRY(write("end_step"));
    auto& record = at_id(all_steps, id);
    record.state = state;
    record.summary = summary;
    record.reply = reply;
    record.finished = at;
    return {};
  }
  Result<journal::ChangeId> intend(const journal::Change& change) override {
    UPSHIFT_TRY(write("intend"));
    all_changes.push_back(change);
    all_changes.back().state = journal::ChangeState::kIntended;
    return all_changes.back().id = static_cast<journal::ChangeId>(all_changes.size());
  }
  Status settle(journal::ChangeId id, journal::ChangeState state, int http_status, const Json& new_value,
                const std::string& error, TimePoint at) override {
    UPSHIFT_TRY(write("settle"));
    auto& change = at_id(all_changes, id);
    change.state = state;
    change.http_status = http_status;
    change.new_value = new_value;
    change.error = error;
    change.settled_at = at;
    return {};
  }
  Status set_value(journal::RunId, const std::string& step, const std::string& name, const Json& value,
                   bool secret) override {
    UPSHIFT_TRY(write("set_value"));
    all_values[name] = {name, step, value, secret};
    return {};
  }
  Result<std::optional<Json>> value(journal::RunId, const std::string& name) override {
    const auto found = all_values.find(name);
    return found == all_values.end() ? std::nullopt : std::optional<Json>(found->second.value);
  }
  Status flush() override { return write("flush"); }
  Result<std::vector<journal::Run>> runs() override { return all_runs; }
  Result<std::vector<journal::StepRun>> steps(journal::RunId run) override {
    std::vector<journal::StepRun> out;
    for (const auto& step : all_steps) {
      if (step.run == run) out.push_back(step);
    }
    return out;
  }
  Result<std::vector<journal::Change>> changes(journal::RunId run) override {
    std::vector<journal::Change> out;
    for (const auto& change : all_changes) {
      if (at_id(all_steps, change.step_run).run == run) out.push_back(change);
    }
    return out;
  }
  Result<std::vector<journal::Value>> values(journal::RunId) override {
    std::vector<journal::Value> out;
    for (const auto& [name, value] : all_values) out.push_back(value);
    return out;
  }

 private:
  template <typename T>
  static T& at_id(std::vector<T>& list, std::int64_t id) {
    return list.at(static_cast<std::size_t>(id - 1));
  }
  Status write(const std::string& what) {
    if (full && full(what)) return failure(StatusCode::kResourceExhausted, "the disk is full");
    return {};
  }
};

}  // namespace upshift::testing
