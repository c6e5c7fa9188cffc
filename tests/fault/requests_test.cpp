// What a whole hop asks of the cluster. The numbers are upper bounds: whoever adds a request changes them here.
#include <gtest/gtest.h>
#include <iostream>

#include "support/hop.hpp"
#include "support/silent.hpp"

namespace upshift::testing {
namespace {

struct Bound {
  const char* asker;  // how it begins
  const char* method;
  int most;
  const char* why;
};
constexpr Bound kBounds[] = {
    {"engine", "GET", 7, "one list of each kind that conditions are judged on"},
    {"engine", "WATCH", 7, "and one watch, from where the list ended: waiting costs nothing"},
    {"CHECK 2.5-2.6/preflight", "GET", 43,
     "what the later steps need, by name, what variant it is, and whether all can roll out"},
    {"CHECK", "GET", 139, "each step looks at the objects that it would change"},
    {"APPLY 2.5-2.6/backup", "GET", 27, "one list of each kind that is saved"},
    {"APPLY", "GET", 171, "what a step changes is read by the step and, for the precondition, before it is sent"},
    {"VERIFY", "GET", 56, "what was changed is read once more"},
    {"APPLY", "POST", 11, "new objects"},
    {"APPLY", "PATCH", 38, "one for each change of an object that is there"},
    {"APPLY", "DELETE", 10, "old routes, the wildcard router, the old image stream"},
    {"APPLY", "EXEC", 1, "the resync of Zync's routes"},
    {"APPLY", "HTTP GET", 3, "tenants, services and base URLs"},
};

TEST(Requests, OfAWholeHopAreNoMoreThanEachHasAReasonFor) {
  Hop hop;
  std::map<std::pair<std::string, std::string>, int> counted;
  hop.transport().before = [&](std::size_t, const Call& call) -> std::optional<Fault> {
    ++counted[{hop.asker(), call.method}];
    return std::nullopt;
  };
  Silent silent;
  MemoryJournal journal;
  const auto files = engine::make_memory_file_store();
  const auto result = hop.run(silent, journal, *files);
  ASSERT_EQ(result.exit_status(), 0) << result.summary;
  std::set<std::pair<std::string, std::string>> known;
  for (const Bound& bound : kBounds) {
    int sum = 0;
    for (const auto& [who, count] : counted) {
      if (!who.first.starts_with(bound.asker) || who.second != bound.method) continue;
      sum += count;
      known.insert(who);
    }
    std::cout << bound.asker << " " << bound.method << ": " << sum << "\n";
    EXPECT_LE(sum, bound.most) << bound.asker << " " << bound.method << ": " << bound.why;
  }
  for (const auto& [who, count] : counted) {
    EXPECT_TRUE(known.contains(who)) << count << " requests that no reason is known for: " << who.first << " "
                                     << who.second;
  }
}

}  // namespace
}  // namespace upshift::testing
