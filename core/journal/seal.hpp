// How a sealed (encrypted) value stands in a column where JSON would: "sealed:KEY-ID:BASE64". No JSON begins so.
#pragma once

#include <string>
#include <string_view>

namespace upshift::journal {

inline constexpr std::string_view kSealMark = "sealed:";

inline bool is_sealed(std::string_view stored) {
  return stored.starts_with(kSealMark);
}

// "" where it is malformed.
std::string key_id_of(std::string_view sealed);

}  // namespace upshift::journal
