#include "emulator/server/other_paths.hpp"

#include <array>

#include "base/text.hpp"

namespace upshift::emulator::server {
namespace {

struct Second {
  std::string_view resource, asked, stored;
};
constexpr std::array<Second, 2> kSecond = {
    {{"cronjobs", "batch/v1", "batch/v1beta1"}, {"poddisruptionbudgets", "policy/v1", "policy/v1beta1"}}};

}  // namespace

void unwrap_watch_path(HttpRequest& request) {
  std::vector<std::string> parts = split(request.path, '/');
  std::erase(parts, "");
  const std::size_t at = !parts.empty() && parts[0] == "apis" ? 3 : 2;
  if (request.method != "GET" || parts.size() <= at || parts[at] != "watch") return;
  parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at));
  request.path = "/" + join(parts, "/");
  std::erase_if(request.query, [](const auto& parameter) { return parameter.first == "watch"; });
  request.query.emplace_back("watch", "true");
}

OtherVersion use_stored_version(std::string& path) {
  std::vector<std::string> parts = split(path, '/');
  std::erase(parts, "");
  if (parts.size() < 4 || parts[0] != "apis") return {};
  const std::size_t at = parts[3] == "namespaces" ? 5 : 3;
  for (const Second& second : kSecond) {
    if (parts.size() <= at || parts[at] != second.resource || parts[1] + "/" + parts[2] != second.asked) continue;
    parts[2] = std::string(second.stored.substr(second.stored.find('/') + 1));
    path = "/" + join(parts, "/");
    return {std::string(second.asked), std::string(second.stored)};
  }
  return {};
}

void restore_version(const OtherVersion& version, Json& object) {
  if (!version.asked.empty() && string_at(object, "/apiVersion") == version.stored)
    object["apiVersion"] = version.asked;
}

}  // namespace upshift::emulator::server
