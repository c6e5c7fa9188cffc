#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/needed_rights.hpp"
#include "cli/plan_page.hpp"
#include "cli/rehearsal.hpp"
#include "cli/rehearsal_options.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  add_rehearsal_options(set);
  set.group("What comes out").flag("rbac", "print the smallest Role that lets a user carry out the plan, instead");
  add_general_options(set);
  return set;
}

// Kinds that a backup only saves where it may are in it: who grants a Role decides once.
void print_role(const Rehearsal& rehearsal) {
  NeededRights rights = needed_rights(rehearsal.plan());
  rights.needed.merge(rights.wanted);
  std::cout << to_text(cluster::role_of("upshift", rights.needed), 2) << "\n";
}

Result<int> run(const Arguments& arguments) {
  if (asks_for_samples(arguments)) {
    print_samples();
    return kExitDone;
  }
  UPSHIFT_ASSIGN(RehearsalRequest request, rehearsal_request(arguments));
  const config::Settings settings = request.settings;
  UPSHIFT_ASSIGN(const auto rehearsal, Rehearsal::prepare(std::move(request), nullptr));
  if (arguments.has("rbac")) {
    print_role(*rehearsal);
    return kExitDone;
  }
  PlanPage page{rehearsal->version(), rehearsal->plan(), {}, {}, rehearsal->stand_ins(), rehearsal->warnings()};
  if (!rehearsal->version().nothing_to_do) {
    const auto before = rehearsal->rollouts();
    UPSHIFT_TRY(rehearsal->run(page.rehearsed));
    for (const auto& [name, version] : rehearsal->rollouts()) {
      const auto known = before.find(name);
      const auto restarts = version - (known == before.end() ? 0 : known->second);
      if (restarts > 0) page.rollouts[name] = restarts;
    }
  }
  if (settings.output == "json") {
    std::cout << to_text(plan_page_json(page), 2) << "\n";
  } else {
    std::cout << plan_page_text(page, look_of(STDOUT_FILENO, settings.colour));
  }
  return kExitDone;
}

}  // namespace

const Command& plan_command() {
  static const Command kCommand{
      "plan",
      "lists the steps of an upgrade, what each changes and waits for",
      "[OPTION…]",
      "Lists every step by the guide's sections: what it waits for, its gate, whether it can\n"
      "be undone, and from where on there is no return. The whole is rehearsed in memory\n"
      "first, so that the real changes, waits and restarts are told.\n",
      "  upshift plan\n"
      "  upshift plan --manifest amp.yml --param WILDCARD_DOMAIN=example.com --to 2.6\n"
      "  upshift plan --manifest project.json --output json\n"
      "  upshift plan --rbac | oc create -n 3scale -f -\n"
      "  oc policy add-role-to-user upshift USER --role-namespace 3scale -n 3scale\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
