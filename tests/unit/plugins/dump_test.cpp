#include "hop-2.4-2.5/dump.hpp"

#include <gtest/gtest.h>

namespace upshift::hop_2_4_2_5 {
namespace {

constexpr const char* kOld = R"(--
-- PostgreSQL database cluster dump
--
\connect postgres
\connect zync_production
SET search_path = public, pg_catalog;
COPY tenants (id, endpoint) FROM stdin;
2	http://b
1	http://a
\.
COPY entries (id) FROM stdin;
\.
-- COPY of nothing
-- PostgreSQL database cluster dump complete
)";
// As version 10 writes it.
constexpr const char* kNew = R"(\connect template1
\connect "zync_production"
COPY public.tenants (id, endpoint) FROM stdin;
1	http://a
2	http://b
\.
COPY public.entries (id) FROM stdin;
\.
-- PostgreSQL database cluster dump complete
)";

TEST(Dump, HasTheSameRowsWhicheverVersionWroteIt) {
  EXPECT_EQ(rows_of(kOld), rows_of(kNew));
  EXPECT_EQ(count(rows_of(kOld)), 2U);
  EXPECT_EQ(rows_of(kOld).at("zync_production.tenants").front(), "1\thttp://a");
  EXPECT_TRUE(lost_rows(rows_of(kOld), rows_of(kNew)).empty());
}

TEST(Dump, IsWholeOnlyWithItsLastLine) {
  EXPECT_TRUE(is_whole_dump(kOld));
  const std::string cut = std::string(kOld).substr(0, 200);
  EXPECT_FALSE(is_whole_dump(cut));
  EXPECT_FALSE(is_whole_dump(""));
}

TEST(Dump, TellsWhichTablesLostRowsAndNeverTheRows) {
  Rows after = rows_of(kNew);
  after["zync_production.tenants"] = {"1\thttp://a", "3\thttp://c"};
  const auto lost = lost_rows(rows_of(kOld), after);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost.front(), "zync_production.tenants (1 of 2 rows)");
  after.erase("zync_production.tenants");
  EXPECT_EQ(lost_rows(rows_of(kOld), after).front(), "zync_production.tenants (0 of 2 rows)");
  EXPECT_TRUE(lost_rows(Rows(), after).empty()) << "more rows than before are no loss";
}

TEST(Dump, ThatEndsWithinATableKeepsWhatItHas) {
  EXPECT_EQ(count(rows_of("\\connect a\nCOPY t (id) FROM stdin;\n1\n2")), 2U);
}

}  // namespace
}  // namespace upshift::hop_2_4_2_5
