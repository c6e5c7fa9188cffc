#include "report/text_layout.hpp"

#include "base/text.hpp"

namespace upshift::report {
namespace {

bool continues_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // C1 controls are two bytes in UTF-8: 0xC2 0x80 to 0xC2 0x9F.
    const bool c1 = byte == 0xC2U && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0U;
    if (byte == '\n' || byte == '\t' || byte == '\r') {
      out += ' ';
    } else if (byte < 0x20U || byte == 0x7FU || c1) {
      out += '?';
      if (c1) ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

int display_width(std::string_view text) {
  int width = 0;
  for (const char byte : text) width += continues_code_point(byte) ? 0 : 1;
  return width;
}

std::string clip(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  if (width <= 0) return {};
  int columns = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    if (!continues_code_point(text[end]) && ++columns == width) break;
    ++end;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string pad(std::string_view text, int width) {
  std::string out(text);
  const int missing = width - display_width(text);
  if (missing > 0) out.append(static_cast<std::size_t>(missing), ' ');
  return out;
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::string line;
  for (const auto& word : split(text, ' ')) {
    if (word.empty()) continue;
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string paint(const Look& look, Tone tone, std::string_view text) {
  if (!look.colour || tone == Tone::kPlain || text.empty()) return std::string(text);
  std::string_view code;
  switch (tone) {
    case Tone::kGood:
      code = "32";
      break;
    case Tone::kBad:
      code = "1;31";
      break;
    case Tone::kNote:
      code = "33";
      break;
    case Tone::kDim:
      code = "2";
      break;
    case Tone::kStrong:
      code = "1";
      break;
    case Tone::kPlain:
      break;
  }
  std::string out = "\x1b[";
  out.append(code).append("m").append(text).append("\x1b[0m");
  return out;
}

Tone tone_of(std::string_view state) {
  if (state == "done" || state == "ok") return Tone::kGood;
  if (state == "failed" || state == "error") return Tone::kBad;
  if (state == "blocked" || state == "interrupted" || state == "warning") return Tone::kNote;
  if (state == "skipped" || state == "not reached") return Tone::kDim;
  return Tone::kPlain;
}

}  // namespace upshift::report
