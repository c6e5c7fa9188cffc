#include <charconv>
#include <fmt/format.h>

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

bool is_alphanumeric(char c) {
  return kLetters.find(c) != std::string_view::npos || kDigits.find(c) != std::string_view::npos;
}

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

// "[a-z0-9]{8}" in an expression: what is between the brackets, how many of it, and where it stands.
struct Part {
  std::string_view characters;
  int length = 0;
  std::size_t begin = 0, end = 0;
};

std::optional<Part> part_at(std::string_view expression, std::size_t begin) {
  const auto close = expression.find(']', begin);
  if (expression[begin] != '[' || close == std::string_view::npos || close == begin + 1) return std::nullopt;
  const std::string_view characters = expression.substr(begin + 1, close - begin - 1);
  const auto usable = [](char c) { return is_alphanumeric(c) || c == '-' || c == '\\'; };
  if (!std::all_of(characters.begin(), characters.end(), usable)) return std::nullopt;
  const auto last = expression.find('}', close);
  if (last == std::string_view::npos || expression.substr(close, 2) != "]{" || last == close + 2) return std::nullopt;
  const std::string_view digits = expression.substr(close + 2, last - close - 2);
  const bool number = digits.find_first_not_of(kDigits) == std::string_view::npos;
  if (!number) return std::nullopt;
  Part part{characters, 0, begin, last + 1};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), part.length);
  if (error != std::errc{}) part.length = kMaxLength + 1;
  return part;
}

std::optional<Part> first_part(std::string_view expression) {
  for (std::size_t at = 0; at < expression.size(); ++at) {
    if (auto part = part_at(expression, at)) return part;
  }
  return std::nullopt;
}

tl::unexpected<Error> malformed(std::string_view what) {
  return failure(StatusCode::kInvalidArgument, fmt::format("'{}' says nothing about what to generate", what));
}

// Begins with a class, or ends with a range.
bool is_well_formed(std::string_view characters) {
  const std::size_t size = characters.size();
  const bool by_class = size > 1 && characters[0] == '\\' && !class_of(characters[1]).empty();
  const bool by_range = size > 2 && characters[size - 2] == '-' && is_alphanumeric(characters[size - 3]) &&
                        is_alphanumeric(characters[size - 1]);
  return by_class || by_range;
}

// Letters go before digits, small ones before capitals.
Result<std::string> characters_between(char first, char last) {
  const std::string all = std::string(kLetters) + std::string(kDigits) + std::string(kSymbols);
  const auto from = all.find(first);
  const auto to = all.rfind(last);
  if (from > to) return malformed(fmt::format("{}-{}", first, last));
  return all.substr(from, to - from + 1);
}

Result<std::string> alphabet_of(std::string_view characters) {
  std::string out;
  for (std::size_t at = 0; at < characters.size();) {
    const bool escaped = characters[at] == '\\' && at + 1 < characters.size() && is_alphanumeric(characters[at + 1]);
    const std::size_t begin = at;
    at += escaped ? 2 : 1;
    if (!escaped && !is_alphanumeric(characters[begin])) continue;
    if (escaped && !class_of(characters[begin + 1]).empty()) {
      out += class_of(characters[begin + 1]);
      continue;
    }
    if (at < characters.size() && characters[at] == '-') ++at;
    if (at < characters.size() && is_alphanumeric(characters[at])) ++at;
    UPSHIFT_ASSIGN(const std::string range, characters_between(characters[begin], characters[at - 1]));
    out += range;
  }
  return out;
}

}  // namespace

Result<std::string> generate_value(std::string_view expression, std::uint64_t seed) {
  Random random(seed);
  std::string out;
  while (const auto part = first_part(expression)) {
    if (!is_well_formed(part->characters)) return malformed(part->characters);
    if (part->length < 1 || part->length > kMaxLength) {
      return malformed(fmt::format("{} characters of {}", part->length, part->characters));
    }
    UPSHIFT_ASSIGN(const std::string alphabet, alphabet_of(part->characters));
    out += expression.substr(0, part->begin);
    for (int i = 0; i < part->length; ++i) out += alphabet[random.below(alphabet.size())];
    expression.remove_prefix(part->end);
  }
  return out + std::string(expression);
}

}  // namespace upshift::emulator
