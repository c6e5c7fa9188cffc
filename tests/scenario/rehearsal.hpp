// One rehearsal by the built program: its answer, its JSON report, and the saved project.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/json.hpp"
#include "support/process.hpp"

namespace upshift::testing {

struct Rehearsal {
  ProcessResult process;
  Json report;   // null where the program printed none
  Json project;  // null where none was saved
};

// Runs `rehearse ARGUMENTS --output json --save-state FILE`.
inline Rehearsal rehearse(std::vector<std::string> arguments) {
  const TemporaryDirectory folder;
  const std::string state = folder.file("state.json");
  arguments.insert(arguments.begin(), "rehearse");
  arguments.insert(arguments.end(), {"--output", "json", "--save-state", state});
  Rehearsal out;
  out.process = run_upshift(arguments);
  if (auto report = parse_json(out.process.standard_output, "the report")) out.report = std::move(*report);
  if (const auto text = read_file(state)) {
    if (auto project = parse_json(*text, "the saved project")) out.project = std::move(*project);
  }
  return out;
}

// The same on a project that a test holds in memory.
inline Rehearsal rehearse_project(const Json& project, std::vector<std::string> arguments = {}) {
  const TemporaryDirectory folder;
  const std::string file = folder.file("project.json");
  if (!write_private_file(file, to_text(project))) return {};
  arguments.insert(arguments.end(), {"--manifest", file});
  return rehearse(std::move(arguments));
}

// The object of a saved project, or nullptr.
inline Json* object_in(Json& project, const std::string& kind, const std::string& name) {
  for (auto& item : project["items"]) {
    if (string_at(item, "/kind") == kind && string_at(item, "/metadata/name") == name) return &item;
  }
  return nullptr;
}

}  // namespace upshift::testing
