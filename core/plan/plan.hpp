// The plan of an upgrade: every step of the path in an order that can be followed, with what each waits for.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plan/model.hpp"

namespace upshift::plan {

struct Step {
  std::string id;       // "2.5-2.6/registry/credentials"
  std::string subject;  // what its plugin is called with
  std::string plugin;
  std::string hop, stage, stage_title, guide;
  std::string title;
  Json parameters = Json::object();
  std::vector<std::string> secret_parameters;
  std::vector<std::string> after;  // ids of the plan
  std::vector<std::string> awaits, produces, consumes, tags;
  std::string gate, irreversible;
  std::vector<Permission> changes;
  std::vector<Permission> holds = {};    // rights that the user needs besides, in RBAC's verbs
  std::vector<std::string> reads;        // resources: "secrets", "routes.route.openshift.io", "pods/log"
  std::vector<std::string> reads_kinds;  // kinds that a parameter lists: "Secret"
  std::optional<Duration> timeout;
  std::vector<std::string> stand_ins;  // parameters ("registry.dockerconfig") that a rehearsal made up
  bool optional = false;               // there because it was asked for
  // False: the selection leaves it out, and steps that it means come after it. It is not carried out; that it is so
  // already is proven.
  bool selected = true;
  std::vector<std::string> gives = {};    // of a step that is left out: "the value 'x' for 2.5-2.6/images/y"
  std::vector<std::string> missing = {};  // parameters that a run needs and nobody set
};

// A step that the path has and the plan leaves out, because nobody asked for it.
struct OptionalStep {
  std::string id, title;
  std::vector<std::string> tags;
};

struct Plan {
  std::string product, from, to;
  std::vector<std::string> hops;
  std::vector<Step> steps;  // every step stands after all that it waits for
  std::vector<std::string> stand_ins;
  std::vector<std::string> warnings;
  std::vector<OptionalStep> left_out = {};
  Json selection = nullptr;  // what was selected, as the user said it; null: everything

  const Step* find(std::string_view id) const;
  // The first irreversible step that is carried out: after it no rollback brings back what was. nullptr: everything can
  // be undone.
  const Step* point_of_no_return() const;
};

// For people and the journal: everything but the values of secret parameters.
Json to_json(const Plan& plan);

// What a user selects, see selection.hpp for what a selector is. Empty lists: every step.
struct Selection {
  std::vector<std::string> only = {};
  std::vector<std::string> skip = {};
  std::vector<std::string> from_step = {};  // from the first step that is meant
  std::vector<std::string> until = {};      // to the last step that is meant
  bool with_prerequisites = false;          // and what they need

  bool is_whole() const;
};

struct Settings {
  // What the user set, by "HOP.NAME" or "CONCERN.NAME".
  std::map<std::string, Json> values;
  // Stand-ins are used where nothing is set; a run refuses to start instead.
  bool rehearsal = false;
  // The user's word as the step receives it: of the schema's type, a file's content for its name. Absent: as it is.
  std::function<Result<Json>(const std::string& name, const Json& schema, const Json& given)> read;
  // Whether a value fits its schema. Absent: everything does.
  std::function<Status(const std::string& name, const Json& schema, const Json& value)> validate;
  // Optional steps that are wanted: each a step's id, its last part, or a tag.
  std::vector<std::string> with = {};
  // Plugins whose hops the path is to use, see find_path().
  std::vector<std::string> via = {};
  Selection selection = {};
};

// With the selection's steps, and those that come before them (`selected` false).
// NOT_FOUND, INVALID_ARGUMENT or FAILED_PRECONDITION, each with one sentence that names plugin, stage, step or
// parameter.
Result<Plan> make_plan(const Catalog& catalog, const std::string& product, const std::string& from,
                       const std::string& to, const Settings& settings);

// The steps of one concern alone, with its defaults and the user's values: no product, no versions. Errors as above.
Result<Plan> make_concern_plan(const Catalog& catalog, const std::string& concern, const Settings& settings);

}  // namespace upshift::plan
