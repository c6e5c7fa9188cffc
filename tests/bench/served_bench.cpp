#include "served_bench.hpp"

int main() {
  const bool run = upshift::bench::measure_run();
  const bool reaction = upshift::bench::measure_reaction();
  const bool backup = upshift::bench::measure_backup();
  return run && reaction && backup ? 0 : 1;
}
