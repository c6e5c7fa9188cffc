// Checksums of rows: SHA-256 over what a row says, so that a flipped bit is never taken for an old value to restore.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upshift::journal {

// A JSON column as it stands in the file; nothing is SQL NULL, JSON null.
using StoredJson = std::optional<std::string>;

// The compact JSON array of the columns that are added, and its digest.
class RowDigest {
 public:
  RowDigest& add(std::int64_t value);
  RowDigest& add(std::string_view text);
  RowDigest& add(bool value);
  RowDigest& null();
  // JSON text stands as it is. What is sealed is a string.
  RowDigest& add_json(const StoredJson& value);
  std::string hex() const;

 private:
  void put(std::string_view text);
  std::string text_ = "[";
};

}  // namespace upshift::journal
