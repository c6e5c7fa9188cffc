// What a step may ask of the host, as the engine provides it: the one way by which a plugin reaches the world.
// The plugin folder turns the C callbacks of the ABI into calls of this interface.
//
// Threads: called on the thread that runs the operation. Nothing here may throw.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::plugin {

class HostServices {
 public:
  virtual ~HostServices() = default;

  // One verb of one service, "upshift.cluster/1" and "get" for instance; docs/plugin-abi.md lists requests and replies.
  // UNIMPLEMENTED for an unknown verb, PERMISSION_DENIED where the step's manifest or operation does not allow it.
  virtual Result<Json> invoke(std::string_view service, std::string_view verb, const Json& request) = 0;
  // The same as a plugin gets it.
  virtual Result<std::string> invoke_text(std::string_view service, std::string_view verb, const Json& request) {
    UPSHIFT_ASSIGN(const Json reply, invoke(service, verb, request));
    return to_text(reply);
  }
  // True for a service that invoke() knows.
  virtual bool offers(std::string_view service) const = 0;

  virtual void diagnose(const Diagnostic& diagnostic) = 0;
  virtual void log(Severity severity, std::string_view message) = 0;
  virtual void progress(double fraction, std::string_view message) = 0;
  virtual bool cancelled() const = 0;
  virtual TimePoint now() const = 0;
};

}  // namespace upshift::plugin
