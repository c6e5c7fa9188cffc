// Text for terminals: widths in columns, clipping, wrapping, colour.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace upshift::report {

enum class Tone { kPlain, kGood, kBad, kNote, kDim, kStrong };

// How text is to look where it goes.
struct Look {
  bool colour = false;
  int width = 80;  // columns; at least 20 is assumed
};

// The text without control characters: nothing that came from outside may steer the reader's terminal. Line breaks and
// tabs become blanks.
std::string printable(std::string_view text);
// Columns that printable UTF-8 text takes, one for each code point.
int display_width(std::string_view text);
// At most `width` columns; what is cut off is marked by "…".
std::string clip(std::string_view text, int width);
// Filled up with blanks to `width` columns.
std::string pad(std::string_view text, int width);
// Broken at blanks into lines of at most `width` columns; a longer word stands alone, whole.
std::vector<std::string> wrap(std::string_view text, int width);

std::string paint(const Look& look, Tone tone, std::string_view text);
// The tone of a step's or run's state.
Tone tone_of(std::string_view state);

}  // namespace upshift::report
