// Ctrl-C: the run stops between two steps instead of in the middle of one.
#pragma once

#include "base/clock.hpp"

namespace upshift::cli {

// From now on SIGINT and SIGTERM only set a mark; a second one ends the program at once.
// SIGPIPE is ignored, so that a reader of the output that ends early does not end what is under way.
void catch_interrupts();
bool interrupted();
// Can be read from once the signal has come, and from then on; -1 before catch_interrupts(). Never closed.
int interrupt_descriptor();
// Lets real time pass, until the signal comes at the longest.
void rest(Duration time);

}  // namespace upshift::cli
