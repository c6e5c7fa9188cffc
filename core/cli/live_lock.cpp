#include "cli/live_lock.hpp"

#include <fmt/format.h>
#include <iostream>
#include <pwd.h>
#include <unistd.h>

#include "cli/interrupt.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {
namespace {

constexpr Duration kLeast = std::chrono::seconds(2);
constexpr Duration kMost = std::chrono::hours(1);

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "an unknown host";
}

std::string user_name() {
  const passwd* const entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : fmt::format("user {}", ::geteuid());
}

}  // namespace

void add_lock_options(OptionSet& options) {
  options.group("One upgrade at a time")
      .flag("wait-for-lock", "where another upgrade holds the project's lock: wait until it ends or is proved dead")
      .value("lock-time-to-live", "DURATION", "others must see no renewal for so long to take over; default: 2m");
}

Result<engine::LockTerms> lock_terms(const Arguments& arguments) {
  engine::LockTerms terms;
  // A journal that came from the project proves nothing about the process that wrote it.
  terms.take_own = !arguments.has("from-cluster");
  terms.wait = arguments.has("wait-for-lock") || !terms.take_own;
  if (!arguments.has("lock-time-to-live")) return terms;
  const auto text = arguments.get("lock-time-to-live");
  const auto lives = parse_duration(text);
  if (!lives || *lives < kLeast || *lives > kMost) {
    return failure(StatusCode::kInvalidArgument, fmt::format("--lock-time-to-live is '{}'", text),
                   "it is a duration from 2s to 1h, such as 90s or 2m");
  }
  terms.time_to_live = *lives;
  terms.during_exec = std::max(terms.during_exec, *lives);
  return terms;
}

engine::LockHolder this_process(std::string id, std::string run) {
  return {std::move(id), host_name(), user_name(), ::getpid(), std::move(run)};
}

LiveLock::LiveLock(LiveSession& session, journal::Journal& journal, const Arguments& arguments, EventSink& events)
    : session_(session),
      arguments_(arguments),
      events_(events),
      transport_(*session.cluster.transport),
      client_(transport_, session.cluster.name_space),
      journal_(journal) {}

LiveLock::~LiveLock() {
  if (!lock_) return;
  const auto released = lock_->release();
  if (released) return;
  std::cerr << report::printable(fmt::format("upshift: the project's lock was not given back: {}\n  It expires by "
                                             "itself; `upshift unlock` removes it.",
                                             released.error().summary))
            << "\n";
}

Status LiveLock::acquire(const std::string& run) {
  UPSHIFT_ASSIGN(const auto terms, lock_terms(arguments_));
  UPSHIFT_ASSIGN(auto holder, engine::lock_holder_of(journal_));
  lock_ = std::make_unique<engine::ProjectLock>(*session_.client, boot_, this_process(holder, run), terms, events_);
  const bool quiet = arguments_.has("quiet");
  auto acquired = lock_->acquire(interrupted, [quiet](const engine::LockRecord& record, Duration left) {
    if (quiet) return;
    std::cerr << report::printable(fmt::format("waiting for the lock, {}; taken over in {} unless it is renewed",
                                               record.display(), to_text(left)))
              << "\n";
  });
  if (!acquired) {
    const auto code = acquired.error().code;
    if (code == StatusCode::kAborted || code == StatusCode::kCancelled || code == StatusCode::kInvalidArgument) {
      return acquired;
    }
    return failure(as_unreachable(std::move(acquired.error()), session_.cluster));
  }
  journal_.note(std::move(holder));
  transport_.keep(*lock_, terms.during_exec);
  return {};
}

Status LiveLock::fence() {
  if (lock_) return lock_->fence();
  return failure(StatusCode::kFailedPrecondition, "nothing is sent, since the project's lock is not held");
}

void LiveLock::on_event(const Event& event) {
  if (lock_ && event.kind == Event::Kind::kStepStarted) lock_->note_step(event.step);
}

}  // namespace upshift::cli
