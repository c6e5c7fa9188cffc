#include "cluster/image_tag.hpp"

#include <fmt/format.h>

#include "cluster/conditions.hpp"

namespace upshift::cluster {
namespace {

constexpr int kLongestChain = 8;

const Json* named(const Json& list, std::string_view member, std::string_view name) {
  for (const auto& item : list) {
    if (string_at(item, member) == name) return &item;
  }
  return nullptr;
}

void read_import(const Json& spec, const Json* status, TagState& state) {
  const auto wanted = int_at(spec, "/generation");
  const Json* newest = status == nullptr ? nullptr : find(*status, "/items/0");
  state.image = newest == nullptr ? "" : string_at(*newest, "/dockerImageReference");
  if (bool_at(spec, "/reference")) {
    state.import = TagState::Import::kDone;
    return;
  }
  if (newest != nullptr && int_at(*newest, "/generation") >= wanted) {
    state.import = TagState::Import::kDone;
    return;
  }
  state.import = TagState::Import::kRunning;
  if (status == nullptr) return;
  for (const auto& condition : array_at(*status, "/conditions")) {
    if (string_at(condition, "/type") != "ImportSuccess" || string_at(condition, "/status") != "False") continue;
    if (int_at(condition, "/generation") < wanted) continue;
    state.import = TagState::Import::kRefused;
    state.reason = string_at(condition, "/reason");
    state.message = string_at(condition, "/message");
    state.refused = string_at(condition, "/lastTransitionTime");
  }
}

}  // namespace

Result<TagState> tag_state(Cache& cache, std::string_view image_stream, std::string_view tag) {
  std::string stream_name(image_stream);
  std::string tag_name(tag);
  std::string outer_image;
  TagState state;
  for (int hop = 0; hop < kLongestChain; ++hop) {
    UPSHIFT_ASSIGN(const Json* stream, cache.get(type_of("ImageStream"), stream_name));
    state.source = fmt::format("ImageStreamTag/{}:{}", stream_name, tag_name);
    if (stream == nullptr) return state;
    const Json* spec = named(array_at(*stream, "/spec/tags"), "/name", tag_name);
    const Json* status = named(array_at(*stream, "/status/tags"), "/tag", tag_name);
    if (spec == nullptr && status == nullptr) {
      state.import = TagState::Import::kNoTag;
      return state;
    }
    const Json pushed = Json::object();
    const Json& wanted = spec == nullptr ? pushed : *spec;
    if (hop == 0 && status != nullptr) outer_image = string_at(*status, "/items/0/dockerImageReference");
    const auto from = string_at(wanted, "/from/name");
    const auto where = string_at(wanted, "/from/namespace");
    const bool elsewhere = !where.empty() && where != cache.client().name_space();
    if (string_at(wanted, "/from/kind") != "ImageStreamTag" || elsewhere) {
      state.reference = from;
      read_import(wanted, status, state);
      if (hop > 0 && state.import == TagState::Import::kDone && !is_same_image(outer_image, state.image)) {
        state.import = TagState::Import::kRunning;
      }
      if (hop > 0) state.image = outer_image;
      return state;
    }
    const auto colon = from.find(':');
    if (colon != std::string::npos) stream_name = from.substr(0, colon);
    tag_name = colon == std::string::npos ? from : from.substr(colon + 1);
  }
  state.import = TagState::Import::kRefused;
  state.reason = "Loop";
  state.message = "its tags follow each other in a circle";
  return state;
}

bool is_same_image(std::string_view a, std::string_view b) {
  const auto digest_a = a.find('@');
  const auto digest_b = b.find('@');
  if (digest_a == std::string_view::npos || digest_b == std::string_view::npos) return a == b;
  return a.substr(digest_a) == b.substr(digest_b);
}

std::string import_advice(const TagState& state) {
  if (state.reason == "Unauthorized" || state.reason == "Forbidden") {
    return fmt::format("give the project credentials for the registry of {}, then `oc import-image` it and resume",
                       state.reference);
  }
  if (state.reason == "NotFound")
    return fmt::format("look whether {} is the right image, then resume", state.reference);
  if (state.reason == "Loop") return "point one of the tags at an image";
  return fmt::format("look whether the cluster reaches the registry of {}, then `oc import-image` it and resume",
                     state.reference);
}

}  // namespace upshift::cluster
