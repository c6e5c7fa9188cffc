// An ImageStream's status: what each tag resolves to, newest first, and tags that follow other tags.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/store.hpp"

namespace upshift::emulator {

// A tag as "stream:tag", or "stream:latest" where the tag is left out.
struct TagName {
  std::string stream;
  std::string tag;
};
TagName parse_tag(std::string_view text);

// The newest image of a tag, or nullptr.
const Json* newest_image(const Json& stream, std::string_view tag);
// The reference by which pods pull what ImageStreamTag "stream:tag" stands for: the image's own, or one into the
// cluster's registry where the tag's policy is Local. "" where it does not resolve.
std::string resolve_tag(const Store& store, std::string_view name_space, std::string_view stream_and_tag);

// Puts an event before a tag's others. One that tells of the same image, or of the same reference, takes the place of
// the newest. `event`: created, dockerImageReference, image, generation.
void push_event(Json& stream, const std::string& tag, const Json& event);
// The same for an image that is told by its reference.
void push_image(Json& stream, const std::string& tag, const std::string& reference, std::int64_t generation,
                const std::string& created);
void set_import_failure(Json& stream, const std::string& tag, std::int64_t generation, std::string_view reason,
                        const std::string& message, const std::string& now);

std::string pull_reference(const Json& stream, std::string_view tag);
// The image's own reference behind one into the cluster's registry; `reference` itself where it is none.
std::string reference_behind(const Store& store, const std::string& reference);

// Lets every tag that follows another one of the same stream show the same image; true where something changed. Tags of
// other streams are looked at only when the tag is pointed there.
bool follow_tags(Json& stream);

}  // namespace upshift::emulator
