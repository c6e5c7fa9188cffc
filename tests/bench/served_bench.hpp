// Benchmarks against a served project: each prints what it measured, and returns false where a limit is passed.
#pragma once

namespace upshift::bench {

// Requests by verb, CPU time and peak memory of `upshift run` of the sample, over HTTPS.
bool measure_run();
// How long after an event the wait for it ends, in the engine, over HTTPS.
bool measure_reaction();
// Peak memory of `upshift backup` of a small and of a ten times larger project, over HTTPS.
bool measure_backup();

}  // namespace upshift::bench
