#include "cli/record_json.hpp"

#include <fmt/format.h>

namespace upshift::cli {

Json time_or_null(TimePoint at) {
  return at == TimePoint{} ? Json() : Json(to_rfc3339(at));
}

Json id_or_null(std::int64_t id) {
  return id == 0 ? Json() : Json(id);
}

Json facts_of(const journal::Run& run) {
  return {{"id", run.id},
          {"mode", run.mode},
          {"product", run.product},
          {"from", run.from_version},
          {"to", run.to_version},
          {"target", run.target},
          {"state", to_string(run.state)},
          {"started", to_rfc3339(run.started)},
          {"finished", time_or_null(run.finished)},
          {"undoes", id_or_null(run.undoes)}};
}

Json facts_of(const journal::Change& change) {
  return {{"id", change.id},
          {"step", change.step},
          {"verb", to_string(change.verb)},
          {"object", change.object},
          {"kind", change.kind},
          {"name", change.name},
          {"state", to_string(change.state)},
          {"http_status", change.http_status},
          {"error", change.error}};
}

std::string display(const journal::Change& change) {
  const std::string object =
      change.kind.empty() || change.name.empty() ? change.object : change.kind + "/" + change.name;
  return fmt::format("{} {}", to_string(change.verb), object);
}

}  // namespace upshift::cli
