// Where the fixture plugins are, and services that answer as a test tells them.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugin/call.hpp"
#include "plugin/host_services.hpp"

namespace upshift::plugin {

inline std::string good_fixture(const std::string& name) {
  return UPSHIFT_FIXTURE_PLUGINS "/good/" + name + ".so";
}
inline std::string bad_fixture(const std::string& name) {
  return UPSHIFT_FIXTURE_PLUGINS "/bad/" + name + ".so";
}

class RecordingServices final : public HostServices {
 public:
  Result<Json> invoke(std::string_view service, std::string_view verb, const Json& request) override {
    asked.push_back({{"service", service}, {"verb", verb}, {"request", request}});
    return answer ? answer() : Result<Json>(Json{{"object", nullptr}});
  }
  bool offers(std::string_view service) const override { return host_offers(service); }
  void diagnose(const Diagnostic& diagnostic) override { diagnostics.push_back(diagnostic); }
  void log(Severity, std::string_view message) override { logged.emplace_back(message); }
  void progress(double fraction, std::string_view message) override {
    progressed.push_back({{"fraction", fraction}, {"message", message}});
  }
  bool cancelled() const override { return is_cancelled; }
  TimePoint now() const override { return TimePoint{Duration{1234}}; }

  std::function<Result<Json>()> answer;
  bool is_cancelled = false;
  std::vector<Json> asked, progressed;
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> logged;
};

}  // namespace upshift::plugin
