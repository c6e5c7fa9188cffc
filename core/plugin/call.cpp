#include "plugin/call.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <fmt/format.h>
#include <utility>

namespace upshift::plugin {
namespace {

constexpr std::array<std::string_view, 4> kServices = {"upshift.cluster/1", "upshift.values/1", "upshift.files/1",
                                                       "upshift.http/1"};

std::string_view text(upshift_view view) {
  return view.data == nullptr ? std::string_view{} : std::string_view(view.data, view.size);
}

// Text of a plugin for people: bytes that are not UTF-8 are replaced.
std::string readable(upshift_view view) {
  const std::string quoted = to_text(Json(std::string(text(view))));
  return Json::parse(quoted, nullptr, false).get<std::string>();
}

Severity to_severity(upshift_severity severity) {
  return severity < UPSHIFT_SEVERITY_DEBUG || severity > UPSHIFT_SEVERITY_ERROR ? Severity::kError
                                                                                : static_cast<Severity>(severity);
}

StatusCode to_code(upshift_status status) {
  return status < UPSHIFT_STATUS_OK || status > UPSHIFT_STATUS_UNAUTHENTICATED ? StatusCode::kInternal
                                                                               : static_cast<StatusCode>(status);
}

std::int32_t offers(const upshift_host*, upshift_view service) noexcept {
  return host_offers(text(service)) ? 1 : 0;
}

}  // namespace

bool host_offers(std::string_view service) {
  return std::ranges::find(kServices, service) != kServices.end();
}

const upshift_host& host_table() {
  static constexpr upshift_host kTable = {sizeof(upshift_host), UPSHIFT_ABI_MINOR, nullptr, UPSHIFT_VERSION, &offers};
  return kTable;
}

Call::Call(HostServices& services)
    : services_(services), table_{sizeof(upshift_call), this,   &invoke, &reply, &diagnose, &log, &progress,
                                  &cancelled,           &now_ms} {}

void Call::breach(const char* what) noexcept {
  const char* none = nullptr;
  breach_.compare_exchange_strong(none, what);
}

upshift_status Call::invoke(const upshift_call* call, upshift_view service, upshift_view verb,
                            upshift_view request_json, const upshift_sink* reply) noexcept {
  Call& self = *static_cast<Call*>(call->host_data);
  if (!self.on_own_thread()) {
    self.breach("it called the host from a thread of its own");
    return UPSHIFT_STATUS_FAILED_PRECONDITION;
  }
  try {
    const Result<std::string> result = self.invoke_service(service, verb, request_json);
    std::string refusal;
    if (!result) {
      const Error& error = result.error();
      self.refused_ = error;
      refusal = to_text(Json{{"summary", error.summary}, {"detail", error.detail}, {"path", error.path}});
    }
    const std::string& bytes = result ? *result : refusal;
    if (reply != nullptr && reply->write != nullptr && reply->write(reply->data, {bytes.data(), bytes.size()}) != 0) {
      self.refused_ = Error{StatusCode::kAborted, "the plugin did not take the host's answer", {}, {}, {}};
      return UPSHIFT_STATUS_ABORTED;
    }
    return result ? UPSHIFT_STATUS_OK : static_cast<upshift_status>(result.error().code);
  } catch (...) {
    self.breach("a call of the host ended in an exception");
    return UPSHIFT_STATUS_INTERNAL;
  }
}

Result<std::string> Call::invoke_service(upshift_view service, upshift_view verb, upshift_view request_json) {
  if (request_json.size > kMaximumJsonBytes) {
    return failure(StatusCode::kInvalidArgument, fmt::format("a request of {} bytes is longer than the host takes ({})",
                                                             request_json.size, kMaximumJsonBytes));
  }
  const std::string what = fmt::format("the request of {} {}", readable(service), readable(verb));
  UPSHIFT_ASSIGN(const Json request, parse_json(text(request_json), what));
  return services_.invoke_text(text(service), text(verb), request);
}

upshift_status Call::reply(const upshift_call* call, upshift_view json) noexcept {
  Call& self = *static_cast<Call*>(call->host_data);
  if (!self.on_own_thread()) {
    self.breach("it replied from a thread of its own");
    return UPSHIFT_STATUS_FAILED_PRECONDITION;
  }
  try {
    return self.take_reply(json);
  } catch (...) {
    self.breach("its reply could not be taken");
    return UPSHIFT_STATUS_INTERNAL;
  }
}

upshift_status Call::take_reply(upshift_view json) {
  if (reply_) {
    breach("it replied twice");
    return UPSHIFT_STATUS_FAILED_PRECONDITION;
  }
  if (json.size > kMaximumJsonBytes) {
    breach("its reply is too long");
    return UPSHIFT_STATUS_INVALID_ARGUMENT;
  }
  auto parsed = parse_json(text(json), "the reply");
  if (!parsed) {
    breach("its reply is not JSON");
    breach_detail_ = parsed.error().detail;
    return UPSHIFT_STATUS_INVALID_ARGUMENT;
  }
  reply_ = std::move(*parsed);
  return UPSHIFT_STATUS_OK;
}

void Call::diagnose(const upshift_call* call, const upshift_diagnostic* diagnostic) noexcept {
  Call& self = *static_cast<Call*>(call->host_data);
  if (!self.on_own_thread()) return self.breach("it attached a diagnostic from a thread of its own");
  if (diagnostic == nullptr || diagnostic->struct_size < sizeof(upshift_diagnostic)) {
    return self.breach("it attached a diagnostic whose table is too short");
  }
  try {
    self.take_diagnostic(*diagnostic);
  } catch (...) {
    self.breach("its diagnostic could not be taken");
  }
}

void Call::take_diagnostic(const upshift_diagnostic& diagnostic) {
  Diagnostic taken{to_severity(diagnostic.severity), readable(diagnostic.summary), readable(diagnostic.detail),
                   readable(diagnostic.path)};
  if (taken.severity != Severity::kError) services_.diagnose(taken);
  diagnostics_.push_back(std::move(taken));
}

void Call::log(const upshift_call* call, upshift_severity severity, upshift_view message) noexcept {
  Call& self = *static_cast<Call*>(call->host_data);
  if (!self.on_own_thread()) return self.breach("it logged from a thread of its own");
  try {
    self.services_.log(to_severity(severity), readable(message));
  } catch (...) {
    self.breach("its log message could not be taken");
  }
}

void Call::progress(const upshift_call* call, double fraction, upshift_view message) noexcept {
  Call& self = *static_cast<Call*>(call->host_data);
  if (!self.on_own_thread()) return self.breach("it reported progress from a thread of its own");
  try {
    // The comparison is false for a fraction that is no number.
    self.services_.progress(fraction >= 0.0 ? std::min(fraction, 1.0) : 0.0, readable(message));
  } catch (...) {
    self.breach("its progress could not be taken");
  }
}

std::int32_t Call::cancelled(const upshift_call* call) noexcept {
  return static_cast<const Call*>(call->host_data)->services_.cancelled() ? 1 : 0;
}

std::int64_t Call::now_ms(const upshift_call* call) noexcept {
  return static_cast<const Call*>(call->host_data)->services_.now().time_since_epoch().count();
}

Result<Json> Call::finish(upshift_status status, std::string_view who) {
  const StatusCode code = to_code(status);
  Error error;
  error.diagnostics = diagnostics_;
  const auto first_error = std::ranges::find(diagnostics_, Severity::kError, &Diagnostic::severity);
  if (const char* what = breach_.load()) {
    error.code = StatusCode::kInternal;
    error.summary = fmt::format("{} broke the plugin contract: {}", who, what);
    error.detail = breach_detail_.empty() ? "Report this to the plugin's author." : breach_detail_;
  } else if (code == StatusCode::kOk) {
    // The plugin calls it an error and succeeds all the same: people see it, the run goes on.
    for (Diagnostic diagnostic : diagnostics_) {
      if (diagnostic.severity != Severity::kError) continue;
      diagnostic.severity = Severity::kWarning;
      services_.diagnose(diagnostic);
    }
    return reply_ ? std::move(*reply_) : Json();
  } else if (first_error != diagnostics_.end()) {
    error.code = code;
    error.summary = first_error->summary;
    error.detail = first_error->detail;
    error.path = first_error->path;
    error.diagnostics.erase(error.diagnostics.begin() + (first_error - diagnostics_.begin()));
  } else if (refused_) {
    error = *refused_;
    error.code = code;
    error.diagnostics.insert(error.diagnostics.end(), diagnostics_.begin(), diagnostics_.end());
  } else {
    error.code = StatusCode::kInternal;
    error.summary = fmt::format("{} failed with {} and did not say why", who, to_string(code));
    error.detail = "A status other than OK comes with a diagnostic. Report this to the plugin's author.";
  }
  return failure(std::move(error));
}

}  // namespace upshift::plugin
