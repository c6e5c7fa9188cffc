// valijson ends the process on a wrong schema unless it may throw.
#define VALIJSON_USE_EXCEPTIONS 1

#include "config/schema.hpp"

#include <exception>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/embedded.hpp"

namespace upshift::embedded {
std::span<const EmbeddedFile> schemas();
}  // namespace upshift::embedded

namespace upshift::config {

struct Schema::Compiled {
  valijson::Schema schema;
};

namespace {

// valijson's context is {"<root>", "[stages]", "[0]"}.
std::string to_pointer(const std::vector<std::string>& context) {
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string& part = context[i];
    const bool bracketed = part.size() >= 2 && part.front() == '[' && part.back() == ']';
    pointer += '/' + escape_pointer(bracketed ? part.substr(1, part.size() - 2) : part);
  }
  return pointer;
}

// An error that only repeats that something below it is wrong.
bool has_cause_below(const std::vector<Diagnostic>& problems, const std::string& path) {
  return std::any_of(problems.begin(), problems.end(),
                     [&path](const Diagnostic& problem) { return problem.path.starts_with(path + '/'); });
}

std::string describe(const Json& document, const std::string& path) {
  const Json* value = find(document, path);
  if (value == nullptr) return "found: null";
  if (value->is_structured()) return fmt::format("found: an {}", value->type_name());
  return fmt::format("found: a {}", value->type_name());
}

// Keeps each regular expression of a "pattern" once it is compiled, which costs far more than to apply it; the
// patterns come from the schemas in use, so they stay few. Not for several threads at once.
valijson::Validator& validator() {
  thread_local valijson::Validator kept;
  return kept;
}

}  // namespace

Result<Schema> Schema::compile(const Json& schema, std::string_view what) {
  try {
    auto compiled = std::make_shared<Compiled>();
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    const valijson::adapters::NlohmannJsonAdapter adapter(schema);
    parser.populateSchema(adapter, compiled->schema);
    return Schema(std::move(compiled));
  } catch (const std::exception& problem) {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("{} is not a valid JSON Schema: {}", what, problem.what()));
  }
}

std::vector<Diagnostic> Schema::validate(const Json& document) const {
  std::vector<Diagnostic> all;
  try {
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter adapter(document);
    if (validator().validate(compiled_->schema, adapter, &results)) return {};
    for (const auto& result : results) {
      std::string path = to_pointer(result.context);
      std::string detail = describe(document, path);
      all.push_back({Severity::kError, result.description, std::move(detail), std::move(path)});
    }
    // valijson says nothing about a wrong name of a member, nor about a schema that is false.
    if (all.empty()) {
      all.push_back({Severity::kError, "the value, or the name of one of its members, is not allowed by the schema",
                     describe(document, ""), ""});
    }
  } catch (const std::exception& problem) {
    return {{Severity::kError, "the document cannot be validated", problem.what(), ""}};
  }
  std::vector<Diagnostic> causes;
  for (const Diagnostic& problem : all) {
    if (!has_cause_below(all, problem.path)) causes.push_back(problem);
  }
  return causes;
}

std::vector<Diagnostic> validate(const Json& schema, const Json& document, std::string_view what) {
  const auto compiled = Schema::compile(schema, what);
  if (!compiled) return {compiled.error().to_diagnostic()};
  return compiled->validate(document);
}

Result<Schema> shipped_schema(std::string_view name, std::string_view definition) {
  const std::string file_name = fmt::format("{}.schema.json", name);
  const EmbeddedFile* file = find_embedded(embedded::schemas(), file_name);
  if (file == nullptr) return failure(StatusCode::kNotFound, fmt::format("there is no schema '{}'", file_name));
  auto parsed = parse_json(file->content, file_name);
  if (!parsed) return failure(parsed.error());
  if (definition.empty()) return Schema::compile(*parsed, file_name);
  if (find(*parsed, fmt::format("/definitions/{}", definition)) == nullptr) {
    return failure(StatusCode::kNotFound, fmt::format("the schema '{}' does not define '{}'", file_name, definition));
  }
  const Json schema = {{"definitions", (*parsed)["definitions"]},
                       {"allOf", {{{"$ref", fmt::format("#/definitions/{}", definition)}}}}};
  return Schema::compile(schema, fmt::format("{} ({})", file_name, definition));
}

Error to_error(std::string_view what, const std::vector<Diagnostic>& problems) {
  Error error;
  error.code = StatusCode::kInvalidArgument;
  if (problems.empty()) {
    error.summary = fmt::format("{} is not valid", what);
    return error;
  }
  const Diagnostic& first = problems.front();
  error.summary =
      fmt::format("{} is not valid at {}: {}", what, first.path.empty() ? "its top" : first.path, first.summary);
  for (const Diagnostic& problem : problems) {
    if (!error.detail.empty()) error.detail += '\n';
    error.detail +=
        fmt::format("{}: {} ({})", problem.path.empty() ? "/" : problem.path, problem.summary, problem.detail);
  }
  error.path = first.path;
  error.diagnostics = problems;
  return error;
}

}  // namespace upshift::config
