// What may be shown of a journal: everything but secrets.
#pragma once

#include "engine/redactor.hpp"
#include "journal/journal.hpp"

namespace upshift::cli {

class JournalSecrets {
 public:
  // Knows every secret of the journal: values of steps and parameters that are marked, credentials in Secrets.
  static Result<JournalSecrets> of(journal::Journal& journal);

  // A change without the values of Secrets, credentials in other objects, and whatever else of it is known to be
  // secret.
  journal::Change shown(journal::Change change) const;
  journal::Value shown(journal::Value value) const;
  // What a step or a plugin wrote.
  std::string shown(const std::string& text) const;
  Json shown(const Json& json) const;

 private:
  void add_secret_object(const Json& object);
  engine::Redactor known_;
};

}  // namespace upshift::cli
