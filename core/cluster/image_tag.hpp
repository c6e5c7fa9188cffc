// The state of one tag of an ImageStream: where it points, whether its present spec has been imported, what it resolves
// to.
#pragma once

#include "cluster/cache.hpp"

namespace upshift::cluster {

struct TagState {
  enum class Import { kNoStream, kNoTag, kDone, kRunning, kRefused };
  Import import = Import::kNoStream;
  // "ImageStreamTag/amp-system:2.6": the tag that is imported in the end, where tags follow tags.
  std::string source;
  std::string image;      // the pull reference that the tag resolves to now, "" where it has none
  std::string reason;     // of a refusal: "NotFound"
  std::string message;    // of a refusal: the server's words
  std::string refused;    // of a refusal: since when, as the server writes times
  std::string reference;  // where it is imported from: "registry.example.com/team/app:1"
};

Result<TagState> tag_state(Cache& cache, std::string_view image_stream, std::string_view tag);

// Whether two pull references mean the same image: by digest where both have one.
bool is_same_image(std::string_view a, std::string_view b);

// What to do about a refused import.
std::string import_advice(const TagState& state);

}  // namespace upshift::cluster
