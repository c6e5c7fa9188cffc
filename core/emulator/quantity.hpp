// Kubernetes resource quantities ("150m", "250M", "1Gi") as numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace upshift::emulator {

// In the unit's base: cores, bytes, pieces. nullopt where it is no quantity.
std::optional<double> parse_quantity(std::string_view text);
// Canonical text of cores ("150m") or of anything else ("1000").
std::string quantity_text(double value);

}  // namespace upshift::emulator
