#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/plugins.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  add_general_options(set);
  return set;
}

std::string offers_of(const Json& manifest) {
  std::vector<std::string> offers;
  for (const Json& hop : array_at(manifest, "/hops")) {
    offers.push_back(
        fmt::format("{} {} → {}", string_at(hop, "/product"), string_at(hop, "/from"), string_at(hop, "/to")));
  }
  for (const Json& concern : array_at(manifest, "/concerns")) offers.push_back("concern " + string_at(concern, "/id"));
  for (const Json& extension : array_at(manifest, "/extends"))
    offers.push_back("extends " + string_at(extension, "/stage"));
  return join(offers, ", ");
}

void print_text(const config::Settings& settings, const plugin::Registry& registry) {
  const report::Look look = look_of(STDOUT_FILENO, settings.colour);
  if (registry.plugins().empty()) std::cout << "no plugins are loaded\n";
  std::size_t width = 0;
  for (const auto& entry : registry.plugins()) width = std::max(width, entry.plugin->id().size());
  for (const auto& entry : registry.plugins()) {
    std::cout << fmt::format("{:<{}}  {:<8}  {}\n", entry.plugin->id(), width, entry.plugin->version(),
                             offers_of(entry.plugin->manifest()));
  }
  for (const auto& refusal : registry.refused()) {
    std::cout << report::paint(look, report::Tone::kBad, "refused") << "  " << refusal.path.string() << "\n  "
              << report::printable(refusal.reason) << "\n";
    if (!refusal.remedy.empty()) std::cout << "  " << report::printable(refusal.remedy) << "\n";
  }
  std::vector<std::string> directories;
  for (const auto& directory : plugin_directories(settings)) directories.push_back(directory.string());
  std::cout << "searched: " << (directories.empty() ? "nowhere" : join(directories, ", ")) << "\n";
}

void print_json(const config::Settings& settings, const plugin::Registry& registry) {
  Json plugins = Json::array();
  for (const auto& entry : registry.plugins()) {
    plugins.push_back({{"id", entry.plugin->id()},
                       {"version", entry.plugin->version()},
                       {"title", string_at(entry.plugin->manifest(), "/title")},
                       {"offers", offers_of(entry.plugin->manifest())},
                       {"path", entry.path.string()}});
  }
  Json refused = Json::array();
  for (const auto& refusal : registry.refused()) {
    refused.push_back({{"path", refusal.path.string()}, {"reason", refusal.reason}, {"remedy", refusal.remedy}});
  }
  Json searched = Json::array();
  for (const auto& directory : plugin_directories(settings)) searched.push_back(directory.string());
  std::cout << to_text(Json{{"plugins", plugins}, {"refused", refused}, {"searched", searched}}, 2) << "\n";
}

Result<int> run(const Arguments& arguments) {
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  plugin::Registry registry;
  UPSHIFT_TRY(load_plugins(settings, registry));
  settings.output == "json" ? print_json(settings, registry) : print_text(settings, registry);
  return kExitDone;
}

}  // namespace

const Command& plugin_list_command() {
  static const Command kCommand{"plugin list",
                                "lists the plugins that were found, the refused ones with the reason",
                                "[OPTION…]",
                                "Lists the plugins that were found, with what they offer. A file that is no plugin,\n"
                                "is damaged, or speaks another ABI is listed as refused, with what to do.\n",
                                "  upshift plugin list\n"
                                "  upshift plugin list --plugin-dir ./build/plugins --output json\n",
                                options,
                                run};
  return kCommand;
}

}  // namespace upshift::cli
