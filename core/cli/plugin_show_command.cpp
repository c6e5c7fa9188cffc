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
  set.positional(1);
  add_general_options(set);
  return set;
}

class PluginPage {
 public:
  explicit PluginPage(report::Look look) : look_(look) {}

  void print(const plugin::RegisteredPlugin& entry) {
    const Json& manifest = entry.plugin->manifest();
    head(fmt::format("{} {}", entry.plugin->id(), entry.plugin->version()));
    text(2, string_at(manifest, "/title"));
    if (!entry.path.empty()) text(2, "from " + entry.path.string());
    std::vector<std::string> services;
    for (const Json& service : array_at(manifest, "/requires")) services.push_back(service.get<std::string>());
    if (!services.empty()) text(2, "requires " + join(services, ", "));
    for (const Json& hop : array_at(manifest, "/hops")) print_hop(hop);
    for (const Json& concern : array_at(manifest, "/concerns")) print_concern(concern);
    for (const Json& extension : array_at(manifest, "/extends")) {
      head(fmt::format("Extends {}", string_at(extension, "/stage")));
      print_steps(extension, 2);
    }
  }

 private:
  void head(const std::string& words) {
    std::cout << (first_ ? "" : "\n") << report::paint(look_, report::Tone::kStrong, report::printable(words)) << "\n";
    first_ = false;
  }

  void text(int indent, const std::string& words) const {
    for (const auto& line : report::wrap(report::printable(words), look_.width - indent)) {
      std::cout << std::string(static_cast<std::size_t>(indent), ' ') << line << "\n";
    }
  }

  void print_hop(const Json& hop) {
    head(fmt::format("Hop {}: {} {} → {}", string_at(hop, "/id"), string_at(hop, "/product"), string_at(hop, "/from"),
                     string_at(hop, "/to")));
    print_parameters(hop, string_at(hop, "/id"));
    for (const Json& stage : array_at(hop, "/stages")) {
      const auto uses = string_at(stage, "/uses");
      text(2, fmt::format("{} {}{}{}", string_at(stage, "/guide"), string_at(stage, "/id"),
                          uses.empty() ? "" : " (concern " + uses + ")", ": " + string_at(stage, "/title")));
      print_steps(stage, 4);
    }
  }

  void print_concern(const Json& concern) {
    head(fmt::format("Concern {}: {}", string_at(concern, "/id"), string_at(concern, "/title")));
    print_parameters(concern, string_at(concern, "/id"));
    print_steps(concern, 2);
  }

  void print_steps(const Json& owner, int indent) {
    for (const Json& step : array_at(owner, "/steps")) {
      text(indent, string_at(step, "/id") + ": " + string_at(step, "/title"));
      if (const auto gate = string_at(step, "/gate"); !gate.empty()) text(indent + 2, "gate: " + gate);
      if (const auto why = string_at(step, "/irreversible"); !why.empty()) text(indent + 2, "cannot be undone: " + why);
    }
  }

  void print_parameters(const Json& owner, const std::string& scope) {
    const Json& parameters = object_at(owner, "/parameters");
    if (!parameters.empty()) text(2, "Parameters (--set NAME=VALUE):");
    for (const auto& [name, schema] : parameters.items()) {
      text(4, fmt::format("{}.{}  {}", scope, name, kind_of(schema)));
      text(6, string_at(schema, "/description"));
      if (const auto more = string_at(schema, "/help"); !more.empty()) text(6, more);
      if (bool_at(schema, "/x-upshift-secret")) continue;
      if (const Json* value = find(schema, "/default"); value != nullptr && *value != "") {
        text(6, "default: " + (value->is_string() ? value->get<std::string>() : to_text(*value)));
      }
      if (const Json* value = find(schema, "/x-upshift-rehearsal")) {
        text(6, "in a rehearsal: " + (value->is_string() ? value->get<std::string>() : to_text(*value)));
      }
    }
  }

  static std::string kind_of(const Json& schema) {
    std::vector<std::string> words;
    words.push_back(bool_at(schema, "/x-upshift-file") ? "file" : string_at(schema, "/type", "any"));
    if (bool_at(schema, "/x-upshift-secret")) words.emplace_back("secret");
    if (schema.contains("enum")) words.push_back("one of " + to_text(schema["enum"]));
    if (schema.contains("x-upshift-stand-in")) words.emplace_back("needed by a real run");
    return "(" + join(words, ", ") + ")";
  }

  report::Look look_;
  bool first_ = true;
};

Result<int> run(const Arguments& arguments) {
  if (arguments.positional().empty()) {
    return failure(StatusCode::kInvalidArgument, "which plugin?", "`upshift plugin list` lists their ids");
  }
  const std::string& id = arguments.positional()[0];
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  plugin::Registry registry;
  UPSHIFT_TRY(load_plugins(settings, registry));
  std::vector<std::string> ids;
  for (const auto& entry : registry.plugins()) {
    ids.push_back(entry.plugin->id());
    if (entry.plugin->id() != id) continue;
    if (settings.output == "json") {
      std::cout << to_text(Json{{"path", entry.path.string()}, {"manifest", entry.plugin->manifest()}}, 2) << "\n";
    } else {
      PluginPage(look_of(STDOUT_FILENO, settings.colour)).print(entry);
    }
    return kExitDone;
  }
  for (const auto& refusal : registry.refused()) {
    if (refusal.path.filename() != id && refusal.path.stem() != id) continue;
    return failure(StatusCode::kFailedPrecondition, fmt::format("the plugin '{}' is refused: {}", id, refusal.reason),
                   refusal.remedy, refusal.path.string());
  }
  const std::string near = nearest(id, ids);
  return failure(StatusCode::kNotFound, fmt::format("there is no plugin '{}'", id),
                 near.empty() ? "`upshift plugin list` lists their ids" : fmt::format("did you mean '{}'?", near));
}

}  // namespace

const Command& plugin_show_command() {
  static const Command kCommand{"plugin show",
                                "tells what a plugin does: hops, steps, concerns, parameters",
                                "ID [OPTION…]",
                                "Tells what a plugin offers: its hops with stages and steps, its concerns, and every\n"
                                "parameter with its kind, default and meaning.\n",
                                "  upshift plugin show upshift.registry\n"
                                "  upshift plugin show upshift.hop-2.5-2.6 --output json\n",
                                options,
                                run};
  return kCommand;
}

}  // namespace upshift::cli
