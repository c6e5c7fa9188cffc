// Whether a journal belongs to the project that is about to be changed.
#pragma once

#include <string>

#include "journal/journal.hpp"

namespace upshift::journal {

// FAILED_PRECONDITION where a run, backup or rollback of the journal was of another target than `target`, as
// Run::target states it; the message names both. Rehearsals do not count, and neither do a server's default port, the
// case of its name, and a slash at its end.
Status check_target(Journal& journal, const std::string& target);

}  // namespace upshift::journal
