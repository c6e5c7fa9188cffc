#include "plugin/manifest.hpp"

#include <fmt/format.h>
#include <set>
#include <utility>

#include "config/schema.hpp"

namespace upshift::plugin {
namespace {

// Collects the subjects and refuses what stands twice.
class Reader {
 public:
  explicit Reader(Manifest& manifest) : manifest_(manifest) {}

  Status read() {
    const Json& hops = array_at(manifest_.json, "/hops");
    for (std::size_t i = 0; i < hops.size(); ++i) UPSHIFT_TRY(read_hop(hops[i], fmt::format("/hops/{}", i)));
    const Json& concerns = array_at(manifest_.json, "/concerns");
    for (std::size_t i = 0; i < concerns.size(); ++i) {
      UPSHIFT_TRY(read_concern(concerns[i], fmt::format("/concerns/{}", i)));
    }
    const Json& extensions = array_at(manifest_.json, "/extends");
    for (std::size_t i = 0; i < extensions.size(); ++i) {
      UPSHIFT_TRY(read_extension(extensions[i], fmt::format("/extends/{}", i)));
    }
    return {};
  }

 private:
  Status read_hop(const Json& hop, const std::string& where) {
    const std::string id = string_at(hop, "/id");
    UPSHIFT_TRY(provide("hop " + id, where));
    UPSHIFT_TRY(check_parameters(object_at(hop, "/parameters"), where + "/parameters"));
    std::set<std::string> stage_ids;
    const Json& stages = array_at(hop, "/stages");
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const std::string here = fmt::format("{}/stages/{}", where, i);
      const std::string stage = string_at(stages[i], "/id");
      if (!stage_ids.insert(stage).second) return twice(fmt::format("the stage '{}/{}'", id, stage), here);
      if (stages[i].contains("steps") == stages[i].contains("uses")) {
        return failure(StatusCode::kInvalidArgument,
                       fmt::format("the stage '{}/{}' needs either 'steps' or 'uses'", id, stage),
                       "Give it steps of its own, or the id of a concern.", here);
      }
      UPSHIFT_TRY(read_steps(array_at(stages[i], "/steps"), fmt::format("{}/{}", id, stage), here));
    }
    return {};
  }

  Status read_concern(const Json& concern, const std::string& where) {
    const std::string id = string_at(concern, "/id");
    UPSHIFT_TRY(provide("concern " + id, where));
    UPSHIFT_TRY(check_parameters(object_at(concern, "/parameters"), where + "/parameters"));
    return read_steps(array_at(concern, "/steps"), id, where);
  }

  Status read_extension(const Json& extension, const std::string& where) {
    const std::string stage = string_at(extension, "/stage");
    const Json& steps = array_at(extension, "/steps");
    for (const Json& step : steps) {
      UPSHIFT_TRY(provide(fmt::format("step {}/{}", stage, string_at(step, "/id")), where));
    }
    return read_steps(steps, stage, where);
  }

  Status read_steps(const Json& steps, const std::string& owner, const std::string& where) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      std::string subject = fmt::format("{}/{}", owner, string_at(steps[i], "/id"));
      if (!subjects_.insert(subject).second) {
        return twice(fmt::format("the step '{}'", subject), fmt::format("{}/steps/{}", where, i));
      }
      manifest_.step_subjects.push_back(std::move(subject));
    }
    return {};
  }

  Status provide(std::string provision, const std::string& where) {
    if (!provisions_.insert(provision).second) return twice("the " + provision, where);
    manifest_.provisions.push_back(std::move(provision));
    return {};
  }

  static Status check_parameters(const Json& parameters, const std::string& where) {
    for (const auto& [name, schema] : parameters.items()) {
      const std::string here = where + '/' + escape_pointer(name);
      const auto compiled = config::Schema::compile(schema, fmt::format("the parameter '{}'", name));
      if (!compiled) return failure(StatusCode::kInvalidArgument, compiled.error().summary, {}, here);
      const Json* text = find(schema, "/default");
      // A file's default is its name, the schema is for its content.
      if (text == nullptr || bool_at(schema, "/x-upshift-file")) continue;
      const auto problems = compiled->validate(*text);
      if (problems.empty()) continue;
      return failure(StatusCode::kInvalidArgument,
                     fmt::format("the default of the parameter '{}' does not fit its own schema: {}", name,
                                 problems.front().summary),
                     {}, here + "/default");
    }
    return {};
  }

  static Status twice(const std::string& what, const std::string& where) {
    return failure(StatusCode::kInvalidArgument, what + " stands twice in the manifest", "Give each an id of its own.",
                   where);
  }

  Manifest& manifest_;
  std::set<std::string> subjects_, provisions_;
};

const Result<config::Schema>& manifest_schema() {
  static const Result<config::Schema> kSchema = config::shipped_schema("manifest");
  return kSchema;
}

}  // namespace

Result<Manifest> read_manifest(std::string_view text) {
  Manifest manifest;
  UPSHIFT_ASSIGN(manifest.json, parse_json(text, "the manifest"));
  if (!manifest_schema()) return failure(manifest_schema().error());
  if (const auto problems = manifest_schema()->validate(manifest.json); !problems.empty()) {
    return failure(config::to_error("the manifest", problems));
  }
  manifest.id = string_at(manifest.json, "/id");
  manifest.version = string_at(manifest.json, "/version");
  for (const Json& service : array_at(manifest.json, "/requires")) manifest.requires_services.push_back(service);
  for (const Json& product : array_at(manifest.json, "/detects")) manifest.detected_products.push_back(product);
  manifest.simulates = !array_at(manifest.json, "/simulates").empty();
  UPSHIFT_TRY(Reader(manifest).read());
  return manifest;
}

}  // namespace upshift::plugin
