#include "engine/project_lock.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/random.hpp"
#include "engine/lock_watch.hpp"

namespace upshift::engine {
namespace {

constexpr int kAttempts = 5;
constexpr Duration kTryAgain = std::chrono::seconds(5);
// A step that has changed is told early.
constexpr Duration kStepAfter = std::chrono::seconds(10);

bool is_conflict(const cluster::Response& response) {
  return response.status == 404 || response.status == 409;
}

}  // namespace

LockRecord ProjectLock::fresh() const {
  LockRecord record;
  record.holder = holder_.id;
  record.session = session_;
  record.host = holder_.host;
  record.user = holder_.user;
  record.process = holder_.process;
  record.run = holder_.run;
  record.step = step_;
  record.since = client_.clock().now();
  record.time_to_live = terms_.time_to_live;
  return record;
}

bool ProjectLock::is_ours(const LockRecord& present) const {
  return present.session == session_ && present.holder == holder_.id;
}

Status ProjectLock::held_by(const LockRecord& other, const std::string& found) const {
  return failure(StatusCode::kAborted,
                 fmt::format("another upgrade holds the lock of project '{}'{}", client_.name_space(), found),
                 fmt::format("It is {}. Nothing was sent. Where its process is gone for good, `upshift unlock -n {}` "
                             "proves it and gives the lock free; --wait-for-lock waits for it.",
                             other.display(), client_.name_space()));
}

Status ProjectLock::acquire(const std::function<bool()>& stopped, const Tell& tell) {
  UPSHIFT_ASSIGN(session_, random_hex(8));
  margin_ = terms_.time_to_live / 5;
  for (int i = 0; i < kAttempts; ++i) {
    UPSHIFT_ASSIGN(const auto present, find_lock(client_));
    if (present && present->is_held() && !is_ours(*present)) {
      const bool own = terms_.take_own && present->holder == holder_.id && present->host == holder_.host;
      if (!own && !terms_.wait) return held_by(*present, "");
      if (!own) {
        UPSHIFT_ASSIGN(const auto watch, watch_lock(client_, boot_, *present, stopped, tell));
        if (watch.seen == LockWatch::Seen::kStopped) {
          return failure(StatusCode::kCancelled, "stopped while another upgrade held the lock; nothing was sent");
        }
        if (watch.seen == LockWatch::Seen::kRenewed) return held_by(watch.record, " and renews it");
        if (watch.seen == LockWatch::Seen::kReleased) continue;
      }
    }
    UPSHIFT_TRY(take(present ? &*present : nullptr));
    if (held()) return {};
  }
  return failure(StatusCode::kAborted,
                 fmt::format("the lock of project '{}' changed {} times while it was tried to take it",
                             client_.name_space(), kAttempts),
                 "Others begin upgrades of the same project right now. Nothing was sent.");
}

// Holds it, or somebody else was faster.
Status ProjectLock::take(const LockRecord* present) {
  LockRecord next = fresh();
  if (present != nullptr) {
    next.uid = present->uid;
    next.version = present->version;
    next.unlocked = present->unlocked;
  }
  state_ = State::kHeld;
  lease_end_ = boot_.now() + terms_.time_to_live;
  auto written = write(std::move(next), present == nullptr);
  if (!written || *written == Written::kAgain) state_ = State::kFree;
  if (!written) return failure(std::move(written.error()));
  return {};
}

Result<ProjectLock::Written> ProjectLock::write(LockRecord next, bool create) {
  next.renewed = client_.clock().now();
  next.renewals = record_.renewals + 1;
  next.step = step_;
  const auto ref = client_.resolve(lock_ref());
  const Json object = to_object(next);
  const auto request = create ? cluster::create_request(ref, object) : cluster::replace_request(ref, object);
  const TimePoint at = boot_.now();
  // It may be written without our knowing, with this time to live.
  lease_end_ = std::min(lease_end_, at + next.time_to_live);
  const auto response = client_.send_change(request);
  if (response && response->ok()) {
    confirm(next, response->body, at);
    return Written::kYes;
  }
  const Error why = response ? cluster::refusal(create ? "create" : "replace", ref, *response) : response.error();
  const bool unsure = !response || response->status >= 500;
  if (!unsure && !is_conflict(*response)) return failure(why);
  return look_up(next, at, why);
}

// No answer, or somebody was faster: the lock itself tells.
Result<ProjectLock::Written> ProjectLock::look_up(const LockRecord& sent, TimePoint at, const Error& why) {
  auto object = client_.get(lock_ref());
  if (!object) return failure(Error(why));
  if (!*object) {
    record_.version = record_.uid = "";
    return Written::kAgain;
  }
  const LockRecord present = read_lock(**object);
  if (is_ours(present) && present.renewals == sent.renewals) {
    confirm(sent, **object, at);
    return Written::kYes;
  }
  record_ = present;
  return Written::kAgain;
}

void ProjectLock::confirm(const LockRecord& sent, const Json& object, TimePoint at) {
  record_ = sent;
  record_.uid = string_at(object, "/metadata/uid");
  record_.version = string_at(object, "/metadata/resourceVersion");
  lease_end_ = at + sent.time_to_live;
  asked_ = at;
  renew_at_ = at + terms_.time_to_live / 3;
  troubled_ = false;
}

Status ProjectLock::give_up(const std::string& how) {
  state_ = State::kLost;
  lost_how_ = how;
  return failure(StatusCode::kAborted, fmt::format("the lock of project '{}' was lost: {}", client_.name_space(), how),
                 "This upgrade sends nothing more. See what the other one did before it is resumed.");
}

Status ProjectLock::renew(Duration time_to_live) {
  for (int i = 0; i < kAttempts; ++i) {
    LockRecord next = record_;
    next.time_to_live = time_to_live;
    UPSHIFT_ASSIGN(const Written written, write(std::move(next), false));
    if (written == Written::kYes) return {};
    if (record_.uid.empty()) return give_up("it was removed");
    if (!record_.is_held()) return give_up("it was unlocked: " + to_text(record_.unlocked));
    if (!is_ours(record_)) return give_up("now it is " + record_.display());
  }
  return failure(StatusCode::kUnavailable, "the lock could not be renewed: somebody keeps changing it");
}

Status ProjectLock::fence() {
  if (lost()) return give_up(lost_how_);
  if (!held()) return failure(StatusCode::kFailedPrecondition, "the project's lock is not held");
  if (left() > Duration::zero()) keep();
  if (lost()) return give_up(lost_how_);
  if (left() > Duration::zero()) return {};
  auto renewed = renew(terms_.time_to_live);
  if (lost()) return renewed;
  if (renewed && left() > Duration::zero()) return {};
  return failure(StatusCode::kUnavailable,
                 fmt::format("nothing is sent, since the lock of project '{}' could not be renewed in time{}",
                             client_.name_space(), renewed ? "" : ": " + renewed.error().summary),
                 "Resume when the cluster answers again.");
}

void ProjectLock::keep() {
  if (!held() || due_in() > Duration::zero()) return;
  auto renewed = renew(terms_.time_to_live);
  if (renewed) return;
  renew_at_ = boot_.now() + std::min(kTryAgain, terms_.time_to_live / 10);
  if (troubled_ && !lost()) return;
  troubled_ = true;
  events_.on_event(
      {Event::Kind::kDiagnostic,
       client_.clock().now(),
       "",
       {{"severity", "warning"},
        {"summary",
         lost() ? renewed.error().summary : "the project's lock could not be renewed: " + renewed.error().summary},
        {"detail", lost() ? renewed.error().detail : "It is tried again; changes are sent while it holds."},
        {"path", ""}}});
}

Duration ProjectLock::due_in() const {
  if (!held()) return Duration::max();
  TimePoint at = renew_at_;
  if (step_ != record_.step && !troubled_) at = std::min(at, asked_ + std::min(kStepAfter, terms_.time_to_live / 3));
  return std::max(Duration::zero(), at - boot_.now());
}

Status ProjectLock::extend(Duration by) {
  UPSHIFT_TRY(fence());
  return renew(by);
}

void ProjectLock::shorten() {
  if (!held()) return;
  renew_at_ = boot_.now();
  keep();
}

void ProjectLock::note_step(const std::string& step) {
  step_ = step;
}

Status ProjectLock::release() {
  if (!held()) return {};
  state_ = State::kFree;
  if (record_.unlocked.is_null()) {
    const auto request =
        cluster::delete_request(client_.resolve(lock_ref()), {record_.uid, record_.version, "Background"});
    auto answer = client_.send_change(request);
    // Of this version there is one: a second request finds nothing where the first arrived.
    if (!answer) answer = client_.send_change(request);
    UPSHIFT_ASSIGN(const auto response, std::move(answer));
    if (response.ok() || is_conflict(response)) return {};
    return failure(cluster::refusal("delete", lock_ref(), response));
  }
  LockRecord next = record_;
  next.holder = next.session = "";
  auto written = write(std::move(next), false);
  if (!written) return failure(std::move(written.error()));
  return {};
}

}  // namespace upshift::engine
