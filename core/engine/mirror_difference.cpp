#include "engine/mirror_difference.hpp"

#include <fmt/format.h>
#include <map>

#include "base/file.hpp"
#include "engine/mirror_records.hpp"

namespace upshift::engine {
namespace {

struct Fact {
  std::string text;    // what is said, for people
  std::string digest;  // of all that is said
};
// By where it stands: run, kind of record, place.
using Facts = std::map<std::string, Fact>;

std::string digest_of(const Json& record) {
  return sha256_hex(to_text(record));
}

class Reading {
 public:
  explicit Reading(journal::Journal& journal) : journal_(journal) {}

  Result<Facts> facts() {
    UPSHIFT_ASSIGN(const auto runs, journal_.runs());
    for (const auto& run : runs) {
      UPSHIFT_ASSIGN(const auto identity, journal_.value(run.id, kRunIdentity));
      if (!identity || !identity->is_string()) continue;
      about_ = fmt::format("the {} of {}", run.mode == "rollback" ? "rollback" : "upgrade", to_rfc3339(run.started));
      prefix_ = fmt::format("{:020}/{}", run.started.time_since_epoch().count(), identity->get<std::string>());
      facts_[prefix_] = {fmt::format("{} was begun", about_), ""};
      UPSHIFT_TRY(read_steps(run.id));
      UPSHIFT_TRY(read_changes(run.id));
    }
    return std::move(facts_);
  }

 private:
  void add(std::string_view kind, std::size_t place, std::string text, const Json& record) {
    facts_[fmt::format("{}/{}/{:06}", prefix_, kind, place)] = {fmt::format("{}: {}", about_, text), digest_of(record)};
  }

  Status read_steps(journal::RunId run) {
    UPSHIFT_ASSIGN(const auto steps, journal_.steps(run));
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto& step = steps[i];
      add("step", i, fmt::format("step {} was begun", step.step),
          records::begin_step(step.step, step.attempt, step.started));
      if (step.state == journal::StepState::kRunning) continue;
      add("step-end", i, fmt::format("step {} ended as {}", step.step, journal::to_string(step.state)),
          records::end_step(i, step.state, step.summary, step.reply, step.finished));
    }
    return {};
  }

  Status read_changes(journal::RunId run) {
    UPSHIFT_ASSIGN(const auto changes, journal_.changes(run));
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const auto& change = changes[i];
      const auto what = fmt::format("change {} ({} {}{}{})", i + 1, journal::to_string(change.verb), change.kind,
                                    change.kind.empty() ? "" : "/", change.name);
      add("change", i, what + " was recorded", records::intend(0, change, nullptr));
      // What is not known yet may become known in the other.
      const bool open =
          change.state == journal::ChangeState::kIntended || change.state == journal::ChangeState::kUnknown;
      if (open) continue;
      add("outcome", i, fmt::format("{} was {}", what, journal::to_string(change.state)),
          records::settle(i, change.state, change.http_status, change.new_value, change.error, change.settled_at));
    }
    return {};
  }

  journal::Journal& journal_;
  Facts facts_;
  std::string about_, prefix_;
};

// The first of `these` that the others do not have, and how many there are.
std::pair<const Fact*, int> missing(const Facts& these, const Facts& others) {
  const Fact* first = nullptr;
  int count = 0;
  for (const auto& [place, fact] : these) {
    if (others.contains(place)) continue;
    if (count++ == 0) first = &fact;
  }
  return {first, count};
}

}  // namespace

Result<MirrorDifference> compare_journals(journal::Journal& local, journal::Journal& mirror) {
  UPSHIFT_ASSIGN(const Facts here, Reading(local).facts());
  UPSHIFT_ASSIGN(const Facts there, Reading(mirror).facts());
  using Ahead = MirrorDifference::Ahead;
  for (const auto& [place, fact] : here) {
    const auto other = there.find(place);
    if (other == there.end() || other->second.digest == fact.digest) continue;
    return MirrorDifference{
        Ahead::kBoth, fmt::format("the journal on this machine and its mirror in the project contradict each other: "
                                  "this machine says '{}', the mirror says otherwise ('{}')",
                                  fact.text, other->second.text)};
  }
  const auto [local_first, local_more] = missing(here, there);
  const auto [mirror_first, mirror_more] = missing(there, here);
  if (local_more == 0 && mirror_more == 0) return MirrorDifference{};
  const auto tell = [](std::string_view who, const Fact& first, int count) {
    return fmt::format("{} is ahead by {} records, from '{}' on", who, count, first.text);
  };
  constexpr std::string_view kHere = "the journal on this machine", kThere = "its mirror in the project";
  if (mirror_more == 0) return MirrorDifference{Ahead::kLocal, tell(kHere, *local_first, local_more)};
  if (local_more == 0) return MirrorDifference{Ahead::kMirror, tell(kThere, *mirror_first, mirror_more)};
  return MirrorDifference{Ahead::kBoth, fmt::format("{}, and {}", tell(kHere, *local_first, local_more),
                                                    tell(kThere, *mirror_first, mirror_more))};
}

}  // namespace upshift::engine
