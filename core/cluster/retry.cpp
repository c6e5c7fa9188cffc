#include "cluster/retry.hpp"

#include <algorithm>
#include <charconv>

namespace upshift::cluster {
namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(500);
constexpr Duration kLongestPause = std::chrono::seconds(30);

}  // namespace

Duration pause_before_next(int attempt, const std::map<std::string, std::string>* headers) {
  const Duration grown = std::min(kFirstPause * (1 << std::clamp(attempt - 1, 0, 10)), kLongestPause);
  if (headers == nullptr) return grown;
  const auto header = headers->find("retry-after");
  if (header == headers->end()) return grown;
  int wanted = 0;
  const auto& text = header->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), wanted);
  if (error != std::errc() || end != text.data() + text.size() || wanted < 0) return grown;
  return std::min<Duration>(std::chrono::seconds(wanted), kLongestPause);
}

}  // namespace upshift::cluster
