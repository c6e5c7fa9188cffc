#include "report/diff.hpp"

#include <algorithm>
#include <array>

#include "report/redaction.hpp"

namespace upshift::report {
namespace {

bool needs_quotes(const std::string& text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return true;
  static constexpr std::array<std::string_view, 7> kWords{"null", "~", "true", "false", "yes", "no", "-"};
  if (std::find(kWords.begin(), kWords.end(), text) != kWords.end()) return true;
  if (text.find_first_not_of("0123456789.+-eE") == std::string::npos) return true;
  if (std::string_view("!&*|>@`\"'%#{}[],?:-").find(text.front()) != std::string_view::npos) return true;
  return text.find(": ") != std::string::npos || text.find(" #") != std::string::npos || text.back() == ':';
}

std::string scalar(const Json& value) {
  if (!value.is_string()) return to_text(value);
  const auto& text = value.get_ref<const std::string&>();
  const bool plain =
      std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U; });
  return plain && !needs_quotes(text) ? text : to_text(value);
}

bool is_inline(const Json& value) {
  return !value.is_structured() || value.empty();
}

std::string element_label(const Json& element, std::size_t index) {
  const std::string name = element.is_object() ? string_at(element, "/name") : std::string();
  return name.empty() ? std::to_string(index) : name;
}

class YamlWriter {
 public:
  void write(const Json& value, int depth, const std::string& place, const std::string& first_prefix) {
    if (value.is_object() && !value.empty()) {
      write_object(value, depth, place, first_prefix);
    } else if (value.is_array() && !value.empty()) {
      write_array(value, depth, place, first_prefix);
    } else {
      lines_.push_back({first_prefix + scalar(value), place});
    }
  }

  std::vector<YamlLine> take() { return std::move(lines_); }

 private:
  static std::string indent(int depth) { return std::string(static_cast<std::size_t>(depth) * 2, ' '); }

  void write_object(const Json& value, int depth, const std::string& place, std::string prefix) {
    for (const auto& [key, member] : value.items()) {
      const std::string inner = place.empty() ? key : place + "." + key;
      const std::string head = (prefix.empty() ? indent(depth) : prefix) + key + ":";
      prefix.clear();
      if (is_inline(member)) {
        write_scalar(head, member, depth, place);
      } else {
        lines_.push_back({head, place});
        write(member, member.is_array() ? depth : depth + 1, inner, "");
      }
    }
  }

  // Text of several lines is written as a block.
  void write_scalar(const std::string& head, const Json& member, int depth, const std::string& place) {
    const bool block = member.is_string() && member.get_ref<const std::string&>().find('\n') != std::string::npos;
    if (!block) {
      lines_.push_back({head + " " + scalar(member), place});
      return;
    }
    lines_.push_back({head + " |", place});
    const auto& text = member.get_ref<const std::string&>();
    std::size_t start = 0;
    while (start < text.size()) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      lines_.push_back({indent(depth + 1) + printable(text.substr(start, end - start)), place});
      start = end + 1;
    }
  }

  void write_array(const Json& value, int depth, const std::string& place, std::string prefix) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string head = (prefix.empty() ? indent(depth) : prefix) + "- ";
      prefix.clear();
      write(value[i], depth + 1, place + "[" + element_label(value[i], i) + "]", head);
    }
  }

  std::vector<YamlLine> lines_;
};

Json without_server_members(Json object) {
  if (!object.is_object()) return object;
  object.erase("status");
  if (object.contains("metadata") && object["metadata"].is_object()) {
    for (const char* key :
         {"resourceVersion", "generation", "uid", "creationTimestamp", "managedFields", "selfLink", "namespace"}) {
      object["metadata"].erase(key);
    }
  }
  return object;
}

struct Edit {
  char sign;  // ' ', '-', '+'
  std::string text;
  std::string place;
};

// Longest common subsequence between the common head and the common tail.
std::vector<Edit> edits_between(const std::vector<YamlLine>& a, const std::vector<YamlLine>& b) {
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head].text == b[head].text) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail].text == b[b.size() - 1 - tail].text) {
    ++tail;
  }
  const std::size_t rows = a.size() - head - tail;
  const std::size_t columns = b.size() - head - tail;
  std::vector<std::uint32_t> length((rows + 1) * (columns + 1), 0);
  const auto cell = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return length[i * (columns + 1) + j]; };
  for (std::size_t i = rows; i-- > 0;) {
    for (std::size_t j = columns; j-- > 0;) {
      cell(i, j) =
          a[head + i].text == b[head + j].text ? cell(i + 1, j + 1) + 1 : std::max(cell(i + 1, j), cell(i, j + 1));
    }
  }
  std::vector<Edit> edits;
  for (std::size_t i = 0; i < head; ++i) edits.push_back({' ', b[i].text, b[i].place});
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[head + i].text == b[head + j].text) {
      edits.push_back({' ', b[head + j].text, b[head + j].place});
      ++i;
      ++j;
    } else if (j == columns || (i < rows && cell(i + 1, j) >= cell(i, j + 1))) {
      edits.push_back({'-', a[head + i].text, a[head + i].place});
      ++i;
    } else {
      edits.push_back({'+', b[head + j].text, b[head + j].place});
      ++j;
    }
  }
  for (std::size_t k = b.size() - tail; k < b.size(); ++k) edits.push_back({' ', b[k].text, b[k].place});
  return edits;
}

std::vector<std::string> hunks_of(const std::vector<Edit>& edits, std::size_t context) {
  std::vector<bool> shown(edits.size(), false);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].sign == ' ') continue;
    const std::size_t from = i < context ? 0 : i - context;
    for (std::size_t k = from; k < std::min(edits.size(), i + context + 1); ++k) shown[k] = true;
  }
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (!shown[i]) continue;
    if (i == 0 || !shown[i - 1]) {
      std::size_t first = i;
      while (edits[first].sign == ' ') ++first;
      lines.push_back(edits[first].place.empty() ? "@@" : "@@ " + edits[first].place + " @@");
    }
    lines.push_back(edits[i].sign + edits[i].text);
  }
  return lines;
}

}  // namespace

std::vector<YamlLine> to_yaml_lines(const Json& value) {
  YamlWriter writer;
  writer.write(value, 0, "", "");
  return writer.take();
}

std::vector<std::string> diff_objects(const Json& before, const Json& after, int context) {
  const auto [old_state, new_state] = redact_pair(without_server_members(before), without_server_members(after));
  const auto lines_of = [](const Json& state) {
    return state.is_null() ? std::vector<YamlLine>() : to_yaml_lines(state);
  };
  return hunks_of(edits_between(lines_of(old_state), lines_of(new_state)), static_cast<std::size_t>(context));
}

std::string paint_diff_line(const Look& look, const std::string& line) {
  if (line.starts_with("@@")) return paint(look, Tone::kDim, line);
  if (line.starts_with('-')) return paint(look, Tone::kBad, line);
  if (line.starts_with('+')) return paint(look, Tone::kGood, line);
  return line;
}

}  // namespace upshift::report
