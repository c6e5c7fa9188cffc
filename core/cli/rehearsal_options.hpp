// The options that `rehearse` and `plan` share.
#pragma once

#include "cli/option_set.hpp"
#include "cli/rehearsal.hpp"

namespace upshift::cli {

// --manifest, --param, --sample, in the group that was begun. `without` says what happens where none is given.
void add_manifest_options(OptionSet& options, std::string_view without = {});
void add_rehearsal_options(OptionSet& options);
// --manifest and --param; INVALID_ARGUMENT where they are wrong or --sample is there as well. The sample is not set.
Result<InputRequest> input_of(const Arguments& arguments);
Result<RehearsalRequest> rehearsal_request(const Arguments& arguments);
// `--sample list`: the names, a line each.
bool asks_for_samples(const Arguments& arguments);
void print_samples();

}  // namespace upshift::cli
