// Where a project differs from the stock installation of its version, and what each hop does with that: found by
// rehearsing both and comparing every field before and after.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/comparable.hpp"
#include "cli/rehearsal.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {

// kKept: the field stays as the user set it. kMerged: the hop changes it and something of the user's is still there.
// kObsolete: the hop takes the field or its object away, from a stock installation as well. kConflict: the field
// becomes what it is in a stock installation. kUnknown: the rehearsal did not come to the end of the hop.
enum class Fate { kKept, kMerged, kObsolete, kConflict, kUnknown };
std::string_view to_string(Fate fate);

struct HopFate {
  std::string hop;
  Fate fate = Fate::kUnknown;
  std::string note;  // what the hop makes of the stock's field, "" where nothing
};

struct Customisation {
  std::string object;  // "DeploymentConfig/system-app"
  std::string field;   // "spec.replicas"; "" for a whole object
  Json yours, stock;   // before the first hop; null: nothing there. Values of Secrets are "(secret)".
  std::vector<HopFate> hops;
};

struct Customisations {
  std::string product, from, to;
  std::string stock;  // where the stock comes from
  bool is_approximate = false;
  std::vector<std::string> hops;
  std::vector<Customisation> fields;
  std::vector<std::string> untouched;  // objects of the user's own that no hop touches
  std::string stopped;                 // how the rehearsal of the project ended, "" where it came to its end
};

// Rehearses both to their ends. `stock_file` as of find_stock(). Errors of either rehearsal's preparation.
Result<Customisations> find_customisations(RehearsalRequest request, const std::string& stock_file);

std::string customisations_text(const Customisations& found, const report::Look& look);
// config/schemas/customisations.schema.json
Json to_json(const Customisations& found);

}  // namespace upshift::cli
