#include "emulator/image_tags.hpp"

#include <algorithm>

namespace upshift::emulator {
namespace {

const Json* status_of(const Json& stream, std::string_view tag) {
  for (const Json& entry : array_at(stream, "/status/tags")) {
    if (string_at(entry, "/tag") == tag) return &entry;
  }
  return nullptr;
}

Json& status_for(Json& stream, const std::string& tag) {
  Json& tags = stream["status"]["tags"];
  if (!tags.is_array()) tags = Json::array();
  for (Json& entry : tags) {
    if (string_at(entry, "/tag") == tag) return entry;
  }
  // Sorted, as the server keeps them; a project that was loaded may hold them in any order.
  const auto at =
      std::find_if(tags.begin(), tags.end(), [&](const Json& entry) { return string_at(entry, "/tag") > tag; });
  return *tags.insert(at, Json{{"tag", tag}, {"items", nullptr}});
}

// Lets one tag show the image of the tag it follows. A tag that was just pointed elsewhere carries its own new
// generation, and the server writes that into the followed tag of the same stream too.
bool follow(Json& stream, const Json& spec_tag) {
  if (string_at(spec_tag, "/from/kind") != "ImageStreamTag") return false;
  const std::string tag = string_at(spec_tag, "/name");
  const std::string own_space = string_at(stream, "/metadata/namespace");
  const std::string own_name = string_at(stream, "/metadata/name");
  if (string_at(spec_tag, "/from/namespace", own_space) != own_space) return false;
  const std::string from = string_at(spec_tag, "/from/name");
  const TagName source = from.find(':') == std::string::npos ? TagName{own_name, from} : parse_tag(from);
  if (source.stream != own_name || source.tag == tag) return false;
  const Json* image = newest_image(stream, source.tag);
  if (image == nullptr) return false;
  const std::string reference = string_at(*image, "/dockerImageReference");
  const std::int64_t source_generation = int_at(*image, "/generation");
  const std::int64_t spec_generation = int_at(spec_tag, "/generation");
  const Json* current = newest_image(stream, tag);
  const bool same_image = current != nullptr && string_at(*current, "/dockerImageReference") == reference;
  if (same_image && int_at(*current, "/generation") >= spec_generation) return false;
  const std::int64_t generation = std::max(spec_generation, source_generation);
  Json event = *image;
  event["generation"] = generation;
  push_event(stream, source.tag, event);
  push_event(stream, tag, event);
  return true;
}

}  // namespace

TagName parse_tag(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {std::string(text), "latest"};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

const Json* newest_image(const Json& stream, std::string_view tag) {
  const Json* status = status_of(stream, tag);
  return status == nullptr ? nullptr : find(*status, "/items/0");
}

std::string resolve_tag(const Store& store, std::string_view name_space, std::string_view stream_and_tag) {
  const TagName name = parse_tag(stream_and_tag);
  const Json* stream = store.get({*cluster::find_kind("ImageStream"), std::string(name_space), name.stream});
  if (stream == nullptr) return {};
  return pull_reference(*stream, name.tag);
}

std::string pull_reference(const Json& stream, std::string_view tag) {
  const Json* event = newest_image(stream, tag);
  if (event == nullptr) return {};
  const std::string image = string_at(*event, "/image");
  const std::string local = string_at(stream, "/status/dockerImageRepository");
  for (const Json& item : array_at(stream, "/spec/tags")) {
    const bool pulls_through = string_at(item, "/referencePolicy/type") == "Local" && !local.empty() && !image.empty();
    if (string_at(item, "/name") == tag && pulls_through) return local + "@" + image;
  }
  return string_at(*event, "/dockerImageReference");
}

std::string reference_behind(const Store& store, const std::string& reference) {
  const auto at = reference.find('@');
  if (at == std::string::npos) return reference;
  for (const Json* stream : store.list(*cluster::find_kind("ImageStream"), {})) {
    if (string_at(*stream, "/status/dockerImageRepository") != reference.substr(0, at)) continue;
    for (const Json& tag : array_at(*stream, "/status/tags")) {
      for (const Json& event : array_at(tag, "/items")) {
        if (string_at(event, "/image") == reference.substr(at + 1)) return string_at(event, "/dockerImageReference");
      }
    }
  }
  return reference;
}

void push_event(Json& stream, const std::string& tag, const Json& event) {
  Json& status = status_for(stream, tag);
  Json& items = status["items"];
  if (!items.is_array()) items = Json::array();
  const auto is_told = [&](const char* field) { return items[0][field] == event[field]; };
  if (!items.empty() && is_told("dockerImageReference") && is_told("image") && is_told("generation")) return;
  status.erase("conditions");
  const bool same = !items.empty() && (is_told("dockerImageReference") || is_told("image"));
  if (!same) {
    items.insert(items.begin(), event);
    return;
  }
  for (const char* field : {"dockerImageReference", "image", "generation"}) items[0][field] = event[field];
}

void push_image(Json& stream, const std::string& tag, const std::string& reference, std::int64_t generation,
                const std::string& created) {
  const auto at = reference.find('@');
  push_event(stream, tag,
             {{"created", created},
              {"dockerImageReference", reference},
              {"image", at == std::string::npos ? reference : reference.substr(at + 1)},
              {"generation", generation}});
}

void set_import_failure(Json& stream, const std::string& tag, std::int64_t generation, std::string_view reason,
                        const std::string& message, const std::string& now) {
  status_for(stream, tag)["conditions"] = Json::array({{{"type", "ImportSuccess"},
                                                        {"status", "False"},
                                                        {"lastTransitionTime", now},
                                                        {"reason", reason},
                                                        {"message", message},
                                                        {"generation", generation}}});
}

bool follow_tags(Json& stream) {
  const Json spec_tags = array_at(stream, "/spec/tags");
  bool changed = false;
  // A tag may follow one that follows another; each pass settles one link of such a chain.
  for (std::size_t pass = 0; pass < spec_tags.size(); ++pass) {
    bool moved = false;
    for (const Json& tag : spec_tags) moved = follow(stream, tag) || moved;
    if (!moved) break;
    changed = true;
  }
  return changed;
}

}  // namespace upshift::emulator
