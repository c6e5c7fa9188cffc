// What `upshift plan` prints: the plan, and what a rehearsal found it to do.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/installed_version.hpp"
#include "engine/proof.hpp"
#include "plan/plan.hpp"
#include "report/document.hpp"
#include "report/run_record.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {

// How often each DeploymentConfig is rolled out, by its name and the hop.
using Restarts = std::map<std::string, std::map<std::string, std::int64_t>>;

struct PlanPage {
  VersionChoice version;
  plan::Plan plan;
  report::RunRecord rehearsed;  // not started where there is nothing to do, and where something is missing
  Restarts restarts;            // of the rehearsal
  std::vector<report::StandIn> stand_ins;
  std::vector<Diagnostic> warnings;
  std::vector<engine::Missing> missing;  // what the selection leaves out and needs
};

// The steps (tag `backup`) that save something before this one: those of its hop, else those of the hops before.
std::vector<const plan::Step*> saved_before(const plan::Plan& plan, const plan::Step& step);
// "update DeploymentConfig/zync", "create Secret/x"; the same change twice is told once.
std::vector<std::string> changes_of(const report::StepRecord& step);
// nullptr: the rehearsal has no such step.
const report::StepRecord* rehearsed_step(const PlanPage& page, const std::string& id);

std::string plan_page_text(const PlanPage& page, const report::Look& look);
// config/schemas/plan.schema.json
Json plan_page_json(const PlanPage& page);

}  // namespace upshift::cli
