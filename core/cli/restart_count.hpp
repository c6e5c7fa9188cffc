// How often each DeploymentConfig is rolled out by a rehearsal, told by hop.
#pragma once

#include "cli/hop_moments.hpp"
#include "cli/plan_page.hpp"

namespace upshift::cli {

class RestartCount {
 public:
  // Versions of the DeploymentConfigs as they are now, by name.
  using Versions = std::function<std::map<std::string, std::int64_t>()>;

  // Both must outlive it; so must it what it hears.
  RestartCount(const plan::Plan& plan, Versions versions);
  RestartCount(const RestartCount&) = delete;
  RestartCount& operator=(const RestartCount&) = delete;

  EventSink& sink() { return moments_; }
  // What came after the last whole hop belongs to the one that was begun.
  Restarts finish();

 private:
  void count(const std::string& hop);

  const plan::Plan& plan_;
  Versions versions_;
  std::map<std::string, std::int64_t> before_;
  std::size_t ended_ = 0;  // hops
  Restarts restarts_;
  HopMoments moments_;
};

}  // namespace upshift::cli
