#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/customisations.hpp"
#include "cli/needed_rights.hpp"
#include "cli/plan_page.hpp"
#include "cli/progress.hpp"
#include "cli/rehearsal.hpp"
#include "cli/rehearsal_options.hpp"
#include "cli/restart_count.hpp"
#include "plan/graph.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  add_rehearsal_options(set);
  set.group("What comes out")
      .flag("customisations", "what was changed since the installation, and what each hop does with it, instead")
      .value("stock", "FILE",
             "the template that was installed, which --customisations compares with; default: the built-in sample")
      .value("graph", "FORM", "print the steps as a graph instead: dot (Graphviz) or mermaid")
      .flag("rbac", "print the smallest Role that lets a user carry out the plan, instead");
  add_general_options(set);
  return set;
}

// Kinds that a backup only saves where it may are in it: who grants a Role decides once.
void print_role(const Rehearsal& rehearsal) {
  NeededRights rights = needed_rights(rehearsal.plan());
  rights.needed.merge(rights.wanted);
  std::cout << to_text(cluster::role_of("upshift", rights.needed), 2) << "\n";
}

// A table is kept to 80 columns where nobody tells how wide it may be.
report::Look table_look(const std::string& colour) {
  report::Look look = look_of(STDOUT_FILENO, colour);
  if (!is_terminal(STDOUT_FILENO)) look.width = 80;
  return look;
}

Result<int> print_graph(const Rehearsal& rehearsal, const std::string& form) {
  if (form == "dot") {
    std::cout << plan::to_dot(rehearsal.plan());
  } else if (form == "mermaid") {
    std::cout << plan::to_mermaid(rehearsal.plan());
  } else {
    return failure(StatusCode::kInvalidArgument, fmt::format("--graph is 'dot' or 'mermaid', not '{}'", form));
  }
  return kExitDone;
}

Result<int> print_customisations(RehearsalRequest request, const std::string& stock) {
  const config::Settings settings = request.settings;
  UPSHIFT_ASSIGN(const auto found, find_customisations(std::move(request), stock));
  if (settings.output == "json") {
    std::cout << to_text(to_json(found), 2) << "\n";
  } else {
    std::cout << customisations_text(found, table_look(settings.colour));
  }
  return kExitDone;
}

// With what a rehearsal finds, where there is something to do and nothing is missing.
Status fill(PlanPage& page, Rehearsal& rehearsal) {
  page.version = rehearsal.version();
  page.plan = rehearsal.plan();
  page.stand_ins = rehearsal.stand_ins();
  page.warnings = rehearsal.warnings();
  if (page.version.nothing_to_do) return {};
  UPSHIFT_ASSIGN(page.missing, rehearsal.missing());
  if (!page.missing.empty()) return {};
  RestartCount restarts(rehearsal.plan(), [&rehearsal] { return rehearsal.rollouts(); });
  EventFan events;
  events.add(&page.rehearsed);
  events.add(&restarts.sink());
  UPSHIFT_TRY(rehearsal.run(events));
  page.restarts = restarts.finish();
  return {};
}

Result<int> run(const Arguments& arguments) {
  if (asks_for_samples(arguments)) {
    print_samples();
    return kExitDone;
  }
  UPSHIFT_ASSIGN(RehearsalRequest request, rehearsal_request(arguments));
  const config::Settings settings = request.settings;
  if (arguments.has("customisations")) return print_customisations(std::move(request), arguments.get("stock"));
  if (arguments.has("stock")) {
    return failure(StatusCode::kInvalidArgument, "--stock is what --customisations compares with",
                   "add --customisations");
  }
  UPSHIFT_ASSIGN(const auto rehearsal, Rehearsal::prepare(std::move(request), nullptr));
  if (arguments.has("rbac")) {
    print_role(*rehearsal);
    return kExitDone;
  }
  const auto form = arguments.get("graph");
  if (!form.empty()) return print_graph(*rehearsal, form);
  PlanPage page;
  UPSHIFT_TRY(fill(page, *rehearsal));
  if (settings.output == "json") {
    std::cout << to_text(plan_page_json(page), 2) << "\n";
  } else {
    std::cout << plan_page_text(page, table_look(settings.colour));
  }
  return page.missing.empty() ? kExitDone : kExitBlocked;
}

}  // namespace

const Command& plan_command() {
  static const Command kCommand{
      "plan",
      "lists the steps of an upgrade, what each changes and waits for",
      "[OPTION…]",
      "Lists every step by the guide's sections: what it waits for, its gate, whether it can\n"
      "be undone, and from where on there is no return. The whole is rehearsed in memory\n"
      "first, so that the real changes, waits and restarts are told. A selection that leaves\n"
      "out what it needs, and what is not so yet, is refused with the list of it (status 3).\n",
      "  upshift plan\n"
      "  upshift plan --manifest amp.yml --param WILDCARD_DOMAIN=example.com --to 2.6\n"
      "  upshift plan --manifest project.json --output json\n"
      "  upshift plan --only 'tag:image' --with-prerequisites\n"
      "  upshift plan --live -n 3scale --customisations --stock amp.yml\n"
      "  upshift plan --graph dot | dot -Tsvg -o plan.svg\n"
      "  upshift plan --rbac | oc create -n 3scale -f -\n"
      "  oc policy add-role-to-user upshift USER --role-namespace 3scale -n 3scale\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
