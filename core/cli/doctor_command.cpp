#include <iostream>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/doctor.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  set.group("What is looked at").value("namespace,n", "NAME", "the project; default: the kubeconfig's");
  add_access_options(set, "How it is reached; default: as kubectl does");
  add_version_options(set);
  add_general_options(set);
  return set;
}

Result<int> run(const Arguments& arguments) {
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  UPSHIFT_ASSIGN(const auto session, open_live_session(arguments, settings, nullptr));
  UPSHIFT_ASSIGN(const Diagnosis diagnosis, examine(*session, version_request(arguments), settings));
  if (settings.output == "json") {
    std::cout << upshift::to_text(to_json(diagnosis), 2) << "\n";
  } else {
    std::cout << to_text(diagnosis, look_of(STDOUT_FILENO, settings.colour));
  }
  return diagnosis.blocked() ? kExitBlocked : kExitDone;
}

}  // namespace

const Command& doctor_command() {
  static const Command kCommand{
      "doctor",
      "tells whether a live project is fit for an upgrade",
      "[OPTION…]",
      "Looks at everything that an upgrade of the project needs and changes nothing: whether\n"
      "the server answers and what it is, which version and variant is installed, whether its\n"
      "deployments are at rest, which parameters and rights are missing, and how a rehearsal\n"
      "of the project ends. Exit status 3 where something would block an upgrade.\n",
      "  upshift doctor -n 3scale\n"
      "  upshift doctor -n 3scale --to 2.6 --set registry.credentials-file=config.json\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
