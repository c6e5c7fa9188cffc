// A terminal in miniature: understands what upshift's live view writes, and wraps where a terminal would.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace upshift::testing {

// The lines on the screen after `output` was written to a terminal of `width` columns; empty lines at the end are left
// out. Knows line feed, carriage return, cursor up, erase below, and ignores colours.
inline std::vector<std::string> lines_on_screen(std::string_view output, int width) {
  std::vector<std::vector<std::string>> rows(1);  // one cell for each column, UTF-8
  std::size_t row = 0;
  std::size_t column = 0;
  for (std::size_t i = 0; i < output.size(); ++i) {
    const char c = output[i];
    if (c == '\n') {
      if (++row == rows.size()) rows.emplace_back();
      column = 0;
    } else if (c == '\r') {
      column = 0;
    } else if (c == '\x1b' && i + 1 < output.size() && output[i + 1] == '[') {
      std::size_t end = i + 2;
      while (end < output.size() && (output[end] < '@' || output[end] > '~')) ++end;
      const std::string number(output.substr(i + 2, end - i - 2));
      if (output[end] == 'A') row -= std::min<std::size_t>(row, static_cast<std::size_t>(std::stoi(number)));
      if (output[end] == 'J') {
        rows.resize(row + 1);
        rows[row].resize(std::min(column, rows[row].size()));
      }
      i = end;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) {
      rows[row][column - 1] += c;
    } else {
      if (column == static_cast<std::size_t>(width)) {
        if (++row == rows.size()) rows.emplace_back();
        column = 0;
      }
      if (rows[row].size() <= column) rows[row].resize(column + 1, " ");
      rows[row][column++] = std::string(1, c);
    }
  }
  std::vector<std::string> lines;
  for (const auto& cells : rows) {
    std::string line;
    for (const auto& cell : cells) line += cell;
    lines.push_back(std::move(line));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace upshift::testing
