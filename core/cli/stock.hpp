// The stock installation of a version: what a project would hold if nobody had changed anything since it was installed.
#pragma once

#include <map>
#include <string>

#include "cli/input.hpp"

namespace upshift::cli {

struct Stock {
  InputDocument document;
  std::map<std::string, std::string> parameters;  // of a Template: as the project shows them
  bool is_approximate = false;                    // the built-in sample, not the template that was installed
};

// From the file that --stock names, a Template as it was installed or an export; else from the built-in sample of the
// version. `project` is a List; `given` values go before those that the project shows.
// NOT_FOUND: no sample of that version. Errors of a file as of read_input().
Result<Stock> find_stock(const std::string& file, const std::string& version, const Json& project,
                         const std::map<std::string, std::string>& given);

// The values that a template's parameters must have had for the project to look as it does, by what most objects say.
std::map<std::string, std::string> parameters_shown_by(const Json& project, const Json& stock_template);

}  // namespace upshift::cli
