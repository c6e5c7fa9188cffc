// The keys that secrets in a journal are sealed with. A key file has mode 0600 and holds keys of 32 bytes, one a line,
// as base64 or 64 hexadecimal digits; the first seals, each opens what it sealed. Lines that begin with # are comments.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace upshift::journal {

// Immutable. Erased from memory with the object.
class KeyRing {
 public:
  // NOT_FOUND; PERMISSION_DENIED: others may read the file; INVALID_ARGUMENT: a line is no key. Messages never repeat
  // what the file holds.
  static Result<std::shared_ptr<const KeyRing>> read(const std::filesystem::path& path);
  ~KeyRing();
  KeyRing(const KeyRing&) = delete;
  KeyRing& operator=(const KeyRing&) = delete;

  // Of the key that seals: 16 hexadecimal digits that tell nothing of the key.
  const std::string& id() const { return keys_.front().id; }
  bool has(std::string_view id) const { return find(id) != nullptr; }

  // "sealed:ID:BASE64". `place` is where it stands, and is not stored: at another place it does not open.
  std::string seal(std::string_view text, std::string_view place) const;
  // FAILED_PRECONDITION: no key of this ring, changed since, or moved from its place.
  Result<std::string> open(std::string_view sealed, std::string_view place) const;

 private:
  struct Key {
    std::array<unsigned char, 32> bytes{};
    std::string id;
  };
  KeyRing() = default;
  Status add(std::string_view line);
  const Key* find(std::string_view id) const;

  std::vector<Key> keys_;
};

}  // namespace upshift::journal
