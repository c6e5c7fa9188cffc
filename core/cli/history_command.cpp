#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/journal_choice.hpp"
#include "cli/run_summary.hpp"

namespace upshift::cli {
namespace {

using Row = std::array<std::string, 8>;

OptionSet options() {
  OptionSet set;
  add_journal_choice(set);
  add_general_options(set);
  return set;
}

std::string remarks(const RunSummary& summary) {
  std::string text;
  const auto add = [&text](const std::string& remark) { text += (text.empty() ? "" : ", ") + remark; };
  if (summary.attempts > 1) add("resumed");
  if (summary.run.undoes != 0) add(fmt::format("takes back run {}", summary.run.undoes));
  if (summary.taken_back_by != 0)
    add(fmt::format("{} changes taken back by run {}", summary.taken_back, summary.taken_back_by));
  if (summary.open_changes != 0) add(fmt::format("{} changes without a known outcome", summary.open_changes));
  return text;
}

Row row_of(const RunSummary& summary) {
  const bool ended = summary.run.finished != TimePoint{};
  return {std::to_string(summary.run.id),
          summary.run.mode,
          versions_of(summary.run),
          to_rfc3339(summary.run.started),
          ended ? to_text(summary.took()) : "-",
          std::string(to_string(summary.run.state)),
          fmt::format("{} of {}", summary.done + summary.skipped, summary.planned),
          std::to_string(summary.changes)};
}

void print_table(const std::vector<RunSummary>& runs, const report::Look& look) {
  std::vector<Row> rows{{"RUN", "WHAT", "VERSIONS", "BEGUN", "TOOK", "STATE", "STEPS", "CHANGES"}};
  for (const auto& summary : runs) rows.push_back(row_of(summary));
  std::array<int, 8> width{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], report::display_width(row[i]));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string line;
    for (std::size_t column = 0; column < width.size(); ++column) {
      const auto& cell = rows[i][column];
      const std::string text = column + 1 < width.size() ? report::pad(cell, width[column] + 2) : cell;
      const bool is_state = i > 0 && column == 5;
      line += is_state ? report::paint(look, report::tone_of(cell), text) : report::printable(text);
    }
    std::cout << line << "\n";
    if (i == 0) continue;
    if (const auto remark = remarks(runs[i - 1]); !remark.empty()) std::cout << "     " << remark << "\n";
  }
}

Result<int> run(const Arguments& arguments) {
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  UPSHIFT_ASSIGN(const auto choice, choose_journal(arguments));
  UPSHIFT_ASSIGN(const auto journal, look_into(choice, settings));
  UPSHIFT_ASSIGN(const auto runs, summarize_runs(*journal));
  if (settings.output == "json") {
    Json list = Json::array();
    for (const auto& summary : runs) list.push_back(to_json(summary));
    std::cout << to_text(Json{{"history", 1}, {"journal", choice.path.string()}, {"runs", list}}, 2) << "\n";
  } else if (runs.empty()) {
    std::cout << "the journal holds no run\n";
  } else {
    print_table(runs, look_of(STDOUT_FILENO, settings.colour));
  }
  return kExitDone;
}

}  // namespace

const Command& history_command() {
  static const Command kCommand{
      "history",
      "lists what was run on a project: upgrades, rollbacks, backups",
      "[OPTION…]",
      "Lists every run of the project's journal, oldest first, with its times, its state and\n"
      "what it came to; what was resumed, and what a rollback took back.\n",
      "  upshift history -n 3scale\n"
      "  upshift history --journal journal.db --output json\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
