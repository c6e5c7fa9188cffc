// Drives a plugin's C table against a FakeHost. Included by fake_host.hpp.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "upshift/testing/fake_host.hpp"

namespace upshift::testing {

struct Diagnosis {
  upshift_severity severity = UPSHIFT_SEVERITY_INFO;
  std::string summary, detail, path;
};

// How one operation ended.
struct Outcome {
  upshift_status status = UPSHIFT_STATUS_OK;
  Json reply;
  int replies = 0;
  std::vector<Diagnosis> diagnostics;
  std::vector<std::string> log;

  bool ok() const { return status == UPSHIFT_STATUS_OK; }
  std::string state() const { return sdk::string_at(reply, "/state"); }
  std::string summary() const { return sdk::string_at(reply, "/summary"); }
  const Json& await() const { return sdk::array_at(reply, "/await"); }
  // The summary of the first ERROR, or empty.
  std::string error() const { return first(UPSHIFT_SEVERITY_ERROR); }
  std::string warning() const { return first(UPSHIFT_SEVERITY_WARNING); }

 private:
  std::string first(upshift_severity severity) const {
    for (const Diagnosis& diagnosis : diagnostics) {
      if (diagnosis.severity == severity) return diagnosis.summary;
    }
    return {};
  }
};

class PluginUnderTest {
 public:
  // `host` is borrowed for the life of this object. Throws std::runtime_error where the plugin cannot be made.
  PluginUnderTest(const upshift_plugin* table, FakeHost& host) : table_(table), host_(host) {
    Outcome outcome;
    Record record{this, &outcome, 0};
    const upshift_call call = make_call(record);
    outcome.status = table_->create(&host_table_, &call, &instance_);
    if (!outcome.ok()) throw std::runtime_error("the plugin cannot be created: " + outcome.error());
  }
  ~PluginUnderTest() { table_->destroy(instance_); }
  PluginUnderTest(const PluginUnderTest&) = delete;
  PluginUnderTest& operator=(const PluginUnderTest&) = delete;

  Json manifest() const { return Json::parse(table_->manifest_json); }
  std::uint32_t operations(std::string_view subject) const {
    return table_->operations(instance_, sdk::detail::view(subject));
  }

  Outcome check(const std::string& subject, const Json& parameters = Json::object()) {
    return step(UPSHIFT_OPERATION_CHECK, subject, parameters);
  }
  Outcome apply(const std::string& subject, const Json& parameters = Json::object()) {
    return step(UPSHIFT_OPERATION_APPLY, subject, parameters);
  }
  Outcome verify(const std::string& subject, const Json& parameters = Json::object()) {
    return step(UPSHIFT_OPERATION_VERIFY, subject, parameters);
  }
  Outcome undo(const std::string& subject, const Json& parameters = Json::object()) {
    return step(UPSHIFT_OPERATION_UNDO, subject, parameters);
  }
  Outcome detect(const std::string& product) { return run(UPSHIFT_OPERATION_DETECT, product, {{"product", product}}); }
  // request: the event as docs/plugin-abi.md lists them, with "state".
  Outcome simulate(const Json& request) { return run(UPSHIFT_OPERATION_SIMULATE, "simulate", request); }

  Outcome run(upshift_operation operation, const std::string& subject, const Json& request) {
    Outcome outcome;
    Record record{this, &outcome, operation};
    const upshift_call call = make_call(record);
    const std::string body = sdk::to_text(request);
    outcome.status = table_->run(instance_, &call, operation, sdk::detail::view(subject), sdk::detail::view(body));
    return outcome;
  }

 private:
  struct Record {
    PluginUnderTest* self;
    Outcome* outcome;
    upshift_operation operation;
  };

  Outcome step(upshift_operation operation, const std::string& subject, const Json& parameters) {
    return run(operation, subject, {{"step", subject}, {"parameters", parameters}, {"attempt", 1}});
  }

  static Record& record_of(const upshift_call* call) { return *static_cast<Record*>(call->host_data); }
  static void add(const upshift_call* call, upshift_severity severity, std::string summary, std::string more = {},
                  std::string path = {}) {
    record_of(call).outcome->diagnostics.push_back({severity, std::move(summary), std::move(more), std::move(path)});
  }

  static upshift_status invoke(const upshift_call* call, upshift_view service, upshift_view verb,
                               upshift_view request_json, const upshift_sink* reply) noexcept {
    const Record& record = record_of(call);
    const Json request = Json::parse(sdk::detail::text(request_json), nullptr, false);
    Json answer;
    const upshift_status status = record.self->host_.invoke(record.operation, std::string(sdk::detail::text(service)),
                                                            std::string(sdk::detail::text(verb)), request, answer);
    if (status != UPSHIFT_STATUS_OK) add(call, UPSHIFT_SEVERITY_ERROR, sdk::string_at(answer, "/summary"));
    const std::string bytes = sdk::to_text(answer);
    if (reply != nullptr && reply->write(reply->data, sdk::detail::view(bytes)) != 0) return UPSHIFT_STATUS_ABORTED;
    return status;
  }
  static upshift_status reply(const upshift_call* call, upshift_view json) noexcept {
    Outcome& outcome = *record_of(call).outcome;
    if (++outcome.replies > 1) return UPSHIFT_STATUS_FAILED_PRECONDITION;
    outcome.reply = Json::parse(sdk::detail::text(json), nullptr, false);
    return UPSHIFT_STATUS_OK;
  }
  static void diagnose(const upshift_call* call, const upshift_diagnostic* diagnostic) noexcept {
    add(call, diagnostic->severity, std::string(sdk::detail::text(diagnostic->summary)),
        std::string(sdk::detail::text(diagnostic->detail)), std::string(sdk::detail::text(diagnostic->path)));
  }
  static void log(const upshift_call* call, upshift_severity, upshift_view message) noexcept {
    record_of(call).outcome->log.emplace_back(sdk::detail::text(message));
  }
  static void progress(const upshift_call*, double, upshift_view) noexcept {}
  static std::int32_t cancelled(const upshift_call* call) noexcept { return record_of(call).self->host_.is_cancelled; }
  static std::int64_t now_ms(const upshift_call* call) noexcept { return record_of(call).self->host_.now_ms; }
  static std::int32_t offers(const upshift_host*, upshift_view service) noexcept {
    const std::string_view id = sdk::detail::text(service);
    return id == sdk::kCluster || id == sdk::kValues || id == sdk::kFiles || id == sdk::kHttp;
  }

  static upshift_call make_call(Record& record) {
    return {static_cast<std::uint32_t>(sizeof(upshift_call)),
            &record,
            &invoke,
            &reply,
            &diagnose,
            &log,
            &progress,
            &cancelled,
            &now_ms};
  }

  const upshift_plugin* table_;
  FakeHost& host_;
  upshift_host host_table_ = {static_cast<std::uint32_t>(sizeof(upshift_host)), UPSHIFT_ABI_MINOR, nullptr,
                              "0.0.0-fake", &offers};
  void* instance_ = nullptr;
};

}  // namespace upshift::testing
