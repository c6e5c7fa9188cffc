// For those whom nobody listens to.
#pragma once

#include "base/event.hpp"

namespace upshift::testing {

class Silent final : public EventSink {
 public:
  void on_event(const Event&) override {}
};

}  // namespace upshift::testing
