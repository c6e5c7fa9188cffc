#include <array>
#include <cctype>
#include <fmt/format.h>

#include "cluster/schema.hpp"

namespace upshift::cluster {
namespace {

struct Parts {
  bool negative = false;
  std::string whole;     // digits
  std::string fraction;  // digits
  std::string suffix;
};

bool take_parts(std::string_view text, Parts& parts) {
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) parts.negative = text[at++] == '-';
  while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) parts.whole += text[at++];
  if (at < text.size() && text[at] == '.') {
    ++at;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) parts.fraction += text[at++];
  }
  parts.suffix = text.substr(at);
  return !parts.whole.empty() || !parts.fraction.empty();
}

constexpr std::array<std::string_view, 7> kBinary = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
constexpr std::array<std::string_view, 9> kDecimal = {"n", "u", "m", "", "k", "M", "G", "T", "P"};

template <std::size_t N>
std::size_t index_of(const std::array<std::string_view, N>& suffixes, std::string_view suffix) {
  for (std::size_t i = 0; i < N; ++i) {
    if (suffixes[i] == suffix) return i;
  }
  return N;
}

bool is_exponent(std::string_view suffix) {
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return false;
  suffix.remove_prefix(suffix[1] == '-' || suffix[1] == '+' ? 2 : 1);
  return !suffix.empty() && suffix.find_first_not_of("0123456789") == std::string_view::npos;
}

// Divides by `step` while that leaves no remainder and a larger suffix exists.
template <std::size_t N>
std::string largest_suffix(std::int64_t number, std::size_t index, std::int64_t step,
                           const std::array<std::string_view, N>& suffixes) {
  while (number != 0 && number % step == 0 && index + 1 < N) {
    number /= step;
    ++index;
  }
  return fmt::format("{}{}", number, suffixes[index]);
}

}  // namespace

bool is_quantity(std::string_view text) {
  Parts parts;
  if (!take_parts(text, parts)) return false;
  return parts.suffix == "E" || index_of(kBinary, parts.suffix) < kBinary.size() ||
         index_of(kDecimal, parts.suffix) < kDecimal.size() || is_exponent(parts.suffix);
}

std::string canonical_quantity(std::string_view text) {
  Parts parts;
  const std::string given(text);
  if (!take_parts(text, parts)) return given;
  while (!parts.fraction.empty() && parts.fraction.back() == '0') parts.fraction.pop_back();
  if (parts.whole.size() > 12 || parts.fraction.size() > 6) return given;
  const std::int64_t sign = parts.negative ? -1 : 1;
  const auto digits = [](const std::string& number) { return number.empty() ? std::int64_t{0} : std::stoll(number); };
  if (const auto binary = index_of(kBinary, parts.suffix); binary > 0 && binary < kBinary.size()) {
    std::int64_t unit = 1;
    for (std::size_t i = 0; i < parts.fraction.size(); ++i) unit *= 10;
    if (parts.whole.size() + parts.fraction.size() > 9) return given;
    // "1.5Gi" is a whole number of a smaller unit.
    std::int64_t number = digits(parts.whole) * unit + digits(parts.fraction);
    auto index = binary;
    for (; number % unit != 0 && index > 0; --index) number *= 1024;
    if (number % unit != 0) return given;
    return largest_suffix(sign * (number / unit), index, 1024, kBinary);
  }
  auto decimal = index_of(kDecimal, parts.suffix);
  if (decimal == kDecimal.size()) return given;
  std::int64_t number = digits(parts.whole);
  while (!parts.fraction.empty()) {
    if (decimal == 0) return given;
    --decimal;
    parts.fraction.resize((parts.fraction.size() + 2) / 3 * 3, '0');
    number = number * 1000 + digits(parts.fraction.substr(0, 3));
    parts.fraction.erase(0, 3);
  }
  if (number == 0) return "0";
  return largest_suffix(sign * number, decimal, 1000, kDecimal);
}

}  // namespace upshift::cluster
