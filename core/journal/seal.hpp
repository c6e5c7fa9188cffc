// How a sealed (encrypted) value stands in a column where JSON would: "sealed:KEY-ID:BASE64". No JSON begins so.
#pragma once

#include <string>
#include <string_view>

#include "journal/journal.hpp"

namespace upshift::journal {

inline constexpr std::string_view kSealMark = "sealed:";

inline bool is_sealed(std::string_view stored) {
  return stored.starts_with(kSealMark);
}

// "" where it is malformed.
std::string key_id_of(std::string_view sealed);

// Whether a change's values may hold secrets: those of Secrets, of what has a pod template with its variables,
// commands, calls of a product's API.
bool may_hold_secrets(const Change& change);

// What a sealed value is bound to.
std::string place_of(const Change& change, std::string_view column);
std::string place_of(RunId run, const std::string& name);

}  // namespace upshift::journal
