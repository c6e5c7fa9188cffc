// What a step's plugin may ask of the host during a run: the four services of docs/plugin-abi.md, within the limits of
// the step's manifest and of the operation that runs.
#pragma once

#include "engine/change_writer.hpp"
#include "engine/cluster_service.hpp"
#include "plugin/host_services.hpp"

namespace upshift::engine {

class StepServices final : public plugin::HostServices {
 public:
  // The scope must outlive the services; its operation may change between calls.
  explicit StepServices(StepScope& scope);

  Result<Json> invoke(std::string_view service, std::string_view verb, const Json& request) override;
  Result<std::string> invoke_text(std::string_view service, std::string_view verb, const Json& request) override;
  bool offers(std::string_view service) const override;
  void diagnose(const Diagnostic& diagnostic) override;
  void log(Severity severity, std::string_view message) override;
  void progress(double fraction, std::string_view message) override;
  bool cancelled() const override { return scope_.with.cancelled(); }
  TimePoint now() const override { return scope_.now(); }

 private:
  Result<Json> values(std::string_view verb, const Json& request);
  Result<Json> files(std::string_view verb, const Json& request);
  Result<Json> list_files(const Json& request);
  Result<Json> http(std::string_view verb, const Json& request);

  StepScope& scope_;
  ChangeWriter writer_;
  ClusterService cluster_;
};

}  // namespace upshift::engine
