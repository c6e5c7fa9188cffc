#include <fmt/format.h>
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

// Whether a tag points elsewhere than before: only that makes it a new generation. Its kind, its annotations and its
// policies do not.
bool points_elsewhere(const Json* before, const Json& after, const std::string& own_space) {
  if (before == nullptr) return true;
  if (string_at(after, "/from/kind").empty() && string_at(after, "/from/name").empty()) return false;
  return string_at(*before, "/from/namespace", own_space) != string_at(after, "/from/namespace", own_space) ||
         string_at(*before, "/from/name") != string_at(after, "/from/name") ||
         bool_at(*before, "/reference") != bool_at(after, "/reference");
}

// Where a tag that follows another one, or an image, looks for it.
struct Source {
  std::string name_space;
  std::string stream;
  std::string item;  // the tag, or the image's digest
  bool malformed = false;
};

Source source_of(const Json& stream, const Json& tag) {
  Source out{string_at(tag, "/from/namespace", string_at(stream, "/metadata/namespace")),
             string_at(stream, "/metadata/name"), string_at(tag, "/from/name")};
  const std::string kind = string_at(tag, "/from/kind");
  const char sign = kind == "ImageStreamImage" ? '@' : ':';
  const auto at = out.item.find(sign);
  out.malformed = (kind != "ImageStreamImage" && kind != "ImageStreamTag") || at != out.item.rfind(sign);
  if (out.malformed || at == std::string::npos) return out;
  out.stream = out.item.substr(0, at);
  out.item.erase(0, at + 1);
  return out;
}

bool is_own(const Source& source, const Json& stream) {
  return source.stream == string_at(stream, "/metadata/name") &&
         source.name_space == string_at(stream, "/metadata/namespace");
}

const Json* stream_of(const Store& store, const Source& source, const Json& own) {
  if (is_own(source, own)) return &own;
  return store.get({*cluster::find_kind("ImageStream"), source.name_space, source.stream});
}

std::vector<const Json*> events_of(const Json& stream, const std::string& image) {
  std::map<std::string, const Json*> found;
  for (const Json& tag : array_at(stream, "/status/tags")) {
    for (const Json& event : array_at(tag, "/items")) {
      const std::string name = string_at(event, "/image");
      if (!image.empty() && (name == image || name.starts_with("sha256:" + image))) found[name] = &event;
    }
  }
  std::vector<const Json*> out;
  for (const auto& [name, event] : found) out.push_back(event);
  return out;
}

// A changed tag shows what it points to at once and with the new generation, where that is known already.
void show_source(const Store& store, Json& stream, const Json& tag, std::int64_t generation) {
  const std::string name = string_at(tag, "/name");
  const std::string kind = string_at(tag, "/from/kind");
  const std::string now = to_rfc3339(store.clock().now());
  if (kind == "DockerImage") {
    const std::string image = string_at(tag, "/from/name");
    if (!bool_at(tag, "/reference") || image.empty()) return;
    return push_event(stream, name,
                      {{"created", now}, {"dockerImageReference", image}, {"image", ""}, {"generation", generation}});
  }
  const Source source = source_of(stream, tag);
  const Json* other = source.malformed ? nullptr : stream_of(store, source, stream);
  if (other == nullptr) return;
  Json event;
  if (kind == "ImageStreamImage") {
    const std::vector<const Json*> events = events_of(*other, source.item);
    if (events.size() != 1) return;
    event = *events.front();
    event["created"] = now;
  } else if (const Json* newest = newest_image(*other, source.item)) {
    event = *newest;
  } else {
    return;
  }
  event["generation"] = generation;
  // The server writes the generation into the followed tag of the same stream too.
  if (kind == "ImageStreamTag" && other == &stream) push_event(stream, source.item, event);
  push_event(stream, name, event);
}

}  // namespace

void settle_image_stream(const Store& store, const Json& old, Json& stream) {
  const std::int64_t before = int_at(old, "/metadata/generation");
  const std::string own_space = string_at(stream, "/metadata/namespace");
  std::vector<std::string> changed;
  Json tags = array_at(stream, "/spec/tags");
  for (Json& tag : tags) {
    const std::string name = string_at(tag, "/name");
    const Json* known = tag_named(old, name);
    if (points_elsewhere(known, tag, own_space)) changed.push_back(name);
    // A generation of 0 asks for another import; any other is not the client's to set.
    const bool import_again = find(tag, "/generation") != nullptr && int_at(tag, "/generation") == 0;
    if (known == nullptr || import_again) continue;
    tag.erase("generation");
    if (const Json* generation = find(*known, "/generation")) tag["generation"] = *generation;
  }
  if (!tags.empty()) stream["spec"]["tags"] = tags;
  const std::int64_t generation = object_at(stream, "/spec") == object_at(old, "/spec") ? before : before + 1;
  stream["metadata"]["generation"] = generation;
  if (tags.empty()) return;
  for (Json& tag : stream["spec"]["tags"]) {
    const bool is_new = std::find(changed.begin(), changed.end(), string_at(tag, "/name")) != changed.end();
    if (is_new || int_at(tag, "/generation") == 0) tag["generation"] = generation;
  }
  for (const std::string& name : changed) {
    if (const Json* tag = tag_named(stream, name)) show_source(store, stream, Json(*tag), generation);
  }
  if (!changed.empty()) follow_tags(stream);
}

std::optional<Cause> unknown_source(const Store& store, const Json& old, const Json& stream) {
  const std::string own_space = string_at(stream, "/metadata/namespace");
  std::string text;
  for (const Json& tag : array_at(stream, "/spec/tags")) {
    const std::string name = string_at(tag, "/name");
    const std::string kind = string_at(tag, "/from/kind");
    const std::string from = string_at(tag, "/from/name");
    if (find(tag, "/from") == nullptr || !points_elsewhere(tag_named(old, name), tag, own_space)) continue;
    if (kind == "DockerImage" && !from.empty()) continue;
    const Source source = source_of(stream, tag);
    const Json* other = source.malformed ? nullptr : stream_of(store, source, stream);
    const bool known = other != nullptr && (kind != "ImageStreamImage" || events_of(*other, source.item).size() == 1);
    if (known) continue;
    text += fmt::format("{}spec.tags[{}].from.name: {}: \"{}\"", text.empty() ? "" : ", ", name,
                        source.malformed ? "Invalid value" : "Not found", from);
  }
  if (text.empty()) return std::nullopt;
  return Cause{
      "InternalError", "[]",
      fmt::format("Internal error: imagestreams \"{}\" is invalid: {}", string_at(stream, "/metadata/name"), text)};
}

}  // namespace upshift::emulator
