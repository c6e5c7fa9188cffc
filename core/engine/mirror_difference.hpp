// Two copies of the same journal, held against each other.
#pragma once

#include <string>

#include "journal/journal.hpp"

namespace upshift::engine {

struct MirrorDifference {
  enum class Ahead {
    kNone,    // they say the same
    kLocal,   // this machine's holds all of the mirror's, and more
    kMirror,  // the mirror holds all of this machine's, and more
    kBoth,    // each holds what the other does not, or they contradict each other
  };
  Ahead ahead = Ahead::kNone;
  // From which record on, for people: "the journal on this machine is ahead: change 7 of run … (…) is not in the …".
  std::string text;
};

// Both hold runs that were mirrored; others are left aside.
Result<MirrorDifference> compare_journals(journal::Journal& local, journal::Journal& mirror);

}  // namespace upshift::engine
