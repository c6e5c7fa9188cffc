// JSON Schema (draft 7): the one way in which manifests, settings, parameters and replies are checked.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::config {

// A schema ready for use. Immutable; copies share it. Any thread.
class Schema {
 public:
  // INVALID_ARGUMENT where the schema itself is wrong. `what` names it in the message. Unknown keywords are ignored.
  static Result<Schema> compile(const Json& schema, std::string_view what);

  // Empty where the document is valid. Each path is a JSON pointer into the document.
  std::vector<Diagnostic> validate(const Json& document) const;

 private:
  struct Compiled;
  explicit Schema(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

// Compiles and validates in one go; a wrong schema is a diagnostic too. `what` names the schema.
std::vector<Diagnostic> validate(const Json& schema, const Json& document, std::string_view what);

// A schema of config/schemas, built into the program, by its name without ".schema.json" ("manifest"). With a
// `definition`, that entry of its "definitions". NOT_FOUND where there is none.
Result<Schema> shipped_schema(std::string_view name, std::string_view definition = {});

// The diagnostics as one failure: the first is the summary's end, all are listed in the detail. INVALID_ARGUMENT.
Error to_error(std::string_view what, const std::vector<Diagnostic>& problems);

}  // namespace upshift::config
