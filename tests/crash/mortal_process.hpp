// What one process of an upgrade has in its hands, as the command line puts it together: the project's lock, the
// journal with its mirror in the project, the engine's client. All that it does goes through its life.
#pragma once

#include "cli/progress.hpp"
#include "engine/held_transport.hpp"
#include "engine/holder_journal.hpp"
#include "engine/mirrored_journal.hpp"
#include "support/hop.hpp"
#include "support/mortal.hpp"

namespace upshift::testing {

class MortalProcess final : public EventSink {
 public:
  // All are borrowed.
  MortalProcess(Life& life, Hop& hop, journal::Journal& journal, engine::FileStore& files, EventSink& events);
  // Gives the lock back, where it lives.
  ~MortalProcess() override;

  // Takes the lock, from a process that died where need be, and holds the journal against its mirror.
  Status begin();
  const engine::Dependencies& with() const { return parts_->with; }

  void on_event(const Event& event) override;

 private:
  Life& life_;
  EventSink& told_;
  MortalTransport transport_;
  MortalJournal journal_;
  MortalFiles files_;
  cluster::Client client_;
  engine::MirrorChunks chunks_;
  engine::MirroredJournal mirrored_;
  engine::HolderJournal holder_journal_;
  engine::HeldTransport held_;
  std::unique_ptr<engine::ProjectLock> lock_;
  std::unique_ptr<Hop::Parts> parts_;
};

}  // namespace upshift::testing
