// Which steps are carried out and by which hops: the options that `plan`, `rehearse`, `run` and `rollback` share.
#pragma once

#include "cli/option_set.hpp"
#include "engine/proof.hpp"
#include "plan/plan.hpp"
#include "report/document.hpp"

namespace upshift::cli {

struct StepChoice {
  plan::Selection selection;
  std::vector<std::string> with;  // optional steps

  // Puts it into the settings of a plan.
  void apply_to(plan::Settings& settings) const;
};

// --only, --skip, --from-step, --until.
void add_selector_options(OptionSet& options);
// These, and --with, --with-prerequisites.
void add_selection_options(OptionSet& options);
// Absent options select everything.
StepChoice step_choice(const Arguments& arguments);

// The values of a repeatable option, each of which may be a list with commas.
std::vector<std::string> all_parts(const Arguments& arguments, const std::string& option);

// Tells in the document that the selection is refused, with what is missing, and sets its exit status.
void refuse_selection(const std::vector<engine::Missing>& missing, report::Document& document);
// "the selection leaves out 2 steps that it needs; …"
std::string refusal_text(const std::vector<engine::Missing>& missing);

}  // namespace upshift::cli
