#include "cli/restart_count.hpp"

namespace upshift::cli {

RestartCount::RestartCount(const plan::Plan& plan, Versions versions)
    : plan_(plan), versions_(std::move(versions)), before_(versions_()), moments_(plan, [this](const std::string& hop) {
        ++ended_;
        count(hop);
      }) {}

Restarts RestartCount::finish() {
  if (!plan_.hops.empty()) count(plan_.hops[std::min(ended_, plan_.hops.size() - 1)]);
  return std::move(restarts_);
}

void RestartCount::count(const std::string& hop) {
  auto now = versions_();
  for (const auto& [name, version] : now) {
    const auto known = before_.find(name);
    const auto rolled = version - (known == before_.end() ? 0 : known->second);
    if (rolled > 0) restarts_[name][hop] += rolled;
  }
  before_ = std::move(now);
}

}  // namespace upshift::cli
