#include "cli/hop_moments.hpp"

namespace upshift::cli {

HopMoments::HopMoments(const plan::Plan& plan, std::function<void(const std::string&)> on_end)
    : plan_(plan), on_end_(std::move(on_end)) {
  for (const auto& step : plan.steps) ++open_[step.hop];
}

void HopMoments::on_event(const Event& event) {
  if (event.kind != Event::Kind::kStepEnded) return;
  const auto* step = plan_.find(event.step);
  if (step == nullptr) return;
  const auto state = string_at(event.data, "/state");
  if (state != "done" && state != "skipped") return;
  if (--open_[step->hop] == 0) on_end_(step->hop);
}

}  // namespace upshift::cli
