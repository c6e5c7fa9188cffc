// The YAML files that ConfigMap/system holds as texts: changed line by line, so that the user's settings, their order
// and the comments stay.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

// `text` with each key set to true below `production:`, where it lacks the key. Nothing where the text is written in a
// way that cannot be extended safely (an alias, a flow mapping over several lines, tabs).
std::optional<std::string> with_switches(const std::string& text, std::span<const std::string_view> keys);
// The keys that the text lacks below `production:`; all of them where it cannot be read.
std::vector<std::string> missing_switches(const std::string& text, std::span<const std::string_view> keys);

// Switches on in rolling_updates.yml what a version brings; a key that is there keeps its value. The application reads
// the file when it starts: the version's images start it, and where they run already, this step does.
class SwitchOn : public sdk::Step {
 public:
  SwitchOn(std::vector<std::string_view> keys, std::string_view version) : keys_(std::move(keys)), version_(version) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  std::vector<std::string_view> keys_;
  std::string version_;
};

}  // namespace upshift::threescale
