// One call into a plugin: the C callbacks on one side, HostServices on the other, and the judgement of how it ended.
#pragma once

#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "plugin/host_services.hpp"
#include "plugin/plugin.hpp"
#include "upshift/plugin.h"

namespace upshift::plugin {

// The services that a plugin may require of this host.
bool host_offers(std::string_view service);
// The table that is handed to every plugin; static storage.
const upshift_host& host_table();

// The longest JSON that is taken from a plugin in one piece.
inline constexpr std::size_t kMaximumJsonBytes = std::size_t{64} << 20U;

class Call {
 public:
  // `services` is borrowed for the life of the call.
  explicit Call(HostServices& services);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const upshift_call* table() const { return &table_; }

  // To be asked once, after the plugin's function has returned `status`. `who` names plugin and subject in messages.
  // The result is the reply that the plugin gave (null: none), or the error that its status and diagnostics make. A
  // plugin that broke the contract gives INTERNAL.
  Result<Json> finish(upshift_status status, std::string_view who);

 private:
  static upshift_status invoke(const upshift_call* call, upshift_view service, upshift_view verb,
                               upshift_view request_json, const upshift_sink* reply) noexcept;
  static upshift_status reply(const upshift_call* call, upshift_view json) noexcept;
  static void diagnose(const upshift_call* call, const upshift_diagnostic* diagnostic) noexcept;
  static void log(const upshift_call* call, upshift_severity severity, upshift_view message) noexcept;
  static void progress(const upshift_call* call, double fraction, upshift_view message) noexcept;
  static std::int32_t cancelled(const upshift_call* call) noexcept;
  static std::int64_t now_ms(const upshift_call* call) noexcept;

  Result<std::string> invoke_service(upshift_view service, upshift_view verb, upshift_view request_json);
  upshift_status take_reply(upshift_view json);
  void take_diagnostic(const upshift_diagnostic& diagnostic);
  // The first breach of the contract counts. Any thread.
  void breach(const char* what) noexcept;
  bool on_own_thread() const noexcept { return std::this_thread::get_id() == thread_; }

  HostServices& services_;
  const std::thread::id thread_ = std::this_thread::get_id();
  upshift_call table_;
  std::atomic<const char*> breach_{nullptr};
  std::string breach_detail_;
  std::optional<Json> reply_;
  std::vector<Diagnostic> diagnostics_;
  // What the host refused last; the cause where the plugin fails without a word of its own.
  std::optional<Error> refused_;
};

}  // namespace upshift::plugin
