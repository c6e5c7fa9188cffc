#include "engine/wait_for.hpp"

#include <deque>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/await.hpp"

namespace upshift::engine {
namespace {

using State = cluster::Verdict::State;

class Waiting {
 public:
  Waiting(const Dependencies& with, std::string step) : with_(with), step_(std::move(step)) {}

  Status add(const std::vector<Json>& conditions, Duration budget) {
    end_ = now() + budget;
    for (Json condition : conditions) {
      condition["timeout"] = fmt::format("{}s", std::chrono::duration_cast<std::chrono::seconds>(budget).count());
      UPSHIFT_ASSIGN(auto await, cluster::make_await(condition, with_.cache, now()));
      awaits_.push_back(std::move(await));
    }
    return {};
  }

  Result<WaitOutcome> run() {
    WaitOutcome outcome;
    while (is_pending()) {
      outcome.cancelled = with_.cancelled();
      if (outcome.cancelled || now() >= end_) break;
      const Error* const trouble = with_.cache.trouble();
      if (trouble != nullptr && now() - with_.cache.trouble_since() >= with_.patience) return failure(*trouble);
      with_.client.transport().wait(std::min(end_, now() + std::chrono::seconds(10)));
    }
    for (const auto& await : awaits_) {
      if (await.verdict().state != State::kMet)
        outcome.failures.push_back(await.text() + ": " + await.verdict().reason);
    }
    return outcome;
  }

 private:
  bool is_pending() {
    Json waiting = Json::array();
    for (auto& await : awaits_) {
      const auto& verdict = await.judge(now());
      if (verdict.state != State::kPending) continue;
      waiting.push_back(
          {{"text", await.text()}, {"reason", verdict.reason}, {"since_ms", (now() - await.reason_since()).count()}});
    }
    if (waiting.empty()) return false;
    with_.events.on_event({Event::Kind::kWaiting, now(), step_, {{"conditions", std::move(waiting)}}});
    return true;
  }

  TimePoint now() const { return with_.client.clock().now(); }

  const Dependencies& with_;
  std::string step_;
  TimePoint end_;
  std::deque<cluster::Await> awaits_;
};

}  // namespace

Result<WaitOutcome> wait_for(const Dependencies& with, const std::string& step, const std::vector<Json>& conditions,
                             Duration budget) {
  UPSHIFT_TRY(with.journal.flush());
  Waiting waiting(with, step);
  UPSHIFT_TRY(waiting.add(conditions, budget));
  return waiting.run();
}

}  // namespace upshift::engine
