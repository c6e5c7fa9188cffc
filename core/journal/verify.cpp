#include "journal/verify.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <sys/stat.h>

#include "journal/format.hpp"
#include "journal/open.hpp"
#include "journal/rows.hpp"
#include "journal/seal.hpp"

namespace upshift::journal {
namespace {

using Grade = Finding::Grade;

class Verifier {
 public:
  Verifier(const std::filesystem::path& path, const KeyRing* keys) : path_(path), keys_(keys) {}

  Result<Verification> verify() {
    UPSHIFT_TRY(open());
    if (!database_) return std::move(out_);
    check_structure();
    check_runs();
    check_steps();
    check_changes();
    check_values();
    for (const auto& [id, count] : unopened_) {
      add(Grade::kNote, "encryption",
          fmt::format("{} values are encrypted with the key {}, which is not at hand", count, id));
    }
    if (out_.sound()) {
      add(Grade::kSound, "checksums",
          fmt::format("{} runs, {} step runs, {} changes and {} values fit theirs", out_.runs, out_.step_runs,
                      out_.changes, out_.values));
      add(Grade::kSound, "order", "runs, steps and changes stand in the order in which they were made");
    }
    return std::move(out_);
  }

 private:
  void add(Grade grade, std::string subject, std::string text) {
    out_.findings.push_back({grade, std::move(subject), std::move(text)});
  }
  void damaged(std::string subject, std::string text) { add(Grade::kDamaged, std::move(subject), std::move(text)); }

  // No database where there is nothing more to look at.
  Status open() {
    auto file = open_to_read(path_);
    if (!file) return as_finding(file.error());
    struct stat facts = {};
    if (::stat(path_.c_str(), &facts) == 0 && (facts.st_mode & 077U) != 0) {
      add(Grade::kNote, "file",
          fmt::format("others may read it (mode {:04o}); the next run makes it private", facts.st_mode & 07777U));
    }
    auto copy = Database::copy_in_memory(**file);
    if (!copy) return as_finding(copy.error());
    const auto format = format_of(**copy);
    if (!format) return as_finding(format.error());
    out_.format = *format;
    // Row by row it is looked at in the present format.
    if (const auto migrated = migrate(**copy, *format); !migrated) return as_finding(migrated.error());
    add(Grade::kSound, "file", fmt::format("format {}, {} bytes", *format, facts.st_size));
    database_ = std::move(*copy);
    return {};
  }

  Status as_finding(const Error& error) {
    if (error.code != StatusCode::kFailedPrecondition) return failure(error);
    damaged("file", error.summary);
    return {};
  }

  void check_structure() {
    bool sound = true;
    const bool read = each("PRAGMA integrity_check(20)", [&](const Statement& row) {
      if (row.text(0) == "ok") return;
      sound = false;
      damaged("structure", row.text(0));
    });
    const bool referenced = each("PRAGMA foreign_key_check", [&](const Statement& row) {
      sound = false;
      damaged("references",
              fmt::format("row {} of {} belongs to nothing in {}", row.integer(1), row.text(0), row.text(2)));
    });
    if (sound && read && referenced)
      add(Grade::kSound, "structure", "SQLite finds nothing wrong, and no row is left alone");
  }

  // False where not all rows could be read, which is a finding.
  template <typename Look>
  bool each(const char* sql, const Look& look) {
    auto query = database_->statement(sql);
    if (!query) {
      damaged("structure", query.error().summary);
      return false;
    }
    (*query)->bind();
    while (true) {
      const auto row = (*query)->step("read");
      if (!row) damaged("structure", row.error().summary);
      if (!row || !*row) break;
      look(**query);
    }
    (*query)->reset();
    return true;
  }

  void check_json(const StoredJson& value, const std::string& what, const std::string& place = {}) {
    if (!value) return;
    if (!is_sealed(*value)) {
      if (!parse_json(*value, "value")) damaged("checksums", what + " holds what is no JSON");
      return;
    }
    ++out_.sealed;
    const std::string id = key_id_of(*value);
    if (keys_ == nullptr || !keys_->has(id)) {
      ++unopened_[id];
    } else if (const auto text = keys_->open(*value, place); !text || !parse_json(*text, "value")) {
      damaged("encryption", what + " cannot be opened with its key");
    }
  }

  void check_runs() {
    each(RunRow::kAll, [this](const Statement& row) {
      const RunRow read = RunRow::read(row);
      const std::string what = fmt::format("run {}", read.run.id);
      ++out_.runs;
      has_rollback_ = has_rollback_ || read.run.mode == "rollback";
      if (!read.intact()) return damaged("checksums", what + " does not fit its checksum");
      check_json(read.plan, what);
      const bool ended = read.run.finished != TimePoint{};
      if (ended == (read.run.state == RunState::kRunning)) {
        damaged("order", fmt::format("{} is {} and has {} end", what, to_string(read.run.state), ended ? "an" : "no"));
      }
      if (!ended) add(Grade::kNote, "runs", what + " has no end: it goes on, or somebody was killed");
      if (read.run.undoes >= read.run.id) damaged("references", what + " takes back a later one");
    });
  }

  void check_steps() {
    std::map<std::pair<RunId, std::string>, int> attempts;
    each(StepRow::kAll, [&](const Statement& row) {
      const StepRow read = StepRow::read(row);
      const std::string what = fmt::format("step run {} ({})", read.step.id, read.step.step);
      ++out_.step_runs;
      steps_[read.step.id] = read.step;
      if (!read.intact()) return damaged("checksums", what + " does not fit its checksum");
      check_json(read.reply, what);
      int& last = attempts[{read.step.run, read.step.step}];
      // After a rollback steps begin anew.
      if (!has_rollback_ && read.step.attempt <= last) {
        damaged("order", fmt::format("{} is attempt {} after attempt {}", what, read.step.attempt, last));
      }
      last = read.step.attempt;
      if (read.step.state == StepState::kRunning) add(Grade::kNote, "steps", what + " has no end");
    });
  }

  void check_changes() {
    std::map<ChangeId, RunId> runs;
    each(ChangeRow::kAll, [&](const Statement& row) {
      const ChangeRow read = ChangeRow::read(row);
      const Change& change = read.change;
      const std::string what = fmt::format("change {} ({} {})", change.id, to_string(change.verb), change.object);
      ++out_.changes;
      const auto step = steps_.find(change.step_run);
      if (step != steps_.end()) runs[change.id] = step->second.run;
      if (!read.intent_intact()) return damaged("checksums", what + " does not fit its checksum");
      if (!read.outcome_intact()) return damaged("checksums", "the outcome of " + what + " does not fit its checksum");
      check_json(read.request, what, place_of(change, "request"));
      check_json(read.old_value, what, place_of(change, "old_value"));
      check_json(read.intended, what, place_of(change, "intended"));
      check_json(read.new_value, what, place_of(change, "new_value"));
      if (step != steps_.end() && step->second.step != change.step) {
        damaged("references",
                fmt::format("{} is of step {}, its step run of {}", what, change.step, step->second.step));
      }
      if (change.undoes != 0 && !runs.contains(change.undoes)) {
        damaged("references",
                fmt::format("{} takes back change {}, which was not made before it", what, change.undoes));
      }
      if (change.state != ChangeState::kIntended && change.state != ChangeState::kUnknown) return;
      ++out_.open_changes;
      add(Grade::kNote, "changes", what + " has no known outcome; resume or rollback look at the live object");
    });
  }

  void check_values() {
    each(ValueRow::kAll, [this](const Statement& row) {
      const ValueRow read = ValueRow::read(row);
      const std::string what = fmt::format("the value '{}' of run {}", read.name, read.run);
      ++out_.values;
      if (!read.intact()) return damaged("checksums", what + " does not fit its checksum");
      check_json(read.value, what, place_of(read.run, read.name));
    });
  }

  const std::filesystem::path& path_;
  const KeyRing* keys_;
  std::map<std::string, int> unopened_;  // by key
  Verification out_;
  std::unique_ptr<Database> database_;
  bool has_rollback_ = false;
  std::map<StepRunId, StepRun> steps_;
};

}  // namespace

bool Verification::sound() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.grade == Grade::kDamaged; });
}

Result<Verification> verify_journal(const std::filesystem::path& path, const KeyRing* keys) {
  return Verifier(path, keys).verify();
}

}  // namespace upshift::journal
