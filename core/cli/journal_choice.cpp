#include "cli/journal_choice.hpp"

#include <fmt/format.h>

#include "cli/live_session.hpp"

namespace upshift::cli {

void add_journal_choice(OptionSet& options) {
  options.group("Which journal")
      .value("journal", "FILE", "default: the project's own, under $XDG_STATE_HOME")
      .value("namespace,n", "NAME", "the project; default: the kubeconfig's")
      .value("context", "NAME", "of the kubeconfig")
      .value("server", "URL", "of the API; it is not asked");
}

Result<JournalChoice> choose_journal(const Arguments& arguments) {
  if (arguments.has("journal")) {
    for (const char* option : {"namespace", "context", "server"}) {
      if (!arguments.has(option)) continue;
      return failure(StatusCode::kInvalidArgument, fmt::format("--journal and --{} exclude each other", option),
                     "Name the journal's file, or the project that it is of.");
    }
    return JournalChoice{arguments.get("journal"), ""};
  }
  cluster::http::AccessOverrides overrides = access_overrides(arguments);
  // Nobody is asked, so nobody needs to be proved.
  overrides.token_file.clear();
  overrides.certificate_authority.clear();
  UPSHIFT_ASSIGN(const auto access,
                 cluster::http::find_access(overrides, cluster::http::Surroundings::of_this_process()));
  return JournalChoice{state_directory(access.server, access.name_space) / "journal.db",
                       fmt::format("project '{}' at {}", access.name_space, access.server)};
}

Result<std::shared_ptr<const journal::KeyRing>> journal_keys(const config::Settings& settings) {
  if (settings.journal_key_file.empty()) return std::shared_ptr<const journal::KeyRing>();
  return journal::KeyRing::read(settings.journal_key_file);
}

Result<std::unique_ptr<journal::Journal>> look_into(const JournalChoice& choice, const config::Settings& settings) {
  UPSHIFT_ASSIGN(auto keys, journal_keys(settings));
  auto journal = journal::journal_snapshot(choice.path, std::move(keys), journal::Sealed::kLeaveOut);
  if (journal || journal.error().code != StatusCode::kNotFound) return journal;
  if (choice.project.empty()) return journal;
  return failure(StatusCode::kNotFound,
                 fmt::format("there is no journal of {}: no upgrade was begun on this machine", choice.project),
                 fmt::format("It would be '{}'. --journal FILE names another one.", choice.path.string()),
                 choice.path.string());
}

}  // namespace upshift::cli
