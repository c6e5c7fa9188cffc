#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/boot_clock.hpp"
#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/interrupt.hpp"
#include "cli/live_lock.hpp"
#include "engine/unlock.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {
namespace {

using End = engine::Unlocked::End;

OptionSet options() {
  OptionSet set;
  set.group("Whose lock").value("namespace,n", "NAME", "the project; default: the kubeconfig's");
  add_access_options(set, "How it is reached; default: as kubectl does");
  set.group("How")
      .flag("force", "do not wait for a proof; the holder may still send a change until it notices")
      .value("reason", "TEXT", "why; kept in the project")
      .flag("quiet,q", "no progress on stderr");
  add_general_options(set);
  return set;
}

struct Page {
  std::string_view state;
  std::string text;
  int exit_status;
};

Page page_of(const engine::Unlocked& unlocked, const std::string& project) {
  switch (unlocked.end) {
    case End::kFree:
      return {"free", fmt::format("nobody holds the lock of project '{}'", project), kExitDone};
    case End::kUnlocked:
      return {"unlocked",
              fmt::format("the lock of project '{}' is free now. It was {}.\nProof: {}", project,
                          unlocked.record.display(), unlocked.proof),
              kExitDone};
    case End::kAlive:
      return {"alive",
              fmt::format("the lock of project '{}' stays: its holder renews it. It is {}", project,
                          unlocked.record.display()),
              kExitLocked};
    case End::kStopped:
      break;
  }
  return {"stopped", fmt::format("stopped; the lock of project '{}' stays {}", project, unlocked.record.display()),
          kExitInterrupted};
}

Json json_of(const engine::Unlocked& unlocked, const Page& page) {
  Json holder;
  if (unlocked.end != End::kFree) {
    const auto& record = unlocked.record;
    holder = {{"user", record.user},
              {"host", record.host},
              {"process", record.process},
              {"run", record.run},
              {"step", record.step},
              {"since", to_rfc3339(record.since)},
              {"renewed", to_rfc3339(record.renewed)},
              {"time_to_live_ms", record.time_to_live.count()}};
  }
  return {{"unlock", 1},
          {"state", std::string(page.state)},
          {"summary", page.text},
          {"holder", std::move(holder)},
          {"proof", unlocked.proof},
          {"exit_status", page.exit_status}};
}

Result<int> run(const Arguments& arguments) {
  catch_interrupts();
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  UPSHIFT_ASSIGN(const auto cluster, open_live_cluster(access_overrides(arguments), nullptr));
  cluster::Client client(*cluster.transport, cluster.name_space);
  const auto who = this_process("", "");
  const bool quiet = arguments.has("quiet");
  bool told = false;
  const auto tell = [&](const engine::LockRecord& record, Duration left) {
    if (quiet) return;
    if (!std::exchange(told, true)) std::cerr << report::printable("the lock is " + record.display()) << "\n";
    std::cerr << fmt::format("watching for {} more whether anybody renews it\n", to_text(left));
  };
  const BootClock boot;
  auto unlocked = engine::unlock(client, boot, {arguments.has("force"), arguments.get("reason"), who.user, who.host},
                                 interrupted, tell);
  if (!unlocked && unlocked.error().code == StatusCode::kInvalidArgument) return failure(unlocked.error());
  if (!unlocked) return failure(as_unreachable(std::move(unlocked.error()), cluster));
  const Page page = page_of(*unlocked, cluster.name_space);
  if (settings.output == "json") {
    std::cout << to_text(json_of(*unlocked, page), 2) << "\n";
  } else {
    std::cout << report::printable(page.text) << "\n";
  }
  return page.exit_status;
}

}  // namespace

const Command& unlock_command() {
  static const Command kCommand{
      "unlock",
      "frees a project's lock whose holder is gone",
      "[OPTION…]",
      "Says who holds the lock of the project and since when, and watches whether anybody\n"
      "renews it. Where nobody does for its whole time to live, the holder is gone and the lock\n"
      "is given free, with a note in the project of who did it and what proves it. A lock that\n"
      "is renewed meanwhile stays, with status 6. A killed upgrade needs none of this on the\n"
      "machine that has its journal: `upshift resume` takes its own lock over.\n",
      "  upshift unlock -n 3scale\n"
      "  upshift unlock -n 3scale --force --reason 'the laptop was stolen'\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
