#include "engine/direct_services.hpp"

#include <fmt/format.h>

#include "engine/cluster_service.hpp"
#include "engine/seen_objects.hpp"

namespace upshift::engine {
namespace {

class DirectChanges final : public ObjectChanges {
 public:
  explicit DirectChanges(cluster::Client& client) : client_(client) {}

  Result<Outcome> create(const cluster::ObjectRef& ref, const Json& object) override {
    UPSHIFT_ASSIGN(Json made, client_.create(ref, object));
    return Outcome{std::move(made), true};
  }
  Result<Outcome> patch(const cluster::ObjectRef& ref, std::string_view type, const Json& patch) override {
    UPSHIFT_ASSIGN(const auto before, client_.get(ref));
    UPSHIFT_ASSIGN(Json after, client_.patch(ref, type, patch));
    const bool changed = !before || *before != after;
    return Outcome{std::move(after), changed};
  }
  Result<Outcome> replace(const cluster::ObjectRef& ref, const Json& object) override {
    UPSHIFT_ASSIGN(Json after, client_.replace(ref, object));
    return Outcome{std::move(after), true};
  }
  Result<bool> remove(const cluster::ObjectRef& ref, const std::string& propagation) override {
    return client_.remove(ref, {"", "", propagation});
  }
  Result<cluster::ExecResult> exec(const cluster::ExecRequest& request) override {
    return client_.transport().exec(request);
  }

 private:
  cluster::Client& client_;
};

class DirectServices final : public plugin::HostServices {
 public:
  DirectServices(cluster::Client& client, Access access, EventSink* events)
      : client_(client),
        changes_(client),
        events_(events),
        cluster_(
            client, changes_,
            [access](auto resource, auto verb) {
              if (access == Access::kReadWrite) return Status();
              return Status(failure(StatusCode::kPermissionDenied,
                                    fmt::format("a plugin tried {} of {} where it may only read", verb, resource),
                                    "Report it to the plugin's author: nothing was sent."));
            },
            access == Access::kReadOnly ? &seen_ : nullptr) {}

  Result<Json> invoke(std::string_view service, std::string_view verb, const Json& request) override {
    if (service == "upshift.cluster/1") return cluster_.invoke(verb, request);
    return failure(StatusCode::kUnimplemented, fmt::format("the service '{}' is not offered here", service),
                   "Report it to the plugin's author.");
  }
  Result<std::string> invoke_text(std::string_view service, std::string_view verb, const Json& request) override {
    return service == "upshift.cluster/1" ? cluster_.invoke_text(verb, request)
                                          : HostServices::invoke_text(service, verb, request);
  }
  bool offers(std::string_view service) const override { return service == "upshift.cluster/1"; }
  void diagnose(const Diagnostic& diagnostic) override {
    emit(Event::Kind::kDiagnostic, {{"severity", std::string(to_string(diagnostic.severity))},
                                    {"summary", diagnostic.summary},
                                    {"detail", diagnostic.detail},
                                    {"path", diagnostic.path}});
  }
  void log(Severity severity, std::string_view message) override {
    emit(Event::Kind::kLog, {{"severity", std::string(to_string(severity))}, {"message", std::string(message)}});
  }
  void progress(double, std::string_view) override {}
  bool cancelled() const override { return false; }
  TimePoint now() const override { return client_.clock().now(); }

 private:
  void emit(Event::Kind kind, Json data) {
    if (events_ != nullptr) events_->on_event({kind, now(), "", std::move(data)});
  }

  cluster::Client& client_;
  DirectChanges changes_;
  SeenObjects seen_;  // nothing is read twice in the moment that a DETECT takes
  EventSink* events_;
  ClusterService cluster_;
};

}  // namespace

std::unique_ptr<plugin::HostServices> make_direct_services(cluster::Client& client, Access access, EventSink* events) {
  return std::make_unique<DirectServices>(client, access, events);
}

}  // namespace upshift::engine
