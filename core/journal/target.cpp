#include "journal/target.hpp"

#include <cctype>
#include <fmt/format.h>

namespace upshift::journal {
namespace {

// "project 'NS' at https://Host:443/" as "project 'NS' at https://host".
std::string normal(std::string target) {
  const auto scheme = target.find("://");
  if (scheme == std::string::npos) return target;
  const auto host = scheme + 3;
  auto end = std::min(target.find('/', host), target.size());
  for (auto at = host; at < end; ++at)
    target[at] = static_cast<char>(std::tolower(static_cast<unsigned char>(target[at])));
  while (target.ends_with('/')) target.pop_back();
  end = std::min(end, target.size());
  constexpr std::string_view kDefaultPort = ":443";
  if (std::string_view(target).substr(host, end - host).ends_with(kDefaultPort)) {
    target.erase(end - kDefaultPort.size(), kDefaultPort.size());
  }
  return target;
}

}  // namespace

Status check_target(Journal& journal, const std::string& target) {
  UPSHIFT_ASSIGN(const auto runs, journal.runs());
  for (const Run& run : runs) {
    if (run.mode == "rehearse" || normal(run.target) == normal(target)) continue;
    return failure(StatusCode::kFailedPrecondition, fmt::format("the journal is of {}, not of {}", run.target, target),
                   "Name this project's own journal with --journal, or leave the option out. Nothing was sent.");
  }
  return {};
}

}  // namespace upshift::journal
