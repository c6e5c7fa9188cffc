// Zync's database from PostgreSQL 9.5 to 10. Its data is in an emptyDir: what the old server holds is taken out first
// and put into the new one.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::hop_2_4_2_5 {

// Writes zync-database/dump.sql into the run's backup directory.
struct DumpDatabase : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::UndoResult undo(sdk::Context& c) override;
};

// Lets the database follow postgresql:10.
struct FollowPostgresql10 : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;
};

// Puts the dump back and compares the rows of every table. psql's complaints about roles and databases that the image
// has made already are no failures.
struct RestoreDatabase : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::UndoResult undo(sdk::Context& c) override;
};

struct DropOldTag : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_4_2_5
