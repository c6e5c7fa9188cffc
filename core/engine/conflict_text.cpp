#include "engine/conflict_text.hpp"

#include <fmt/format.h>

namespace upshift::engine {
namespace {

constexpr std::size_t kLongest = 60;

std::string shown(const Json& value) {
  if (value.is_null()) return "absent";
  auto text = to_text(value);
  if (text.size() <= kLongest) return text;
  text.resize(kLongest);
  // Not in the middle of a character.
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
  if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) text.pop_back();
  return text + "…";
}

}  // namespace

std::vector<std::string> conflict_text(const std::string& kind, const std::vector<Conflict>& conflicts,
                                       const ConflictWords& words) {
  std::vector<std::string> lines;
  for (const auto& place : conflicts) {
    const auto path = place.path.empty() ? "the object" : place.path;
    if (kind == "Secret") {
      lines.push_back(path + " (a Secret's value, not shown)");
    } else {
      lines.push_back(fmt::format("{} {} {}, {} {}, {} {}", path, words.edited, shown(place.edited), words.wanted,
                                  shown(place.wanted), words.live, shown(place.live)));
    }
  }
  return lines;
}

}  // namespace upshift::engine
