#include "plan/expand.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "plan/parameters.hpp"

namespace upshift::plan {
namespace {

Error author_error(std::string summary) {
  return {StatusCode::kInvalidArgument, std::move(summary), "Report it to the plugin's author.", "", {}};
}

// The kinds that a parameter lists: "Secret", or "Secret/name" of a single object.
void add_kinds(const Json& listed, std::vector<std::string>& kinds) {
  for (const auto& each : listed.is_array() ? listed : Json::array({listed})) {
    if (!each.is_string()) continue;
    const auto& text = each.get_ref<const std::string&>();
    auto kind = text.substr(0, text.find('/'));
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(std::move(kind));
  }
}

void add_reads(const StepOffer& offer, const Json& parameters, Step& step) {
  for (const auto& each : offer.reads) {
    const auto name = reference_in(each);
    if (name.empty()) {
      step.reads.push_back(each);
    } else if (parameters.contains(name)) {
      add_kinds(parameters.at(name), step.reads_kinds);
    }
  }
}

ExpandedStep make_step(const StepOffer& offer, const std::string& plugin, const std::string& subject_prefix,
                       const HopOffer& hop, const StageOffer& stage, const Resolved& parameters) {
  ExpandedStep expanded;
  Step& step = expanded.step;
  step.id = fmt::format("{}/{}/{}", hop.id, stage.id, offer.id);
  step.subject = subject_prefix + "/" + offer.id;
  step.plugin = plugin;
  step.hop = hop.id;
  step.stage = stage.id;
  step.stage_title = stage.title;
  step.guide = stage.guide;
  step.title = offer.title;
  step.parameters = parameters.values;
  step.secret_parameters = parameters.secrets;
  step.stand_ins = parameters.stand_ins;
  step.awaits = offer.awaits;
  step.produces = offer.produces;
  step.consumes = offer.consumes;
  step.tags = offer.tags;
  step.gate = offer.gate;
  step.irreversible = offer.irreversible;
  step.changes = offer.changes;
  step.holds = offer.holds;
  add_reads(offer, parameters.values, step);
  step.timeout = offer.timeout;
  step.optional = offer.optional;
  step.missing = parameters.missing;
  expanded.declared_after = offer.after;
  return expanded;
}

class Expander {
 public:
  Expander(const Catalog& catalog, const Settings& settings) : catalog_(catalog), settings_(settings) {}

  Status add_hop(const HopOffer& hop) {
    UPSHIFT_ASSIGN(const Resolved parameters, resolve_parameters(hop.id, hop.parameters, Json::object(), settings_));
    hop_parameters_[hop.id] = parameters;
    for (const auto& stage : hop.stages) UPSHIFT_TRY(add_stage(hop, stage, parameters));
    return {};
  }

  Status add_extension(const ExtensionOffer& extension) {
    const auto slash = extension.stage.find('/');
    const auto hop_id = extension.stage.substr(0, slash);
    const auto* hop = hop_of(hop_id);
    if (hop == nullptr) {
      if (!is_offered(hop_id)) {
        result_.warnings.push_back(
            fmt::format("plugin {} extends stage '{}', whose hop no plugin offers", extension.plugin, extension.stage));
      }
      return {};
    }
    const StageOffer* offer = nullptr;
    for (const auto& one : hop->stages) {
      if (hop->id + "/" + one.id == extension.stage) offer = &one;
    }
    if (offer == nullptr) {
      std::vector<std::string> known;
      for (const auto& one : hop->stages) known.push_back(hop->id + "/" + one.id);
      const auto near = nearest(extension.stage, known);
      return failure(
          author_error(fmt::format("plugin {} extends the unknown stage '{}'{}", extension.plugin, extension.stage,
                                   near.empty() ? "" : fmt::format("; did it mean '{}'?", near))));
    }
    return insert(extension, *hop, *offer);
  }

  void add_path(const std::vector<const HopOffer*>& path) { path_ = path; }
  Expansion take() { return std::move(result_); }

 private:
  Status add_stage(const HopOffer& hop, const StageOffer& stage, const Resolved& parameters) {
    ExpandedStage expanded{hop.id + "/" + stage.id, hop.id, {}};
    if (stage.uses.empty()) {
      for (const auto& offer : stage.steps) {
        expanded.steps.push_back(make_step(offer, hop.plugin, expanded.id, hop, stage, parameters));
      }
    } else {
      const auto* concern = catalog_.concern(stage.uses);
      if (concern == nullptr) return failure(unknown_concern(expanded.id, stage.uses));
      UPSHIFT_ASSIGN(const Json with, substitute(expanded.id, stage.with, hop.parameters, parameters.values));
      auto resolved = resolve_parameters(concern->id, concern->parameters, with, settings_);
      if (!resolved) return failure(std::move(resolved.error()).with_context("stage " + expanded.id));
      note_secrets(stage.with, parameters, *resolved);
      for (const auto& offer : concern->steps) {
        expanded.steps.push_back(make_step(offer, concern->plugin, concern->id, hop, stage, *resolved));
      }
    }
    result_.stages.push_back(std::move(expanded));
    return {};
  }

  // What was secret or made up for the hop stays so in the concern that it is handed to.
  static void note_secrets(const Json& with, const Resolved& of_hop, Resolved& of_concern) {
    for (const auto& [name, value] : with.items()) {
      for (const auto& secret : of_hop.secrets) {
        if (value == "${" + secret + "}") of_concern.secrets.push_back(name);
      }
      for (const auto& made_up : of_hop.stand_ins) {
        if (value == "${" + made_up.substr(made_up.rfind('.') + 1) + "}") of_concern.stand_ins.push_back(made_up);
      }
    }
  }

  Status insert(const ExtensionOffer& extension, const HopOffer& hop, const StageOffer& offer) {
    auto& stage = *std::find_if(result_.stages.begin(), result_.stages.end(),
                                [&](const ExpandedStage& one) { return one.id == extension.stage; });
    auto& steps = stage.steps;
    const auto& anchor = extension.before.empty() ? extension.after : extension.before;
    auto at = steps.end();
    if (!anchor.empty()) {
      const std::string full = anchor.find('/') == std::string::npos ? stage.id + "/" + anchor : anchor;
      at = std::find_if(steps.begin(), steps.end(), [&](const ExpandedStep& one) { return one.step.id == full; });
      if (at == steps.end()) {
        return failure(author_error(fmt::format("plugin {} puts steps next to '{}', which stage {} does not have",
                                                extension.plugin, anchor, stage.id)));
      }
    }
    std::vector<ExpandedStep> added;
    for (const auto& one : extension.steps) {
      added.push_back(make_step(one, extension.plugin, stage.id, hop, offer, hop_parameters_[hop.id]));
    }
    if (!extension.before.empty() && at->declared_after) {
      for (const auto& one : added) at->declared_after->push_back(one.step.id);
    }
    if (extension.before.empty() && at != steps.end()) ++at;
    steps.insert(at, std::make_move_iterator(added.begin()), std::make_move_iterator(added.end()));
    return {};
  }

  Error unknown_concern(const std::string& stage, const std::string& name) const {
    std::vector<std::string> known;
    for (const auto& concern : catalog_.concerns) known.push_back(concern.id);
    const auto near = nearest(name, known);
    return {StatusCode::kNotFound,
            fmt::format("stage {} uses the concern '{}', which no plugin offers", stage, name),
            near.empty() ? fmt::format("Install the plugin that offers it. Offered concerns: {}.",
                                       known.empty() ? "none" : join(known, ", "))
                         : fmt::format("Did the plugin's author mean '{}'?", near),
            "",
            {}};
  }

  const HopOffer* hop_of(const std::string& id) const {
    for (const auto* hop : path_) {
      if (hop->id == id) return hop;
    }
    return nullptr;
  }

  bool is_offered(const std::string& hop_id) const {
    return std::any_of(catalog_.hops.begin(), catalog_.hops.end(),
                       [&](const HopOffer& hop) { return hop.id == hop_id; });
  }

  const Catalog& catalog_;
  const Settings& settings_;
  std::vector<const HopOffer*> path_;
  std::map<std::string, Resolved> hop_parameters_;
  Expansion result_;
};

}  // namespace

Result<Expansion> expand(const Catalog& catalog, const std::vector<const HopOffer*>& path, const Settings& settings) {
  Expander expander(catalog, settings);
  expander.add_path(path);
  for (const auto* hop : path) UPSHIFT_TRY(expander.add_hop(*hop));
  for (const auto& extension : catalog.extensions) UPSHIFT_TRY(expander.add_extension(extension));
  return expander.take();
}

}  // namespace upshift::plan
