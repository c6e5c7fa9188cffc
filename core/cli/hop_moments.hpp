// The emulated project as it is after each hop of a rehearsal.
#pragma once

#include <functional>
#include <map>

#include "base/event.hpp"
#include "plan/plan.hpp"

namespace upshift::cli {

class HopMoments final : public EventSink {
 public:
  // Called when the last step of a hop has ended. Everything is borrowed.
  HopMoments(const plan::Plan& plan, std::function<void(const std::string& hop)> on_end);

  void on_event(const Event& event) override;

 private:
  const plan::Plan& plan_;
  std::function<void(const std::string&)> on_end_;
  std::map<std::string, std::size_t> open_;  // steps of each hop that have not ended
};

}  // namespace upshift::cli
