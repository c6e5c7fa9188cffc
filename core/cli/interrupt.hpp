// Ctrl-C: the run stops between two steps instead of in the middle of one.
#pragma once

namespace upshift::cli {

// From now on SIGINT and SIGTERM only set a mark; a second one ends the program at once.
void catch_interrupts();
bool interrupted();

}  // namespace upshift::cli
