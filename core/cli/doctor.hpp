// What `upshift doctor` looks at before an upgrade, one finding for each.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/installed_version.hpp"
#include "cli/live_session.hpp"
#include "config/settings.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {

struct Finding {
  enum class Grade { kFine, kWarning, kBlocks } grade = Grade::kFine;
  std::string subject;  // "rights", "DeploymentConfig/system-app"
  std::string text;
  std::string advice;  // what to do now; "" where all is well
};

struct Diagnosis {
  std::vector<Finding> findings;
  bool blocked() const;
};

// Changes nothing: the session's transport is only read from. Errors: the cluster became unreachable meanwhile.
Result<Diagnosis> examine(LiveSession& session, const VersionRequest& request, const config::Settings& settings);

std::string to_text(const Diagnosis& diagnosis, const report::Look& look);
// config/schemas/doctor.schema.json
Json to_json(const Diagnosis& diagnosis);

}  // namespace upshift::cli
