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
// The reference that ImageStreamTag "stream:tag" stands for, "" where it does not resolve.
std::string resolve_tag(const Store& store, std::string_view name_space, std::string_view stream_and_tag);

// Puts an image before a tag's others; the same image again only takes the generation.
void push_image(Json& stream, const std::string& tag, const std::string& reference, std::int64_t generation,
                const std::string& created);
void set_import_failure(Json& stream, const std::string& tag, std::int64_t generation, std::string_view reason,
                        const std::string& message, const std::string& now);

// Lets every tag that follows a tag show the same image; true where something changed.
bool follow_tags(const Store& store, Json& stream);

}  // namespace upshift::emulator
