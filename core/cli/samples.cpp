#include "cli/samples.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/sample_versions.hpp"

namespace upshift::embedded {
std::span<const EmbeddedFile> samples();
}

namespace upshift::cli {

namespace {

struct Sample {
  std::string name;  // "threescale-2.5"
  std::string version;
  Json description;
};

// A description of several versions is as many samples.
Result<std::vector<Sample>> samples() {
  std::vector<Sample> out;
  for (const EmbeddedFile& file : embedded::samples()) {
    const std::string stem(file.name.substr(0, file.name.rfind('.')));
    UPSHIFT_ASSIGN(const auto documents, parse_yaml(file.content, "sample " + stem));
    if (documents.size() != 1) {
      return failure(StatusCode::kInternal, fmt::format("the sample {} is {} documents", stem, documents.size()));
    }
    for (const auto& version : versions_of(documents.front())) {
      out.push_back({stem + "-" + version, version, documents.front()});
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> sample_names() {
  std::vector<std::string> names;
  const auto all = samples();
  if (all) {
    for (const auto& sample : *all) names.push_back(sample.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> sample_text(const std::string& name) {
  UPSHIFT_ASSIGN(const auto all, samples());
  for (const auto& sample : all) {
    if (sample.name != name) continue;
    UPSHIFT_ASSIGN(Json rendered, render_version(sample.description, sample.version));
    rendered["metadata"]["name"] = "upshift-sample-" + name;
    return to_text(rendered);
  }
  const std::string near = nearest(name, sample_names());
  return failure(StatusCode::kInvalidArgument, fmt::format("there is no sample '{}'", name),
                 near.empty() ? "samples are " + join(sample_names(), ", ") : fmt::format("did you mean '{}'?", near));
}

}  // namespace upshift::cli
