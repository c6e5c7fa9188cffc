#include "engine/step_services.hpp"

#include <fmt/format.h>

#include "base/file.hpp"

namespace upshift::engine {
namespace {

constexpr std::string_view kCluster = "upshift.cluster/1";
constexpr std::string_view kValues = "upshift.values/1";
constexpr std::string_view kFiles = "upshift.files/1";
constexpr std::string_view kHttp = "upshift.http/1";

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

tl::unexpected<Error> unknown_verb(std::string_view service, std::string_view verb) {
  return failure(StatusCode::kUnimplemented, fmt::format("{} has no verb '{}'", service, verb),
                 "Report it to the plugin's author.");
}

tl::unexpected<Error> undeclared(const plan::Step& step, std::string_view how, const std::string& name) {
  return failure(StatusCode::kPermissionDenied,
                 fmt::format("the manifest of plugin {} does not declare that step {} {} the value '{}'", step.plugin,
                             step.id, how, name),
                 "Report it to the plugin's author.");
}

std::map<std::string, std::string> texts_at(const Json& request, std::string_view pointer) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : object_at(request, pointer).items()) {
    texts[name] = value.is_string() ? value.get<std::string>() : to_text(value);
  }
  return texts;
}

}  // namespace

StepServices::StepServices(StepScope& scope)
    : scope_(scope),
      writer_(scope),
      cluster_(
          scope.with.client, writer_, [&scope](auto resource, auto verb) { return permit(scope, resource, verb); },
          &scope.seen, &scope.with.cache) {}

bool StepServices::offers(std::string_view service) const {
  return service == kCluster || service == kValues || service == kFiles ||
         (service == kHttp && scope_.with.http != nullptr);
}

Result<Json> StepServices::invoke(std::string_view service, std::string_view verb, const Json& request) {
  if (service == kCluster) return cluster_.invoke(verb, request);
  if (service == kValues) return values(verb, request);
  if (service == kFiles) return files(verb, request);
  if (service == kHttp) return http(verb, request);
  return failure(StatusCode::kUnimplemented, fmt::format("the host has no service '{}'", service),
                 "Install a newer upshift, or report it to the plugin's author.");
}

Result<std::string> StepServices::invoke_text(std::string_view service, std::string_view verb, const Json& request) {
  return service == kCluster ? cluster_.invoke_text(verb, request) : HostServices::invoke_text(service, verb, request);
}

Result<Json> StepServices::values(std::string_view verb, const Json& request) {
  const auto& step = scope_.step;
  const auto name = string_at(request, "/name");
  if (verb == "get") {
    if (!has(step.consumes, name) && !has(step.produces, name)) return undeclared(step, "consumes", name);
    UPSHIFT_ASSIGN(auto value, scope_.with.journal.value(scope_.run, name));
    return Json{{"value", value ? std::move(*value) : Json()}};
  }
  if (verb != "set") return unknown_verb(kValues, verb);
  if (!has(step.produces, name)) return undeclared(step, "produces", name);
  const Json* value = find(request, "/value");
  const bool secret = bool_at(request, "/secret");
  if (secret && value != nullptr) scope_.redactor.add(*value);
  UPSHIFT_TRY(scope_.with.journal.set_value(scope_.run, step.id, name, value == nullptr ? Json() : *value, secret));
  return Json::object();
}

Result<Json> StepServices::files(std::string_view verb, const Json& request) {
  const auto path = string_at(request, "/path");
  if (verb == "read") {
    UPSHIFT_ASSIGN(auto content, scope_.with.files.read(path));
    auto sha256 = sha256_hex(content);
    return Json{{"content", std::move(content)}, {"sha256", std::move(sha256)}};
  }
  if (verb == "list") return list_files(request);
  if (verb != "write" && verb != "delete") return unknown_verb(kFiles, verb);
  if (!scope_.may_change()) {
    return failure(StatusCode::kPermissionDenied,
                   fmt::format("plugin {} tried to {} a file in the {} of step {}, which may only read",
                               scope_.step.plugin, verb, plugin::to_string(scope_.operation), scope_.step.id),
                   "Report it to the plugin's author.");
  }
  // A backup may take long.
  UPSHIFT_TRY(scope_.with.journal.flush());
  if (verb == "delete") {
    UPSHIFT_ASSIGN(const bool deleted, scope_.with.files.remove(path));
    return Json{{"deleted", deleted}};
  }
  const Json* content = find(request, "/content");
  if (content == nullptr || !content->is_string()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("the content of the file '{}' is no text", path),
                   "Report it to the plugin's author.", "/content");
  }
  const auto& text = content->get_ref<const std::string&>();
  UPSHIFT_TRY(scope_.with.files.write(path, text));
  return Json{{"size", text.size()}, {"sha256", sha256_hex(text)}};
}

Result<Json> StepServices::list_files(const Json& request) {
  const FileSelection which{string_at(request, "/under"), bool_at(request, "/checksums", true)};
  UPSHIFT_ASSIGN(const auto all, scope_.with.files.list(which));
  Json list = Json::array();
  for (const auto& file : all) {
    list.push_back({{"path", file.path}, {"size", file.size}});
    if (which.checksums) list.back()["sha256"] = file.sha256;
  }
  return Json{{"files", std::move(list)}};
}

Result<Json> StepServices::http(std::string_view verb, const Json& request) {
  if (verb != "request") return unknown_verb(kHttp, verb);
  if (scope_.with.http == nullptr) {
    return failure(StatusCode::kUnimplemented, "the host cannot call the product's HTTP API here",
                   "Leave out the steps that need it, or run where it can be reached.");
  }
  const HttpCall call{string_at(request, "/method", "GET"), string_at(request, "/url"), texts_at(request, "/headers"),
                      texts_at(request, "/form"), texts_at(request, "/secret_query")};
  if (call.url.empty()) {
    return failure(StatusCode::kInvalidArgument, "the request has no \"url\"", "Report it to the plugin's author.",
                   "/url");
  }
  for (const auto& [name, value] : call.secret_query) scope_.redactor.add(value);
  if (call.method == "GET") {
    UPSHIFT_ASSIGN(const auto answer, scope_.with.http->send(call));
    return Json{{"status", answer.status}, {"body", answer.body}};
  }
  UPSHIFT_TRY(permit(scope_, "", "http"));
  UPSHIFT_ASSIGN(const auto answer, writer_.call(call));
  return Json{{"status", answer.status}, {"body", answer.body}};
}

void StepServices::diagnose(const Diagnostic& diagnostic) {
  scope_.emit(Event::Kind::kDiagnostic, {{"severity", std::string(to_string(diagnostic.severity))},
                                         {"summary", scope_.redactor.clean(diagnostic.summary)},
                                         {"detail", scope_.redactor.clean(diagnostic.detail)},
                                         {"path", diagnostic.path}});
}

void StepServices::log(Severity severity, std::string_view message) {
  scope_.emit(Event::Kind::kLog, {{"severity", std::string(to_string(severity))},
                                  {"message", scope_.redactor.clean(std::string(message))}});
}

void StepServices::progress(double fraction, std::string_view message) {
  scope_.emit(Event::Kind::kProgress,
              {{"fraction", fraction}, {"message", scope_.redactor.clean(std::string(message))}});
}

}  // namespace upshift::engine
