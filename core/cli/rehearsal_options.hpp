// The options that `rehearse` and `plan` share.
#pragma once

#include "cli/option_set.hpp"
#include "cli/rehearsal.hpp"

namespace upshift::cli {

void add_rehearsal_options(OptionSet& options);
Result<RehearsalRequest> rehearsal_request(const Arguments& arguments);
// `--sample list`: the names, a line each.
bool asks_for_samples(const Arguments& arguments);
void print_samples();

}  // namespace upshift::cli
