#include "cli/selection_options.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/exit_status.hpp"

namespace upshift::cli {

void StepChoice::apply_to(plan::Settings& settings) const {
  settings.selection = selection;
  settings.with = with;
}

void add_selector_options(OptionSet& options) {
  options.group("Which steps: id, stage, hop, glob or tag:NAME; repeatable, or with commas")
      .list("only", "STEP", "nothing but these")
      .list("skip", "STEP", "not these")
      .list("from-step", "STEP", "from the first of these on")
      .list("until", "STEP", "up to the last of these");
}

void add_selection_options(OptionSet& options) {
  add_selector_options(options);
  options.list("with", "NAME", "an optional step as well, by its id, the id's last part, or a tag")
      .flag("with-prerequisites",
            "what the selected steps need as well; without it, what they need and is not so yet refuses the run");
}

std::vector<std::string> all_parts(const Arguments& arguments, const std::string& option) {
  std::vector<std::string> parts;
  for (const auto& text : arguments.all(option)) {
    for (auto& part : split(text, ',')) {
      if (!part.empty()) parts.push_back(std::move(part));
    }
  }
  return parts;
}

StepChoice step_choice(const Arguments& arguments) {
  StepChoice choice;
  choice.selection.only = all_parts(arguments, "only");
  choice.selection.skip = all_parts(arguments, "skip");
  choice.selection.from_step = all_parts(arguments, "from-step");
  choice.selection.until = all_parts(arguments, "until");
  choice.selection.with_prerequisites = arguments.has("with-prerequisites");
  choice.with = all_parts(arguments, "with");
  return choice;
}

std::string refusal_text(const std::vector<engine::Missing>& missing) {
  return fmt::format(
      "the selection leaves out {} that it needs and that {} not so yet; add {} with --with-prerequisites",
      missing.size() == 1 ? "a step" : fmt::format("{} steps", missing.size()), missing.size() == 1 ? "is" : "are",
      missing.size() == 1 ? "it" : "them");
}

void refuse_selection(const std::vector<engine::Missing>& missing, report::Document& document) {
  for (const auto& one : missing) {
    document.diagnostics.push_back(
        {Severity::kError, fmt::format("missing: {}", one.id), fmt::format("{} – {}", one.title, one.why), one.id});
  }
  document.summary = refusal_text(missing);
  document.exit_status = kExitBlocked;
}

}  // namespace upshift::cli
