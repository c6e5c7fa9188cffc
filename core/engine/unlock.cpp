#include "engine/unlock.hpp"

#include <fmt/format.h>

namespace upshift::engine {
namespace {

std::string proof_of(const LockWatch& watch) {
  return fmt::format("version {} stood unchanged from {} to {}, {} by this machine's clock, and its time to live is {}",
                     watch.record.version, to_rfc3339(watch.begun), to_rfc3339(watch.over), to_text(watch.watched),
                     to_text(watch.record.time_to_live));
}

// False: it was changed since it was seen.
Result<bool> set_free(cluster::Client& client, const LockRecord& held, const UnlockRequest& request,
                      const std::string& proof) {
  LockRecord free = held;
  free.holder = free.session = "";
  free.renewals = held.renewals + 1;
  free.unlocked = {{"by", request.user},       {"host", request.host}, {"at", to_rfc3339(client.clock().now())},
                   {"reason", request.reason}, {"proof", proof},       {"from", held.display()}};
  const auto ref = client.resolve(lock_ref());
  UPSHIFT_ASSIGN(const auto response, client.send_change(cluster::replace_request(ref, to_object(free))));
  if (response.ok()) return true;
  if (response.status == 409 || response.status == 404) return false;
  return failure(cluster::refusal("replace", ref, response));
}

}  // namespace

Result<Unlocked> unlock(cluster::Client& client, const Clock& boot, const UnlockRequest& request,
                        const std::function<bool()>& stopped,
                        const std::function<void(const LockRecord& record, Duration left)>& tell) {
  if (request.force && request.reason.empty()) {
    return failure(StatusCode::kInvalidArgument, "--force needs a reason",
                   "--reason TEXT is kept in the project for whoever asks later.");
  }
  UPSHIFT_ASSIGN(const auto present, find_lock(client));
  Unlocked result;
  if (present) result.record = *present;
  if (!present || !present->is_held()) return result;
  if (request.force) {
    result.proof = "none: it was taken by force";
  } else {
    UPSHIFT_ASSIGN(const LockWatch watch, watch_lock(client, boot, *present, stopped, tell));
    result.record = watch.record;
    switch (watch.seen) {
      case LockWatch::Seen::kReleased:
        return result;
      case LockWatch::Seen::kStopped:
        result.end = Unlocked::End::kStopped;
        return result;
      case LockWatch::Seen::kRenewed:
        result.end = Unlocked::End::kAlive;
        return result;
      case LockWatch::Seen::kExpired:
        result.proof = proof_of(watch);
        break;
    }
  }
  UPSHIFT_ASSIGN(const bool freed, set_free(client, result.record, request, result.proof));
  result.end = freed ? Unlocked::End::kUnlocked : Unlocked::End::kAlive;
  if (freed) return result;
  UPSHIFT_ASSIGN(const auto now, find_lock(client));
  if (now) result.record = *now;
  return result;
}

}  // namespace upshift::engine
