#include "journal/digest.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "journal/seal.hpp"

namespace upshift::journal {

void RowDigest::put(std::string_view text) {
  if (text_.size() > 1) text_ += ',';
  text_ += text;
}

RowDigest& RowDigest::add(std::int64_t value) {
  put(std::to_string(value));
  return *this;
}

RowDigest& RowDigest::add(std::string_view text) {
  put(to_text(Json(text)));
  return *this;
}

RowDigest& RowDigest::add(bool value) {
  put(value ? "true" : "false");
  return *this;
}

RowDigest& RowDigest::null() {
  put("null");
  return *this;
}

RowDigest& RowDigest::add_json(const StoredJson& value) {
  if (!value) return null();
  if (is_sealed(*value)) return add(std::string_view(*value));
  put(*value);
  return *this;
}

std::string RowDigest::hex() const {
  return sha256_hex(text_ + "]");
}

}  // namespace upshift::journal
