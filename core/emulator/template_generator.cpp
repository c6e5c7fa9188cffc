#include "emulator/template.hpp"

namespace upshift::emulator {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kSymbols = "~!@#$%^&*()-_+={}[]\\|<,>.?/\"';:`";
constexpr int kMaxLength = 255;

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t limit) {
    std::uint64_t mixed = (state_ += 0x9E3779B97F4A7C15ULL);
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
    return static_cast<std::size_t>((mixed ^ (mixed >> 31U)) % limit);
  }

 private:
  std::uint64_t state_;
};

// "\w" word characters, "\d" digits, "\a" letters and digits, "\A" symbols.
std::string class_of(char letter) {
  switch (letter) {
    case 'w':
      return std::string(kLetters) + std::string(kDigits) + "_";
    case 'd':
      return std::string(kDigits);
    case 'a':
      return std::string(kLetters) + std::string(kDigits);
    case 'A':
      return std::string(kSymbols);
    default:
      return {};
  }
}

// What "[…]" or "\x" stands for; moves `at` behind it. "" where it is neither.
std::string characters_at(std::string_view expression, std::size_t& at) {
  if (expression[at] == '\\') {
    const std::string found = at + 1 < expression.size() ? class_of(expression[at + 1]) : std::string{};
    at += found.empty() ? 0 : 2;
    return found;
  }
  const auto close = expression[at] == '[' ? expression.find(']', at) : std::string_view::npos;
  if (close == std::string_view::npos) return {};
  std::string found;
  for (std::size_t i = at + 1; i < close; ++i) {
    if (expression[i] == '\\' && i + 1 < close) {
      found += class_of(expression[++i]);
    } else if (i + 2 < close && expression[i + 1] == '-') {
      if (expression[i] > expression[i + 2]) return {};
      for (int c = expression[i]; c <= expression[i + 2]; ++c) found += static_cast<char>(c);
      i += 2;
    } else {
      found += expression[i];
    }
  }
  if (!found.empty()) at = close + 1;
  return found;
}

// "{8}" as a number; moves `at` behind it. 0 where there is no length.
int length_at(std::string_view expression, std::size_t& at) {
  const auto close =
      at < expression.size() && expression[at] == '{' ? expression.find('}', at) : std::string_view::npos;
  if (close == std::string_view::npos || close == at + 1 || close > at + 4) return 0;
  int length = 0;
  for (std::size_t i = at + 1; i < close; ++i) {
    if (expression[i] < '0' || expression[i] > '9') return 0;
    length = length * 10 + (expression[i] - '0');
  }
  if (length > kMaxLength) return 0;
  at = close + 1;
  return length;
}

}  // namespace

std::string generate_value(std::string_view expression, std::uint64_t seed) {
  Random random(seed);
  std::string out;
  std::size_t at = 0;
  while (at < expression.size()) {
    std::size_t next = at;
    const std::string characters = characters_at(expression, next);
    const int length = characters.empty() ? 0 : length_at(expression, next);
    if (length == 0) {
      out += expression[at++];
      continue;
    }
    for (int i = 0; i < length; ++i) out += characters[random.below(characters.size())];
    at = next;
  }
  return out;
}

}  // namespace upshift::emulator
