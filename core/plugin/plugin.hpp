// A plugin as the host uses it: identity, manifest, operations. The loaded shared library stands behind it; tests put a
// plugin of their own there.
//
// Threads: one call at a time per plugin.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "plugin/host_services.hpp"

namespace upshift::plugin {

// The ABI's operations, with its numbers.
enum class Operation { kCheck = 1, kApply = 2, kVerify = 3, kUndo = 4, kSimulate = 5, kDetect = 6 };

std::string_view to_string(Operation operation);

class Plugin {
 public:
  virtual ~Plugin() = default;
  virtual const std::string& id() const = 0;
  virtual const std::string& version() const = 0;
  // Already validated against config/schemas/manifest.schema.json.
  virtual const Json& manifest() const = 0;
  virtual bool has(Operation operation, std::string_view subject) const = 0;
  // Runs one operation to its return. The reply is checked against the operation's schema; a plugin that answers
  // something else, or fails without a diagnostic, gives an INTERNAL error that names it. Warnings and infos that the
  // plugin attached go to `services.diagnose`; with an error they are in Error::diagnostics as well.
  virtual Result<Json> run(Operation operation, std::string_view subject, const Json& request,
                           HostServices& services) = 0;
};

}  // namespace upshift::plugin
