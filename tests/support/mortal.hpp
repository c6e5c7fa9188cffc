// A process that dies at a chosen point: from there on nothing that it does has an effect. Points lie before and after
// each write of the journal, each file, each request and each answer.
#pragma once

#include <functional>
#include <string>

#include "cluster/transport.hpp"
#include "engine/file_store.hpp"
#include "engine/http_service.hpp"
#include "journal/journal.hpp"

namespace upshift::testing {

class Life {
 public:
  // Told of each point while alive, with its index from 0 and what it is: "before intend", "after PATCH /apis/…".
  // True: it dies here.
  std::function<bool(std::size_t index, const std::string& point)> at;

  bool is_over() const { return over_; }
  std::size_t points() const { return points_; }
  // How often what outlives the process may have changed: the cluster, what controllers have before them, the time,
  // files, the journal. Points with the same number leave the same behind.
  std::size_t changes() const { return changes_; }
  void note_change() { ++changes_; }
  // False: it is dead, or dies now.
  bool pass(const std::string& point) {
    if (!over_ && at) over_ = at(points_, point);
    points_ += over_ ? 0 : 1;
    return !over_;
  }
  static tl::unexpected<Error> end() { return failure(StatusCode::kCancelled, "the process is dead"); }

  // Both points around an act that changes something.
  template <typename Act>
  auto live(const std::string& what, Act act) -> decltype(act()) {
    return look(what, [&] {
      note_change();
      return act();
    });
  }
  // And around one that changes nothing.
  template <typename Act>
  auto look(const std::string& what, Act act) -> decltype(act()) {
    if (!pass("before " + what)) return end();
    auto result = act();
    if (!pass("after " + what)) return end();
    return result;
  }

 private:
  bool over_ = false;
  std::size_t points_ = 0, changes_ = 0;
};

// Everything below is borrowed.
class MortalTransport final : public cluster::Transport, public engine::HttpService {
 public:
  MortalTransport(Life& life, cluster::Transport& real, engine::HttpService& http)
      : life_(life), real_(real), http_(http) {}
  Result<cluster::Response> send(const cluster::Request& request) override {
    const auto what = request.method + " " + request.path;
    const auto act = [&] { return real_.send(request); };
    return request.method == "GET" ? life_.look(what, act) : life_.live(what, act);
  }
  Result<cluster::WatchId> start_watch(const cluster::Request& request, cluster::WatchHandler handler) override {
    if (!life_.pass("before WATCH " + request.path)) return Life::end();
    auto id = real_.start_watch(request, std::move(handler));
    if (life_.pass("after WATCH " + request.path)) return id;
    // What its handler leads to goes with the process.
    if (id) real_.stop_watch(*id);
    return Life::end();
  }
  void stop_watch(cluster::WatchId id) override { real_.stop_watch(id); }
  void wait(TimePoint until) override {
    if (life_.is_over()) return;
    life_.note_change();
    real_.wait(until);
  }
  Result<cluster::ExecResult> exec(const cluster::ExecRequest& request) override {
    return life_.live("EXEC " + request.pod, [&] { return real_.exec(request); });
  }
  Result<engine::HttpAnswer> send(const engine::HttpCall& call) override {
    return life_.live("HTTP " + call.method + " " + call.url, [&] { return http_.send(call); });
  }
  const Clock& clock() const override { return real_.clock(); }

 private:
  Life& life_;
  cluster::Transport& real_;
  engine::HttpService& http_;
};

class MortalFiles final : public engine::FileStore {
 public:
  MortalFiles(Life& life, engine::FileStore& real) : life_(life), real_(real) {}
  Status write(const std::string& path, std::string_view content) override {
    return life_.live("file " + path, [&] { return real_.write(path, content); });
  }
  Result<std::string> read(const std::string& path) override { return real_.read(path); }
  Result<bool> remove(const std::string& path) override {
    return life_.live("removal of file " + path, [&] { return real_.remove(path); });
  }
  Result<std::vector<engine::StoredFile>> list(const engine::FileSelection& which) override {
    return real_.list(which);
  }

 private:
  Life& life_;
  engine::FileStore& real_;
};

class MortalJournal final : public journal::Journal {
 public:
  MortalJournal(Life& life, journal::Journal& real) : life_(life), real_(real) {}
  Result<journal::RunId> begin_run(const journal::Run& run) override {
    return later("begin_run", [&] { return real_.begin_run(run); });
  }
  Status end_run(journal::RunId run, journal::RunState state, TimePoint at) override {
    return durable("end_run", [&] { return real_.end_run(run, state, at); });
  }
  Status reopen_run(journal::RunId run) override {
    return durable("reopen_run", [&] { return real_.reopen_run(run); });
  }
  Result<journal::StepRunId> begin_step(journal::RunId run, const std::string& step, int attempt,
                                        TimePoint at) override {
    return later("begin_step " + step, [&] { return real_.begin_step(run, step, attempt, at); });
  }
  Status note_reply(journal::StepRunId step, const Json& reply) override {
    return later("note_reply", [&] { return real_.note_reply(step, reply); });
  }
  Status end_step(journal::StepRunId step, journal::StepState state, const std::string& summary, const Json& reply,
                  TimePoint at) override {
    return later("end_step", [&] { return real_.end_step(step, state, summary, reply, at); });
  }
  Result<journal::ChangeId> intend(const journal::Change& change) override {
    auto id = durable("intend " + change.object, [&] { return real_.intend(change); });
    last_is_of_object_ = change.verb != journal::Verb::kExec && change.verb != journal::Verb::kHttp;
    return id;
  }
  Status settle(journal::ChangeId change, journal::ChangeState state, int http_status, const Json& new_value,
                const std::string& error, TimePoint at) override {
    const auto act = [&] { return real_.settle(change, state, http_status, new_value, error, at); };
    return last_is_of_object_ ? later("settle", act) : durable("settle", act);
  }
  Status set_value(journal::RunId run, const std::string& step, const std::string& name, const Json& value,
                   bool secret) override {
    return later("set_value " + name, [&] { return real_.set_value(run, step, name, value, secret); });
  }
  Status flush() override {
    return waiting_ ? durable("flush", [&] { return real_.flush(); }) : real_.flush();
  }
  Result<std::optional<Json>> value(journal::RunId run, const std::string& name) override {
    return real_.value(run, name);
  }
  Result<std::vector<journal::Run>> runs() override { return real_.runs(); }
  Result<std::vector<journal::StepRun>> steps(journal::RunId run) override { return real_.steps(run); }
  Result<std::vector<journal::Change>> changes(journal::RunId run) override { return real_.changes(run); }
  Result<std::vector<journal::Value>> values(journal::RunId run) override { return real_.values(run); }

 private:
  // What a death right after it takes along: it leaves the same behind as one before it.
  template <typename Act>
  auto later(const std::string& what, Act act) -> decltype(act()) {
    waiting_ = true;
    return life_.look(what, act);
  }
  template <typename Act>
  auto durable(const std::string& what, Act act) -> decltype(act()) {
    waiting_ = false;
    return life_.live(what, act);
  }

  Life& life_;
  journal::Journal& real_;
  bool waiting_ = false;
  // Outcomes of open changes of the past are noted before anything is intended: taken for durable ones.
  bool last_is_of_object_ = false;
};

}  // namespace upshift::testing
