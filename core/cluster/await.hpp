// One condition being waited for: its verdict with two timers around it, one over the whole wait, one over the time in
// which nothing moves. Both stand still while the cluster cannot be followed: what is known of the objects is old then,
// and no reason to give up.
#pragma once

#include "cluster/condition.hpp"

namespace upshift::cluster {

class Await {
 public:
  // Time runs from `now`. `timeout` overrides the condition's own budget. The cache is what the condition is judged on.
  Await(std::unique_ptr<Condition> condition, const Cache& cache, std::optional<Duration> timeout, TimePoint now);

  // Judges again. A wait that ran out of time is hopeless, with the last reason in it. Once met or hopeless, it stays
  // so.
  const Verdict& judge(TimePoint now);

  const Verdict& verdict() const { return verdict_; }
  std::string text() const { return condition_->text(); }
  TimePoint started() const { return started_; }
  // Since when the present reason stands.
  TimePoint reason_since() const { return reason_since_; }
  // When judging again makes sense even if nothing happens.
  TimePoint deadline() const;

 private:
  Verdict judged();
  void stand_still(TimePoint now);
  Verdict out_of_time(std::string_view why, Duration waited) const;

  std::unique_ptr<Condition> condition_;
  const Cache* cache_;
  std::optional<Duration> timeout_;
  TimePoint started_, reason_since_, moved_, judged_;
  std::optional<Duration> budget_;
  Verdict verdict_;
};

// From the JSON of one condition, with its "timeout".
Result<Await> make_await(const Json& description, Cache& cache, TimePoint now);

}  // namespace upshift::cluster
