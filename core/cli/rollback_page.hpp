// What a rollback would do, for people and for programs.
#pragma once

#include <string>

#include "engine/rollback.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {

// Step by step, newest first, then conflicts, points of no return and what is left.
std::string rollback_text(const engine::RollbackPlan& plan, const report::Look& look);
// config/schemas/rollback.schema.json. Values of Secrets are left out.
Json rollback_json(const engine::RollbackPlan& plan);

// Conflicts and what is left, as diagnostics of a report.
std::vector<Diagnostic> rollback_diagnostics(const engine::RollbackResult& result);

}  // namespace upshift::cli
