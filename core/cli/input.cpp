#include "cli/input.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <iterator>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/samples.hpp"

namespace upshift::cli {
namespace {

namespace fs = std::filesystem;

bool is_template(const Json& document) {
  return string_at(document, "/kind") == "Template";
}

Status check_shape(const Json& document, const std::string& origin) {
  if (!document.is_object()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} does not hold an OpenShift object", origin),
                   "expected a Template, a List, or single objects, each with apiVersion and kind");
  }
  for (const char* member : {"kind", "apiVersion"}) {
    if (!string_at(document, std::string("/") + member).empty()) continue;
    return failure(StatusCode::kInvalidArgument, fmt::format("{} holds an object without {}", origin, member),
                   "expected a Template, a List, or single objects, each with apiVersion and kind");
  }
  return {};
}

Status add_text(const std::string& text, const std::string& origin, std::vector<InputDocument>& into) {
  UPSHIFT_ASSIGN(auto documents, parse_yaml(text, origin));
  if (documents.empty()) return failure(StatusCode::kInvalidArgument, fmt::format("{} is empty", origin));
  for (Json& document : documents) {
    UPSHIFT_TRY(check_shape(document, origin));
    into.push_back({std::move(document), origin});
  }
  return {};
}

Result<std::vector<fs::path>> files_of(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    const auto extension = it->path().extension();
    const bool manifest = extension == ".json" || extension == ".yaml" || extension == ".yml";
    if (manifest && it->is_regular_file(error)) files.push_back(it->path());
  }
  if (error) {
    return failure(StatusCode::kPermissionDenied,
                   fmt::format("cannot read '{}': {}", directory.string(), error.message()));
  }
  if (files.empty()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("there is no manifest in '{}'", directory.string()),
                   "expected files *.json, *.yaml or *.yml");
  }
  std::sort(files.begin(), files.end());
  return files;
}

Status add_manifest(const std::string& name, std::vector<InputDocument>& into) {
  if (name == "-") {
    const std::string text((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
    return add_text(text, "the standard input", into);
  }
  std::error_code error;
  std::vector<fs::path> files{name};
  if (fs::is_directory(name, error)) {
    UPSHIFT_ASSIGN(files, files_of(name));
  }
  for (const auto& file : files) {
    UPSHIFT_ASSIGN(const std::string text, read_file(file));
    UPSHIFT_TRY(add_text(text, fmt::format("'{}'", file.string()), into));
  }
  return {};
}

// Each given parameter belongs to a template, and each that a template needs has a value.
Status check_parameters(const std::vector<InputDocument>& documents, const std::map<std::string, std::string>& given) {
  std::vector<std::string> known;
  for (const auto& document : documents) {
    if (!is_template(document.content)) continue;
    std::vector<std::string> missing;
    for (const Json& parameter : array_at(document.content, "/parameters")) {
      const auto name = string_at(parameter, "/name");
      known.push_back(name);
      const bool has_value = !string_at(parameter, "/value").empty() || !string_at(parameter, "/generate").empty();
      const auto set = given.find(name);
      const bool is_given = set != given.end() && !set->second.empty();
      if (bool_at(parameter, "/required") && !has_value && !is_given) missing.push_back(name);
    }
    if (!missing.empty()) {
      return failure(StatusCode::kInvalidArgument,
                     fmt::format("the template in {} needs a value for {}", document.origin, join(missing, ", ")),
                     fmt::format("add --param {}=VALUE", missing.front()));
    }
  }
  for (const auto& [name, value] : given) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = nearest(name, known);
    std::string advice = known.empty() ? "no template was given" : "the template's parameters are " + join(known, ", ");
    if (!near.empty()) advice = fmt::format("did you mean '{}'?", near);
    return failure(StatusCode::kInvalidArgument, fmt::format("no template has a parameter '{}'", name), advice);
  }
  return {};
}

void collect_namespaces(const Json& object, std::set<std::string>& found) {
  if (string_at(object, "/kind").ends_with("List") && object.contains("items")) {
    for (const Json& item : array_at(object, "/items")) collect_namespaces(item, found);
    return;
  }
  if (const auto name = string_at(object, "/metadata/namespace"); !name.empty() && !is_template(object))
    found.insert(name);
}

}  // namespace

Result<std::vector<InputDocument>> read_input(const InputRequest& request) {
  std::vector<InputDocument> documents = request.documents;
  for (const auto& name : request.manifests) UPSHIFT_TRY(add_manifest(name, documents));
  if (documents.empty()) {
    UPSHIFT_ASSIGN(const std::string text, sample_text(request.sample));
    UPSHIFT_TRY(add_text(text, "sample " + request.sample, documents));
  }
  UPSHIFT_TRY(check_parameters(documents, request.parameters));
  return documents;
}

Result<std::string> namespace_of(const std::vector<InputDocument>& documents, const std::string& fallback) {
  std::set<std::string> found;
  for (const auto& document : documents) collect_namespaces(document.content, found);
  if (found.size() > 1) {
    return failure(StatusCode::kInvalidArgument, "the manifests are of several projects",
                   "one project is rehearsed at a time; these are " + join({found.begin(), found.end()}, ", "));
  }
  return found.empty() ? fallback : *found.begin();
}

}  // namespace upshift::cli
