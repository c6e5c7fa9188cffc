#include "cli/rehearsal_options.hpp"

#include <fmt/format.h>
#include <iostream>

#include "base/file.hpp"
#include "cli/common.hpp"
#include "cli/live_project.hpp"
#include "cli/samples.hpp"
#include "config/schema.hpp"

namespace upshift::cli {

namespace {

// One document that is valid by the schema, or null where no file is named.
Result<Json> read_faults(const std::string& file) {
  if (file.empty()) return Json();
  const std::string what = fmt::format("the faults in '{}'", file);
  UPSHIFT_ASSIGN(const std::string text, read_file(file));
  UPSHIFT_ASSIGN(auto documents, parse_yaml(text, what));
  if (documents.size() != 1) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} are {} documents", what, documents.size()),
                   "write one document with a list 'faults'", file);
  }
  UPSHIFT_ASSIGN(const config::Schema schema, config::shipped_schema("faults"));
  const auto problems = schema.validate(documents.front());
  if (!problems.empty()) return failure(config::to_error(what, problems));
  return std::move(documents.front());
}

Status add_live_project(const Arguments& arguments, RehearsalRequest& request) {
  if (!arguments.has("live")) {
    for (const auto& option : access_option_names()) {
      if (!arguments.has(option)) continue;
      return failure(StatusCode::kInvalidArgument, fmt::format("--{} is of a live project", option), "add --live");
    }
    return {};
  }
  if (arguments.has("manifest") || arguments.has("sample")) {
    return failure(StatusCode::kInvalidArgument, "--live excludes --manifest and --sample");
  }
  UPSHIFT_ASSIGN(const LiveCluster cluster, open_live_cluster(access_overrides(arguments), nullptr));
  UPSHIFT_ASSIGN(LiveProject live, read_live_project(cluster));
  request.input.documents = {std::move(live.document)};
  request.settings.name_space = live.name_space;
  request.warnings = std::move(live.warnings);
  return {};
}

}  // namespace

void add_manifest_options(OptionSet& options, std::string_view without) {
  options
      .list("manifest", "FILE|DIR",
            fmt::format("a Template, a List or single objects, YAML or JSON; a directory's files; - is the standard "
                        "input; repeatable{}{}",
                        without.empty() ? "" : "; default: ", without))
      .list("param", "NAME=VALUE", "a parameter of the template; repeatable")
      .value("sample", "NAME", "a built-in installation instead of a manifest; 'list' prints their names");
}

void add_rehearsal_options(OptionSet& options) {
  options.group("What is upgraded");
  add_manifest_options(options);
  options.value("namespace,n", "NAME", "the live project; or the emulated one's name where the manifests do not tell");
  add_access_options(options, "A live project, read once and never written to");
  options.flag("live", "rehearse the project that kubeconfig and these options lead to");
  add_version_options(options);
  add_selection_options(options);
  options.group("What happens")
      .list("decline", "STEP", "answer this step's gate with no (a glob); a rehearsal says yes otherwise; repeatable")
      .value("faults", "FILE", "let go wrong what the file lists (images, containers, hooks, deployers, requests)");
}

Result<InputRequest> input_of(const Arguments& arguments) {
  InputRequest input;
  input.manifests = arguments.all("manifest");
  if (arguments.has("sample") && arguments.has("manifest")) {
    return failure(StatusCode::kInvalidArgument, "--sample and --manifest exclude each other");
  }
  for (const auto& text : arguments.all("param")) {
    UPSHIFT_ASSIGN(auto pair, config::split_assignment(text, "--param"));
    if (!input.parameters.emplace(pair.first, pair.second).second) {
      return failure(StatusCode::kInvalidArgument, fmt::format("--param {} is given twice", pair.first));
    }
  }
  return input;
}

Result<RehearsalRequest> rehearsal_request(const Arguments& arguments) {
  RehearsalRequest request;
  UPSHIFT_ASSIGN(request.settings, settings_of(arguments));
  UPSHIFT_ASSIGN(request.input, input_of(arguments));
  request.input.sample = request.settings.sample;
  request.version = version_request(arguments);
  request.steps = step_choice(arguments);
  request.declined = arguments.all("decline");
  UPSHIFT_TRY(add_live_project(arguments, request));
  UPSHIFT_ASSIGN(request.faults, read_faults(arguments.get("faults")));
  return request;
}

bool asks_for_samples(const Arguments& arguments) {
  return arguments.get("sample") == "list";
}

void print_samples() {
  for (const auto& name : sample_names()) std::cout << name << "\n";
}

}  // namespace upshift::cli
