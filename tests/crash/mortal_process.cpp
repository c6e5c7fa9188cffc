#include "crash/mortal_process.hpp"

#include "cli/cluster_copy.hpp"

namespace upshift::testing {

MortalProcess::MortalProcess(Life& life, Hop& hop, journal::Journal& journal, engine::FileStore& files,
                             EventSink& events)
    : life_(life),
      told_(events),
      transport_(life, hop.transport(), hop.transport()),
      journal_(life, journal),
      files_(life, files),
      client_(transport_, hop.project()),
      chunks_(client_),
      mirrored_(journal_, chunks_, *this),
      holder_journal_(mirrored_),
      held_(transport_),
      parts_(hop.parts(held_, transport_, *this, holder_journal_, files_)) {
  parts_->with.cancelled = [this] { return life_.is_over() || (lock_ && lock_->lost()); };
  parts_->with.fence = [this] { return lock_->fence(); };
}

MortalProcess::~MortalProcess() {
  if (lock_) static_cast<void>(lock_->release());
}

Status MortalProcess::begin() {
  UPSHIFT_ASSIGN(auto holder, engine::lock_holder_of(holder_journal_));
  engine::LockTerms terms;
  terms.wait = true;
  lock_ = std::make_unique<engine::ProjectLock>(client_, client_.clock(),
                                                engine::LockHolder{holder, "laptop", "ada", 1, "hop"}, terms, *this);
  UPSHIFT_TRY(lock_->acquire([this] { return life_.is_over(); }, [](const engine::LockRecord&, Duration) {}));
  holder_journal_.note(std::move(holder));
  held_.keep(*lock_, terms.during_exec);
  std::vector<Diagnostic> told;
  return cli::check_copy(journal_, chunks_, told);
}

void MortalProcess::on_event(const Event& event) {
  if (lock_ && event.kind == Event::Kind::kStepStarted) lock_->note_step(event.step);
  told_.on_event(event);
}

}  // namespace upshift::testing
