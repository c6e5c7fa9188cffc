// What a mirrored journal writes down of one run, and a journal made of it again. Steps and changes are named by their
// place in the run, since another journal gives other ids.
#pragma once

#include <map>
#include <vector>

#include "journal/journal.hpp"

namespace upshift::engine {

// Values of a run in the journal that belong to its mirror: who the run is wherever it is kept.
inline constexpr const char* kRunIdentity = "upshift.run-identity";

// Ends what a stream begins with: the run as it stood when the stream was begun.
inline constexpr const char* kTakenUp = "taken-up";

namespace records {

Json run(const std::string& identity, const journal::Run& run);
Json end_run(journal::RunState state, TimePoint at);
Json reopen_run();
Json begin_step(const std::string& step, int attempt, TimePoint at);
Json note_reply(std::size_t step, const Json& reply);
Json end_step(std::size_t step, journal::StepState state, const std::string& summary, const Json& reply, TimePoint at);
// `undoes` is {"run": IDENTITY, "change": PLACE} or null.
Json intend(std::size_t step, const journal::Change& change, const Json& undoes);
Json settle(std::size_t change, journal::ChangeState state, int http_status, const Json& new_value,
            const std::string& error, TimePoint at);
// Texts of the same records, without copies of what is large.
std::string text_of_intent(std::size_t step, const journal::Change& change, const Json& undoes);
std::string text_of_settle(std::size_t change, journal::ChangeState state, int http_status, const Json& new_value,
                           const std::string& error, TimePoint at);
Json set_value(const std::string& step, const std::string& name, const Json& value, bool secret);

}  // namespace records

// Where changes of the journal's runs stand, for the changes that take them back.
struct ChangePlace {
  std::string run;  // its identity
  std::size_t change = 0;
};
using ChangePlaces = std::map<journal::ChangeId, ChangePlace>;

// The whole of a run as it stands in the journal, which holds these changes of it.
Result<std::vector<Json>> records_of(journal::Journal& journal, const journal::Run& run,
                                     const std::vector<journal::Change>& changes, const std::string& identity,
                                     const ChangePlaces& places);

// Plays runs into a journal, each the records of one, oldest first. DATA_LOSS: they are not what was written.
Status replay(const std::vector<std::vector<Json>>& runs, journal::Journal& into);

}  // namespace upshift::engine
