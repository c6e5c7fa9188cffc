#include <iostream>

#include "base/file.hpp"
#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/journal_choice.hpp"
#include "cli/journal_document.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  add_journal_choice(set);
  set.group("What is written")
      .value("file", "FILE", "write to a file of mode 0600, not to stdout")
      .flag("with-secrets", "everything as it stands in the journal; only to a --file");
  add_general_options(set);
  return set;
}

// Text is a record a line, JSON one document.
Result<std::string> write(journal::Journal& journal, const JournalSecrets* secrets, const JournalChoice& choice,
                          bool one_document) {
  std::string lines;
  Json records = Json::array();
  UPSHIFT_TRY(each_record(journal, secrets, [&](Json record) {
    if (one_document) {
      records.push_back(std::move(record));
    } else {
      lines += upshift::to_text(record) + "\n";
    }
  }));
  if (!one_document) return lines;
  return upshift::to_text(Json{{"export", 1},
                               {"journal", choice.path.string()},
                               {"with_secrets", secrets == nullptr},
                               {"records", std::move(records)}},
                          2) +
         "\n";
}

Result<int> run(const Arguments& arguments) {
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  const bool with_secrets = arguments.has("with-secrets");
  if (with_secrets && !arguments.has("file")) {
    return failure(StatusCode::kInvalidArgument, "--with-secrets writes to a file only",
                   "Add --file FILE; it is made with mode 0600.");
  }
  UPSHIFT_ASSIGN(const auto choice, choose_journal(arguments));
  UPSHIFT_ASSIGN(const auto journal, look_into(choice, settings));
  UPSHIFT_ASSIGN(const auto secrets, JournalSecrets::of(*journal));
  UPSHIFT_ASSIGN(const std::string text,
                 write(*journal, with_secrets ? nullptr : &secrets, choice, settings.output == "json"));
  if (arguments.has("file")) {
    UPSHIFT_TRY(write_private_file(arguments.get("file"), text));
  } else {
    std::cout << text;
  }
  return kExitDone;
}

}  // namespace

const Command& journal_export_command() {
  static const Command kCommand{
      "journal export",
      "writes a whole journal as JSON, for other programs",
      "[OPTION…]",
      "Writes every run, step run, change and value of a journal, one JSON record a line, or\n"
      "one document with --output json. Secrets are hidden unless --with-secrets asks for\n"
      "them, which writes to a file that its owner alone may read.\n",
      "  upshift journal export -n 3scale > journal.jsonl\n"
      "  upshift journal export -n 3scale --with-secrets --file journal.jsonl\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
