// What `upshift plan` prints: the plan, and what a rehearsal found it to do.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/installed_version.hpp"
#include "plan/plan.hpp"
#include "report/document.hpp"
#include "report/run_record.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {

struct PlanPage {
  VersionChoice version;
  plan::Plan plan;
  report::RunRecord rehearsed;                   // not started where there is nothing to do
  std::map<std::string, std::int64_t> rollouts;  // of the rehearsal, by DeploymentConfig
  std::vector<report::StandIn> stand_ins;
  std::vector<Diagnostic> warnings;
};

std::string plan_page_text(const PlanPage& page, const report::Look& look);
// config/schemas/plan.schema.json
Json plan_page_json(const PlanPage& page);

}  // namespace upshift::cli
