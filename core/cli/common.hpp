// Options and settings that several commands share.
#pragma once

#include <string>

#include "base/result.hpp"
#include "cli/option_set.hpp"
#include "config/settings.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {

// --config, --plugin-dir, --output, --colour, --help.
void add_general_options(OptionSet& options);
// --log-file, --log-level, --quiet, in the group that the set is at.
void add_log_options(OptionSet& options);

// Flags over environment over file over defaults. Warnings about the environment are told on stderr.
Result<config::Settings> settings_of(const Arguments& arguments);

// How text is to look on stdout or stderr (a file descriptor): its width, and colour as the settings, NO_COLOR and the
// terminal allow.
report::Look look_of(int descriptor, const std::string& colour);
bool is_terminal(int descriptor);

}  // namespace upshift::cli
