// What the user gives a rehearsal to start from: files, directories, the standard input, a sample.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::cli {

struct InputDocument {
  Json content;        // a Template, a List or one object
  std::string origin;  // "amp.yml", "standard input", "sample threescale-2.5"
};

struct InputRequest {
  std::vector<std::string> manifests;  // files, directories, "-"
  std::string sample;                  // where neither is given
  std::map<std::string, std::string> parameters;
  std::vector<InputDocument> documents = {};  // read already: a live project
};

// Reads everything. Files of a directory and of those below are taken in the order of their paths (*.json, *.yaml,
// *.yml).
// INVALID_ARGUMENT, NOT_FOUND or PERMISSION_DENIED name the file; also where a parameter belongs to no template, or one
// that a template needs is missing.
Result<std::vector<InputDocument>> read_input(const InputRequest& request);

// The one namespace that the documents' objects stand in, or the fallback where they tell none. INVALID_ARGUMENT where
// they tell several.
Result<std::string> namespace_of(const std::vector<InputDocument>& documents, const std::string& fallback);

}  // namespace upshift::cli
