// The routes of before: they go once Zync can make its own, so that the gap is short.
#pragma once

#include <vector>

#include "routes.hpp"
#include "upshift/sdk.hpp"

namespace upshift::zync_routes {

struct AwaitZync : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

class DeleteRoutes : public sdk::Step {
 public:
  enum class Kind { kStandard, kManual };
  explicit DeleteRoutes(Kind kind) : kind_(kind) {}

  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  struct Choice {
    std::vector<Json> to_delete;
    // Routes that stay, each with the reason.
    std::vector<std::pair<Json, std::string>> kept;
  };
  Choice choose(sdk::Context& c) const;

  Kind kind_;
};

}  // namespace upshift::zync_routes
