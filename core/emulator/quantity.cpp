#include "emulator/quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace upshift::emulator {

std::optional<double> parse_quantity(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 15> kUnits = {{{"", 1.0},
                                                                                  {"n", 1e-9},
                                                                                  {"u", 1e-6},
                                                                                  {"m", 1e-3},
                                                                                  {"k", 1e3},
                                                                                  {"M", 1e6},
                                                                                  {"G", 1e9},
                                                                                  {"T", 1e12},
                                                                                  {"P", 1e15},
                                                                                  {"E", 1e18},
                                                                                  {"Ki", 1024.0},
                                                                                  {"Mi", 1048576.0},
                                                                                  {"Gi", 1073741824.0},
                                                                                  {"Ti", 1099511627776.0},
                                                                                  {"Pi", 1125899906842624.0}}};
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& [name, factor] : kUnits) {
    if (unit == name) return number * factor;
  }
  return std::nullopt;
}

std::string quantity_text(double value) {
  const double rounded = std::round(value);
  if (std::abs(value - rounded) < 1e-9) return fmt::format("{:.0f}", rounded);
  return fmt::format("{:.0f}m", std::ceil(value * 1000.0 - 1e-9));
}

}  // namespace upshift::emulator
