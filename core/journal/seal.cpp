#include "journal/seal.hpp"

namespace upshift::journal {

std::string key_id_of(std::string_view sealed) {
  sealed.remove_prefix(kSealMark.size());
  const auto colon = sealed.find(':');
  return colon == std::string_view::npos ? std::string() : std::string(sealed.substr(0, colon));
}

}  // namespace upshift::journal
