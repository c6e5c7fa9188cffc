// Rows as they stand in the file, with their checksums; what reading, writing, migrating and verifying share.
#pragma once

#include <optional>
#include <string>

#include "journal/database.hpp"
#include "journal/digest.hpp"
#include "journal/journal.hpp"

namespace upshift::journal {

// Each `…Row` holds what its name says without JSON columns, and those as stored. `known`: this version knows the words
// in state and verb columns.

struct RunRow {
  Run run;
  StoredJson plan;
  std::string digest = {};
  bool known = true;

  // The columns that read() expects; all rows, in order.
  static constexpr const char* kAll =
      "SELECT id, mode, product, from_version, to_version, target, plan, started_ms, finished_ms, state, files, "
      "undoes, digest FROM runs ORDER BY id";
  static RunRow read(const Statement& row);
  std::string digest_of() const;
  bool intact() const { return known && digest == digest_of(); }
};

struct StepRow {
  StepRun step;
  StoredJson reply;
  std::string digest = {};
  bool known = true;

  static constexpr const char* kAll =
      "SELECT id, run, step, attempt, state, summary, reply, started_ms, finished_ms, digest FROM step_runs "
      "ORDER BY id";
  static StepRow read(const Statement& row);
  std::string digest_of() const;
  bool intact() const { return known && digest == digest_of(); }
};

struct ChangeRow {
  Change change;
  StoredJson request, old_value, intended, new_value;
  std::string intent_digest = {};
  std::optional<std::string> outcome_digest = {};
  bool known = true;

  static constexpr const char* kAll =
      "SELECT id, step_run, step, verb, object, kind, name, request, old_value, intended, intended_ms, intent_digest, "
      "state, http_status, new_value, error, settled_ms, outcome_digest, undoes FROM changes ORDER BY id";
  static ChangeRow read(const Statement& row);
  std::string intent_digest_of() const;
  std::string outcome_digest_of() const;
  bool intent_intact() const { return known && intent_digest == intent_digest_of(); }
  bool outcome_intact() const;
};

struct ValueRow {
  RunId run = 0;
  std::string name, step;
  bool secret = false;
  StoredJson value;
  std::string digest = {};

  static constexpr const char* kAll =
      "SELECT run, name, step, value, secret, digest FROM run_values ORDER BY run, name";
  static ValueRow read(const Statement& row);
  std::string digest_of() const;
  bool intact() const { return digest == digest_of(); }
};

// Nothing for JSON null.
StoredJson stored(const Json& value);

}  // namespace upshift::journal
