// The final report of a command: as text on stdout, or as one JSON document (config/schemas/report.schema.json).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "report/run_record.hpp"
#include "report/text_layout.hpp"

namespace upshift::report {

// A change with what it changed, for --diff. Null `before`: created; null `after`: deleted.
struct ChangeDetail {
  std::string step;
  std::string verb;
  std::string object;
  Json before;
  Json after;
  std::string command;  // of an exec, or method and URL of a request to the product; redacted where it is printed
};

// Something only a real run needs, which the rehearsal made up.
struct StandIn {
  std::string parameter;  // "registry.credentials-file"
  std::string description;
};

struct Document {
  std::string command;  // "rehearse", "run"
  RunRecord run;
  std::string summary;  // where nothing was run: why
  // What DETECT answered, null where nothing was asked.
  Json detection;
  bool with_changes = false;
  std::vector<ChangeDetail> changes;
  std::vector<StandIn> stand_ins;
  std::vector<Diagnostic> diagnostics;  // of the command itself, before or after the run
  std::string saved_state;              // the file of --save-state, "" where none was written
  // What a real run leaves on disk; "" for a rehearsal.
  std::string journal;
  std::string backup;
  int exit_status = 0;
};

std::string to_text_report(const Document& document, const Look& look);
Json to_json_report(const Document& document);

// An error for people: summary, detail and every further diagnostic, each on lines of its own.
std::string describe(const Error& error);
Json to_json(const Diagnostic& diagnostic);

}  // namespace upshift::report
