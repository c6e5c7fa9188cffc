#include "cli/samples.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/embedded.hpp"
#include "base/text.hpp"

namespace upshift::embedded {
std::span<const EmbeddedFile> samples();
}

namespace upshift::cli {

std::vector<std::string> sample_names() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded::samples()) names.emplace_back(file.name.substr(0, file.name.rfind('.')));
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> sample_text(const std::string& name) {
  for (const EmbeddedFile& file : embedded::samples()) {
    if (file.name == name + ".yaml") return std::string(file.content);
  }
  const std::string near = nearest(name, sample_names());
  return failure(StatusCode::kInvalidArgument, fmt::format("there is no sample '{}'", name),
                 near.empty() ? "samples are " + join(sample_names(), ", ") : fmt::format("did you mean '{}'?", near));
}

}  // namespace upshift::cli
