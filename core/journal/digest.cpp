#include "base/file.hpp"
#include "journal/sqlite_journal.hpp"

namespace upshift::journal {
namespace {

std::string digest(const Json& fields) {
  return sha256_hex(to_text(fields));
}

}  // namespace

std::string intent_digest(const Change& change) {
  Json fields =
      Json::array({change.step_run, change.step, to_string(change.verb), change.object, change.kind, change.name,
                   change.request, change.old_value, change.intended, change.intended_at.time_since_epoch().count()});
  // Rows of format 1 have none.
  if (change.undoes != 0) fields.push_back(change.undoes);
  return digest(fields);
}

std::string outcome_digest(const Change& change) {
  return digest(Json::array({change.id, to_string(change.state), change.http_status, change.new_value, change.error,
                             change.settled_at.time_since_epoch().count()}));
}

std::string value_digest(RunId run, const std::string& name, const std::string& step, const Json& value, bool secret) {
  return digest(Json::array({run, name, step, value, secret}));
}

}  // namespace upshift::journal
