#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/journal_choice.hpp"
#include "journal/verify.hpp"

namespace upshift::cli {
namespace {

using Grade = journal::Finding::Grade;

OptionSet options() {
  OptionSet set;
  add_journal_choice(set);
  add_general_options(set);
  return set;
}

std::string_view word_of(Grade grade) {
  return grade == Grade::kSound ? "sound" : grade == Grade::kNote ? "note" : "damaged";
}

Json to_json(const journal::Verification& verification, const JournalChoice& choice) {
  Json findings = Json::array();
  for (const auto& finding : verification.findings) {
    findings.push_back({{"grade", word_of(finding.grade)}, {"subject", finding.subject}, {"text", finding.text}});
  }
  return {{"verification", 1},
          {"journal", choice.path.string()},
          {"sound", verification.sound()},
          {"format", verification.format},
          {"counts",
           {{"runs", verification.runs},
            {"step_runs", verification.step_runs},
            {"changes", verification.changes},
            {"open_changes", verification.open_changes},
            {"values", verification.values},
            {"sealed", verification.sealed}}},
          {"findings", findings}};
}

void print_text(const journal::Verification& verification, const JournalChoice& choice, const report::Look& look) {
  for (const auto& finding : verification.findings) {
    const auto tone = finding.grade == Grade::kSound  ? report::Tone::kGood
                      : finding.grade == Grade::kNote ? report::Tone::kNote
                                                      : report::Tone::kBad;
    std::cout << report::paint(look, tone, report::pad(word_of(finding.grade), 9)) << report::pad(finding.subject, 12)
              << report::printable(finding.text) << "\n";
  }
  std::cout << choice.path.string()
            << (verification.sound() ? " is sound.\n"
                                     : " is damaged. Restore it from a copy; what is told of cannot be relied on.\n");
}

Result<int> run(const Arguments& arguments) {
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  UPSHIFT_ASSIGN(const auto choice, choose_journal(arguments));
  UPSHIFT_ASSIGN(const auto keys, journal_keys(settings));
  UPSHIFT_ASSIGN(const auto verification, journal::verify_journal(choice.path, keys.get()));
  if (settings.output == "json") {
    std::cout << upshift::to_text(to_json(verification, choice), 2) << "\n";
  } else {
    print_text(verification, choice, look_of(STDOUT_FILENO, settings.colour));
  }
  return verification.sound() ? kExitDone : kExitStepFailed;
}

}  // namespace

const Command& journal_verify_command() {
  static const Command kCommand{"journal verify",
                                "tells whether a journal can be relied on",
                                "[OPTION…]",
                                "Looks at everything in a journal: its format, the file's structure, the checksum of\n"
                                "every row, their order, rows that belong to nothing, and changes without a known\n"
                                "outcome. Exit status 0 where it is sound, 1 where it is damaged.\n",
                                "  upshift journal verify -n 3scale\n"
                                "  upshift journal verify --journal copy-of-journal.db\n",
                                options,
                                run};
  return kCommand;
}

}  // namespace upshift::cli
