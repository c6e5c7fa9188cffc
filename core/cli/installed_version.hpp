// Which product in which version a project holds, and which version an upgrade is to reach.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/option_set.hpp"
#include "cluster/client.hpp"
#include "plan/model.hpp"
#include "plugin/registry.hpp"

namespace upshift::cli {

struct VersionRequest {
  std::string product;                // "" looks for every product that a plugin detects
  std::string from;                   // "" as detected
  std::string to;                     // "" the highest that hops reach
  std::vector<std::string> via = {};  // plugins whose hops are to be gone by
};

struct VersionChoice {
  std::string product, from, to;
  Json detection;  // DETECT's reply; null where nobody could be asked
  std::vector<Diagnostic> warnings;
  // The wanted version is installed already, or no hop leads on.
  bool nothing_to_do = false;
};

// --to, --from, --product, --via, and --set for plugins' parameters.
void add_version_options(OptionSet& options);
VersionRequest version_request(const Arguments& arguments);

// INVALID_ARGUMENT, NOT_FOUND or FAILED_PRECONDITION say which product or version is not known or not found.
Result<VersionChoice> choose_version(const VersionRequest& request, const plan::Catalog& catalog,
                                     const plugin::Registry& registry, cluster::Client& client);

}  // namespace upshift::cli
