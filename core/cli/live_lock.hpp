// The lock of a live project, held while a command changes it.
#pragma once

#include <memory>
#include <optional>

#include "base/boot_clock.hpp"
#include "cli/live_session.hpp"
#include "engine/held_transport.hpp"
#include "engine/holder_journal.hpp"

namespace upshift::cli {

// --wait-for-lock and --lock-time-to-live, of every command that changes a project.
void add_lock_options(OptionSet& options);
Result<engine::LockTerms> lock_terms(const Arguments& arguments);
// User, host and process of this program; `run` says what it is about.
engine::LockHolder this_process(std::string id, std::string run);

class LiveLock final : public EventSink {
 public:
  // Everything is borrowed. `events` is told what goes wrong with the lock.
  LiveLock(LiveSession& session, journal::Journal& journal, const Arguments& arguments, EventSink& events);
  // Releases it.
  ~LiveLock() override;
  LiveLock(const LiveLock&) = delete;
  LiveLock& operator=(const LiveLock&) = delete;

  // Until it is acquired nothing that asks fence() is sent. ABORTED: another upgrade holds it. `run` is for people:
  // "3scale 2.5 → 2.6".
  Status acquire(const std::string& run);
  // For Dependencies::fence.
  Status fence();
  bool lost() const { return lock_ && lock_->lost(); }

  // That keep the lock while they are used.
  cluster::Client& client() { return client_; }
  journal::Journal& journal() { return journal_; }

  // Learns which step is begun.
  void on_event(const Event& event) override;

 private:
  LiveSession& session_;
  const Arguments& arguments_;
  EventSink& events_;
  BootClock boot_;
  engine::HeldTransport transport_;
  cluster::Client client_;
  engine::HolderJournal journal_;
  std::unique_ptr<engine::ProjectLock> lock_;
};

}  // namespace upshift::cli
