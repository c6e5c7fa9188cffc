#include <nlohmann/json.hpp>

#include "emulator/admission.hpp"
#include "emulator/image_tags.hpp"

namespace upshift::emulator {
namespace {

const Json* tag_named(const Json& stream, const std::string& name) {
  for (const Json& tag : array_at(stream, "/spec/tags")) {
    if (string_at(tag, "/name") == name) return &tag;
  }
  return nullptr;
}

// Whether a tag points elsewhere than before: only that makes it a new generation, annotations do not.
bool points_elsewhere(const Json* before, const Json& after) {
  if (before == nullptr) return true;
  for (const char* field : {"/from", "/reference", "/importPolicy", "/referencePolicy"}) {
    const Json* left = find(*before, field);
    const Json* right = find(after, field);
    if ((left == nullptr) != (right == nullptr) || (left != nullptr && *left != *right)) return true;
  }
  return false;
}

// A changed tag that follows another one shows what that one shows, at once and with the new generation.
void follow_source(const Store& store, Json& stream, const Json& tag, std::int64_t generation) {
  const std::string kind = string_at(tag, "/from/kind");
  if (kind != "ImageStreamTag") return;
  const std::string from = string_at(tag, "/from/name");
  const std::string own_name = string_at(stream, "/metadata/name");
  const bool short_name = from.find(':') == std::string::npos;
  const TagName source = short_name ? TagName{own_name, from} : parse_tag(from);
  const std::string now = to_rfc3339(store.clock().now());
  const std::string name = string_at(tag, "/name");
  if (source.stream == own_name) {
    const Json* image = newest_image(stream, source.tag);
    if (image == nullptr) return;
    const std::string reference = string_at(*image, "/dockerImageReference");
    push_image(stream, source.tag, reference, generation, now);
    push_image(stream, name, reference, generation, now);
    return;
  }
  const std::string name_space = string_at(tag, "/from/namespace", string_at(stream, "/metadata/namespace"));
  const std::string reference = resolve_tag(store, name_space, source.stream + ":" + source.tag);
  if (!reference.empty()) push_image(stream, name, reference, generation, now);
}

}  // namespace

void settle_image_stream(const Store& store, const Json& old, Json& stream) {
  const std::int64_t before = int_at(old, "/metadata/generation");
  std::vector<std::string> changed;
  Json tags = array_at(stream, "/spec/tags");
  for (Json& tag : tags) {
    const std::string name = string_at(tag, "/name");
    const Json* known = tag_named(old, name);
    // A generation of 0 asks for another import.
    const bool import_again = find(tag, "/generation") != nullptr && int_at(tag, "/generation") == 0;
    if (points_elsewhere(known, tag)) {
      changed.push_back(name);
      tag["generation"] = nullptr;
    } else if (!import_again && find(*known, "/generation") != nullptr) {
      tag["generation"] = (*known)["generation"];
    }
  }
  if (!tags.empty()) stream["spec"]["tags"] = tags;
  const std::int64_t generation = object_at(stream, "/spec") == object_at(old, "/spec") ? before : before + 1;
  stream["metadata"]["generation"] = generation;
  if (tags.empty()) return;
  for (Json& tag : stream["spec"]["tags"]) {
    if (!tag.contains("generation") || tag["generation"].is_null()) tag["generation"] = generation;
  }
  for (const std::string& name : changed) {
    if (const Json* tag = tag_named(stream, name)) follow_source(store, stream, Json(*tag), generation);
  }
}

}  // namespace upshift::emulator
