// A journal whose runs know who holds the project's lock for them, so that whoever carries them on takes the lock of
// the killed process over.
#pragma once

#include "journal/forwarding_journal.hpp"

namespace upshift::engine {

inline constexpr const char* kLockHolder = "upshift.lock-holder";

class HolderJournal final : public journal::ForwardingJournal {
 public:
  using ForwardingJournal::ForwardingJournal;

  // Noted with every run that is begun or reopened from now on.
  void note(std::string holder) { holder_ = std::move(holder); }

  Result<journal::RunId> begin_run(const journal::Run& run) override;
  Status reopen_run(journal::RunId run) override;

 private:
  std::string holder_;
};

// The holder that the newest run of the journal knows; a new one where none does.
Result<std::string> lock_holder_of(journal::Journal& journal);

}  // namespace upshift::engine
