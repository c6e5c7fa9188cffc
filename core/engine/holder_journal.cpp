#include "engine/holder_journal.hpp"

#include "base/random.hpp"

namespace upshift::engine {

Result<journal::RunId> HolderJournal::begin_run(const journal::Run& run) {
  UPSHIFT_ASSIGN(const journal::RunId id, inner_.begin_run(run));
  if (!holder_.empty()) UPSHIFT_TRY(inner_.set_value(id, "", kLockHolder, holder_, false));
  return id;
}

Status HolderJournal::reopen_run(journal::RunId run) {
  if (!holder_.empty()) UPSHIFT_TRY(inner_.set_value(run, "", kLockHolder, holder_, false));
  return inner_.reopen_run(run);
}

Result<std::string> lock_holder_of(journal::Journal& journal) {
  UPSHIFT_ASSIGN(const auto runs, journal.runs());
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    UPSHIFT_ASSIGN(const auto known, journal.value(run->id, kLockHolder));
    if (known && known->is_string() && !known->get<std::string>().empty()) return known->get<std::string>();
  }
  return random_hex(8);
}

}  // namespace upshift::engine
