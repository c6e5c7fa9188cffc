// The words that stand in the journal file for states and verbs.
#pragma once

#include <optional>
#include <string_view>

#include "journal/journal.hpp"

namespace upshift::journal {

// Nothing for a word that this version does not know.
std::optional<RunState> parse_run_state(std::string_view text);
std::optional<StepState> parse_step_state(std::string_view text);
std::optional<ChangeState> parse_change_state(std::string_view text);
std::optional<Verb> parse_verb(std::string_view text);

}  // namespace upshift::journal
