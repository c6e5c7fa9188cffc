#include "plan/model.hpp"

#include <fmt/format.h>
#include <set>

namespace upshift::plan {
namespace {

std::vector<std::string> strings_at(const Json& json, std::string_view pointer) {
  std::vector<std::string> texts;
  for (const auto& item : array_at(json, pointer)) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

// Where in which manifest: for errors.
struct Place {
  std::string plugin;
  std::string path;
  tl::unexpected<Error> refuse(std::string_view what) const {
    return failure(StatusCode::kInvalidArgument, fmt::format("the manifest of plugin {} is wrong: {}", plugin, what),
                   "Report it to the plugin's author.", path);
  }
};

Result<StepOffer> read_step(const Json& json, const Place& place) {
  StepOffer step;
  step.id = string_at(json, "/id");
  if (step.id.empty()) return place.refuse("a step has no id");
  step.title = string_at(json, "/title", step.id);
  for (const auto& change : array_at(json, "/changes")) {
    step.changes.push_back({string_at(change, "/resource"), strings_at(change, "/verbs")});
  }
  for (const auto& right : array_at(json, "/holds")) {
    step.holds.push_back({string_at(right, "/resource"), strings_at(right, "/verbs")});
  }
  step.reads = strings_at(json, "/reads");
  step.awaits = strings_at(json, "/awaits");
  step.produces = strings_at(json, "/produces");
  step.consumes = strings_at(json, "/consumes");
  step.tags = strings_at(json, "/tags");
  if (find(json, "/after") != nullptr) step.after = strings_at(json, "/after");
  step.gate = string_at(json, "/gate");
  step.irreversible = string_at(json, "/irreversible");
  step.optional = bool_at(json, "/optional");
  if (const auto text = string_at(json, "/timeout"); !text.empty()) {
    const auto timeout = parse_duration(text);
    if (!timeout) return place.refuse(fmt::format("the timeout '{}' of step {} is no duration", text, step.id));
    step.timeout = *timeout;
  }
  return step;
}

Result<std::vector<StepOffer>> read_steps(const Json& list, const Place& place) {
  std::vector<StepOffer> steps;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Place here{place.plugin, fmt::format("{}/steps/{}", place.path, i)};
    UPSHIFT_ASSIGN(auto step, read_step(list[i], here));
    if (!ids.insert(step.id).second) return here.refuse(fmt::format("there are two steps '{}'", step.id));
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<StageOffer> read_stage(const Json& json, const Place& place) {
  StageOffer stage{string_at(json, "/id"),   "", string_at(json, "/guide"), string_at(json, "/uses"),
                   object_at(json, "/with"), {}};
  if (stage.id.empty()) return place.refuse("a stage has no id");
  stage.title = string_at(json, "/title", stage.id);
  const bool own = find(json, "/steps") != nullptr;
  if (own == !stage.uses.empty()) {
    return place.refuse(fmt::format("stage '{}' needs either steps or a concern that it uses", stage.id));
  }
  UPSHIFT_ASSIGN(stage.steps, read_steps(array_at(json, "/steps"), place));
  return stage;
}

Result<HopOffer> read_hop(const std::string& plugin, const Json& json, const Place& place) {
  HopOffer hop{plugin,
               "",
               string_at(json, "/product"),
               string_at(json, "/from"),
               string_at(json, "/to"),
               "",
               object_at(json, "/parameters"),
               {}};
  hop.id = string_at(json, "/id", hop.from + "-" + hop.to);
  hop.title = string_at(json, "/title", fmt::format("{} {} to {}", hop.product, hop.from, hop.to));
  if (hop.product.empty() || hop.from.empty() || hop.to.empty()) {
    return place.refuse("a hop needs product, from and to");
  }
  if (hop.from == hop.to) return place.refuse(fmt::format("hop '{}' leads from {} to itself", hop.id, hop.from));
  std::set<std::string> ids;
  const Json& stages = array_at(json, "/stages");
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Place here{plugin, fmt::format("{}/stages/{}", place.path, i)};
    UPSHIFT_ASSIGN(auto stage, read_stage(stages[i], here));
    if (!ids.insert(stage.id).second) return here.refuse(fmt::format("there are two stages '{}'", stage.id));
    hop.stages.push_back(std::move(stage));
  }
  return hop;
}

Status add_concerns(Catalog& catalog, const std::string& plugin, const Json& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Place place{plugin, fmt::format("/concerns/{}", i)};
    ConcernOffer concern{plugin, string_at(list[i], "/id"), "", object_at(list[i], "/parameters"), {}};
    concern.title = string_at(list[i], "/title", concern.id);
    if (concern.id.empty()) return place.refuse("a concern has no id");
    if (const auto* other = catalog.concern(concern.id)) {
      return place.refuse(fmt::format("the concern '{}' is offered by plugin {} already", concern.id, other->plugin));
    }
    UPSHIFT_ASSIGN(concern.steps, read_steps(array_at(list[i], "/steps"), place));
    catalog.concerns.push_back(std::move(concern));
  }
  return {};
}

Status add_extensions(Catalog& catalog, const std::string& plugin, const Json& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Place place{plugin, fmt::format("/extends/{}", i)};
    ExtensionOffer extension{
        plugin, string_at(list[i], "/stage"), string_at(list[i], "/before"), string_at(list[i], "/after"), {}};
    if (!extension.before.empty() && !extension.after.empty()) {
      return place.refuse("an extension stands before or after a step, not both");
    }
    UPSHIFT_ASSIGN(extension.steps, read_steps(array_at(list[i], "/steps"), place));
    catalog.extensions.push_back(std::move(extension));
  }
  return {};
}

}  // namespace

const ConcernOffer* Catalog::concern(std::string_view id) const {
  for (const auto& one : concerns) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

std::vector<std::string> Catalog::products() const {
  std::set<std::string> names;
  for (const auto& hop : hops) names.insert(hop.product);
  return {names.begin(), names.end()};
}

Status add_manifest(Catalog& catalog, const std::string& plugin, const Json& manifest) {
  Catalog next = catalog;
  const Json& hops = array_at(manifest, "/hops");
  for (std::size_t i = 0; i < hops.size(); ++i) {
    UPSHIFT_ASSIGN(auto hop, read_hop(plugin, hops[i], {plugin, fmt::format("/hops/{}", i)}));
    next.hops.push_back(std::move(hop));
  }
  UPSHIFT_TRY(add_concerns(next, plugin, array_at(manifest, "/concerns")));
  UPSHIFT_TRY(add_extensions(next, plugin, array_at(manifest, "/extends")));
  catalog = std::move(next);
  return {};
}

}  // namespace upshift::plan
