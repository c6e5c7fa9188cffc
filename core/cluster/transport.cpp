#include "cluster/transport.hpp"

namespace upshift::cluster {

std::string Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace upshift::cluster
