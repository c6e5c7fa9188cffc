#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/image_reference.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {

void validate_tag_reference(const Json& tag, const std::string& field, Causes& causes) {
  if (const Json* from = find(tag, "/from")) {
    const std::string kind = string_at(*from, "/kind");
    const std::string image = string_at(*from, "/name");
    if (image.empty()) causes.required(field + ".from.name");
    if (kind == "DockerImage") {
      if (!image.empty() && !is_image_reference(image)) {
        causes.invalid(field + ".from.name", image, "invalid reference format");
      }
    } else if (kind == "ImageStreamTag" || kind == "ImageStreamImage") {
      if (bool_at(tag, "/importPolicy/scheduled")) {
        causes.invalid(field + ".importPolicy.scheduled", "true",
                       "only tags pointing to Docker repositories may be scheduled for background import");
      }
    } else {
      causes.required(field + ".from.kind", "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'");
    }
  }
  const std::string policy = string_at(tag, "/referencePolicy/type");
  if (policy != "Source" && policy != "Local") {
    causes.invalid(field + ".referencePolicy.type", policy, "valid values are \"Source\", \"Local\"");
  }
}

void validate_image_stream(const Json& object, const Json* /*old*/, Causes& causes) {
  const std::string repository = string_at(object, "/spec/dockerImageRepository");
  if (!repository.empty()) {
    const bool whole = repository_of(repository) == repository;
    if (!is_image_reference(repository)) {
      causes.invalid("spec.dockerImageRepository", repository, "invalid reference format");
    } else if (!whole) {
      causes.invalid("spec.dockerImageRepository", repository, "the repository name may not contain a tag or an ID");
    }
  }
  for (const Json& tag : array_at(object, "/spec/tags")) {
    validate_tag_reference(tag, fmt::format("spec.tags[{}]", string_at(tag, "/name")), causes);
  }
}

}  // namespace upshift::emulator
