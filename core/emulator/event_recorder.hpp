// Writes the Events by which controllers tell what they did; the same one again only counts up.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "emulator/store.hpp"

namespace upshift::emulator {

class EventRecorder {
 public:
  explicit EventRecorder(Store& store) : store_(store) {}
  void normal(const Json& about, std::string_view component, std::string_view reason, const std::string& message) {
    record(about, component, reason, message, "Normal");
  }
  void warning(const Json& about, std::string_view component, std::string_view reason, const std::string& message) {
    record(about, component, reason, message, "Warning");
  }

 private:
  void record(const Json& about, std::string_view component, std::string_view reason, const std::string& message,
              std::string_view type);

  Store& store_;
  std::uint64_t sequence_ = 0;
  std::map<std::string, std::string> names_;  // what an event says, to the name of its object
};

}  // namespace upshift::emulator
