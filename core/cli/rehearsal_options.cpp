#include "cli/rehearsal_options.hpp"

#include <fmt/format.h>
#include <iostream>

#include "cli/common.hpp"
#include "cli/samples.hpp"

namespace upshift::cli {

void add_rehearsal_options(OptionSet& options) {
  options.group("What is upgraded")
      .list("manifest", "FILE|DIR",
            "a Template, a List or single objects, YAML or JSON; a directory's files; - is the standard input; "
            "repeatable")
      .list("param", "NAME=VALUE", "a parameter of the template; repeatable")
      .value("sample", "NAME", "a built-in installation instead of a manifest; 'list' prints their names")
      .value("namespace", "NAME", "the emulated project's name where the manifests do not tell")
      .group("To where")
      .value("to", "VERSION", "the wanted version; default: the highest that can be reached")
      .value("from", "VERSION", "the installed version, instead of the one that is detected")
      .value("product", "NAME", "where the project holds several products")
      .list("set", "NAME=VALUE", "a plugin's parameter, as CONCERN.NAME or HOP.NAME; repeatable")
      .list("decline", "STEP", "answer this step's gate with no (a glob); a rehearsal says yes otherwise; repeatable");
}

Result<RehearsalRequest> rehearsal_request(const Arguments& arguments) {
  RehearsalRequest request;
  UPSHIFT_ASSIGN(request.settings, settings_of(arguments));
  request.input.manifests = arguments.all("manifest");
  request.input.sample = request.settings.sample;
  if (arguments.has("sample") && arguments.has("manifest")) {
    return failure(StatusCode::kInvalidArgument, "--sample and --manifest exclude each other");
  }
  for (const auto& text : arguments.all("param")) {
    UPSHIFT_ASSIGN(auto pair, config::split_assignment(text, "--param"));
    if (!request.input.parameters.emplace(pair.first, pair.second).second) {
      return failure(StatusCode::kInvalidArgument, fmt::format("--param {} is given twice", pair.first));
    }
  }
  request.version = {arguments.get("product"), arguments.get("from"), arguments.get("to")};
  request.declined = arguments.all("decline");
  return request;
}

bool asks_for_samples(const Arguments& arguments) {
  return arguments.get("sample") == "list";
}

void print_samples() {
  for (const auto& name : sample_names()) std::cout << name << "\n";
}

}  // namespace upshift::cli
