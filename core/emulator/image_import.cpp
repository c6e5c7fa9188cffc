#include "emulator/image_import.hpp"

#include <fmt/format.h>

#include "emulator/image_reference.hpp"
#include "emulator/image_stream_import.hpp"
#include "emulator/image_tags.hpp"

namespace upshift::emulator {
namespace {

using namespace std::chrono_literals;
constexpr Duration kImportTakes = 1s;

std::int64_t observed_generation(const Json& stream, const std::string& tag) {
  for (const Json& entry : array_at(stream, "/status/tags")) {
    if (string_at(entry, "/tag") != tag) continue;
    std::int64_t generation = int_at(entry, "/items/0/generation");
    for (const Json& condition : array_at(entry, "/conditions")) {
      generation = std::max(generation, int_at(condition, "/generation"));
    }
    return generation;
  }
  return 0;
}

}  // namespace

bool needs_import(const Json& stream, const Json& spec_tag) {
  if (string_at(spec_tag, "/from/kind") != "DockerImage" || bool_at(spec_tag, "/reference")) return false;
  return int_at(spec_tag, "/generation", 1) > observed_generation(stream, string_at(spec_tag, "/name"));
}

std::string import_refusal(const ControlPlane& plane, const std::string& name_space, const std::string& image) {
  if (const ImageFault* fault = plane.faults.import_fault(image)) return fault->reason;
  const std::string registry = registry_of(image);
  const bool closed = !plane.credentials_waived && plane.facts.needs_credentials(registry) &&
                      !any_login(plane.store, name_space, registry);
  return closed ? "Unauthorized" : "";
}

void ImageImport::observe(const StoredEvent& event) {
  if (event.type.kind != "ImageStream") return;
  const ObjectName name = name_of(event.event.object);
  if (event.event.type != WatchEvent::Type::kDeleted) {
    // The server resolves followed tags before it answers.
    follow(name);
  }
  enqueue(name);
}

void ImageImport::follow(const ObjectName& name) {
  const Json* stream = store_.get(ref_to("ImageStream", name));
  if (stream == nullptr) return;
  Json next = *stream;
  if (follow_tags(next)) store_.update(ref_to("ImageStream", name), std::move(next));
}

void ImageImport::reconcile(const ObjectName& name) {
  const Json* stream = store_.get(ref_to("ImageStream", name));
  if (stream == nullptr || being_deleted(*stream)) return;
  const Json& tags = array_at(*stream, "/spec/tags");
  if (std::none_of(tags.begin(), tags.end(), [&](const Json& tag) { return needs_import(*stream, tag); })) return;
  const std::string key = fmt::format("import {}/{}", name.name_space, name.name);
  if (!plane_.scheduler.has(key)) plane_.scheduler.at(plane_.now() + kImportTakes, key, [this, name] { import(name); });
}

void ImageImport::import(const ObjectName& name) {
  modify(store_, ref_to("ImageStream", name), [&](Json& stream) {
    const std::int64_t generation = int_at(stream, "/metadata/generation") + 1;
    bool imported = false;
    for (Json& tag : stream["spec"]["tags"]) {
      if (!needs_import(stream, tag)) continue;
      tag["generation"] = generation;
      import_tag(stream, tag, generation);
      imported = true;
    }
    if (!imported) return;
    stream["metadata"]["generation"] = generation;
    stream["metadata"]["annotations"]["openshift.io/image.dockerRepositoryCheck"] = plane_.now_text();
  });
}

void ImageImport::import_tag(Json& stream, const Json& spec_tag, std::int64_t generation) {
  const std::string tag = string_at(spec_tag, "/name");
  const std::string image = string_at(spec_tag, "/from/name");
  const std::string now = plane_.now_text();
  const std::string reason = import_refusal(plane_, string_at(stream, "/metadata/namespace"), image);
  if (reason.empty()) {
    push_image(stream, tag, pinned(image), generation, now);
  } else {
    set_import_failure(stream, tag, generation, reason, import_refusal_text(reason, image), now);
  }
}

}  // namespace upshift::emulator
