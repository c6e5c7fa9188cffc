#include "cluster/transport.hpp"

namespace upshift::cluster {

std::string Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

std::vector<Result<Response>> Transport::send_all(std::span<const Request> requests) {
  std::vector<Result<Response>> answers;
  answers.reserve(requests.size());
  for (const auto& request : requests) answers.push_back(send(request));
  return answers;
}

}  // namespace upshift::cluster
