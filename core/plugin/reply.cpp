#include "plugin/reply.hpp"

#include <map>
#include <string>

#include "config/schema.hpp"

namespace upshift::plugin {

std::string_view to_string(Operation operation) {
  switch (operation) {
    case Operation::kCheck:
      return "CHECK";
    case Operation::kApply:
      return "APPLY";
    case Operation::kVerify:
      return "VERIFY";
    case Operation::kUndo:
      return "UNDO";
    case Operation::kSimulate:
      return "SIMULATE";
    case Operation::kDetect:
      return "DETECT";
  }
  return "UNKNOWN";
}

std::vector<Diagnostic> check_reply(Operation operation, const Json& reply) {
  using Schemas = std::map<Operation, Result<config::Schema>>;
  static const Schemas kSchemas = [] {
    Schemas schemas;
    for (const Operation each : {Operation::kCheck, Operation::kApply, Operation::kVerify, Operation::kUndo,
                                 Operation::kSimulate, Operation::kDetect}) {
      schemas.emplace(each, config::shipped_schema("replies", to_string(each)));
    }
    return schemas;
  }();
  const auto found = kSchemas.find(operation);
  if (found == kSchemas.end()) return {{Severity::kError, "unknown operation", {}, {}}};
  if (!found->second) return {found->second.error().to_diagnostic()};
  return found->second->validate(reply);
}

}  // namespace upshift::plugin
