#include "cluster/await.hpp"

#include <fmt/format.h>

namespace upshift::cluster {

using State = Verdict::State;

Await::Await(std::unique_ptr<Condition> condition, const Cache& cache, std::optional<Duration> timeout, TimePoint now)
    : condition_(std::move(condition)),
      cache_(&cache),
      timeout_(timeout),
      started_(now),
      reason_since_(now),
      moved_(now),
      judged_(now) {
  verdict_ = pending("not looked at yet");
}

const Verdict& Await::judge(TimePoint now) {
  if (verdict_.state != State::kPending) return verdict_;
  Verdict next = judged();
  const Error* trouble = cache_->trouble();
  if (trouble != nullptr && next.state != State::kMet) {
    stand_still(now);
    next = pending("the cluster cannot be followed at present: " + trouble->summary, trouble->detail);
    next.mark = verdict_.mark;
    next.quiet_limit = verdict_.quiet_limit;
  }
  judged_ = now;
  if (next.reason != verdict_.reason) reason_since_ = now;
  if (next.mark != verdict_.mark) moved_ = now;
  verdict_ = std::move(next);
  if (verdict_.state != State::kPending) return verdict_;
  const Duration whole = budget_.value_or(std::chrono::minutes(10));
  if (now - started_ >= whole) {
    verdict_ = out_of_time("took longer than", whole);
  } else if (now - moved_ >= verdict_.quiet_limit) {
    verdict_ = out_of_time("nothing moved for", verdict_.quiet_limit);
  }
  return verdict_;
}

void Await::stand_still(TimePoint now) {
  started_ += now - judged_;
  moved_ += now - judged_;
}

Verdict Await::judged() {
  auto verdict = condition_->judge();
  if (verdict) {
    if (!budget_) {
      budget_ = timeout_ ? *timeout_ : condition_->budget();
    }
    if (timeout_) verdict->quiet_limit = std::max(verdict->quiet_limit, *timeout_ / 2);
    return std::move(*verdict);
  }
  const auto& error = verdict.error();
  if (error.code == StatusCode::kUnavailable || error.code == StatusCode::kUnauthenticated ||
      error.code == StatusCode::kResourceExhausted) {
    return pending(error.summary, "look whether the cluster can be reached");
  }
  return hopeless(error.summary, error.detail);
}

Verdict Await::out_of_time(std::string_view why, Duration waited) const {
  auto verdict =
      hopeless(fmt::format("{} {} {}; last: {}", condition_->text(), why, to_text(waited), verdict_.reason),
               verdict_.advice.empty() ? "look at the object's events, mend the cause and resume" : verdict_.advice);
  verdict.log = verdict_.log;
  return verdict;
}

TimePoint Await::deadline() const {
  const TimePoint whole = started_ + budget_.value_or(std::chrono::minutes(10));
  return std::min(whole, moved_ + verdict_.quiet_limit);
}

Result<Await> make_await(const Json& description, Cache& cache, TimePoint now) {
  UPSHIFT_ASSIGN(auto condition, make_condition(description, cache));
  std::optional<Duration> timeout;
  if (const auto text = string_at(description, "/timeout"); !text.empty()) {
    UPSHIFT_ASSIGN(timeout, parse_duration(text));
  }
  return Await(std::move(condition), cache, timeout, now);
}

}  // namespace upshift::cluster
