// What a step may do, all of it through the host: read and change the cluster, share values, keep files, call the
// product's API. A verb that the host refuses throws HostFailure.
//
// Lifetime: valid during the one call it was made for. Threads: the thread of that call only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "upshift/plugin.h"
#include "upshift/sdk/failure.hpp"
#include "upshift/sdk/json.hpp"
#include "upshift/sdk/reply_json.hpp"

namespace upshift::sdk {

inline constexpr std::string_view kCluster = "upshift.cluster/1";
inline constexpr std::string_view kValues = "upshift.values/1";
inline constexpr std::string_view kFiles = "upshift.files/1";
inline constexpr std::string_view kHttp = "upshift.http/1";

// A part of a list.
struct Page {
  std::size_t number = 0;  // counts from 0
  std::vector<Json> items;
  std::string next;       // what asks for the page after this one; empty after the last
  std::size_t bytes = 0;  // of the host's reply
};

// How list_pages() asks: a page that came out long makes the next one shorter, a short one longer.
struct Paging {
  std::string labels;  // a selector
  std::size_t first = 100, most = 500;
  std::size_t bytes = std::size_t{512} * 1024;
};

struct ExecResult {
  int exit_code = 0;
  std::string standard_output, standard_error;
};

struct FileEntry {
  std::string path;
  std::int64_t size = 0;
  std::string sha256;  // empty where it was not asked for
};
struct FileContent {
  std::string text;
  std::string sha256;  // of the file as it was read
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  Json headers = Json::object();
  Json form = Json::object();
  // Query parameters that no log and no journal may show (an access token).
  Json secret_query = Json::object();
};
struct HttpReply {
  int status = 0;
  std::string body;
};

namespace detail {
inline upshift_view view(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view text(upshift_view view) {
  return view.data == nullptr ? std::string_view{} : std::string_view(view.data, view.size);
}
inline std::int32_t append(void* data, upshift_view chunk) noexcept {
  try {
    static_cast<std::string*>(data)->append(text(chunk));
    return 0;
  } catch (...) {
    return 1;
  }
}
}  // namespace detail

class Context {
 public:
  Context(const upshift_call* call, Json request) : call_(call), request_(std::move(request)) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // The full id of the step, also for a concern's: "2.5-2.6/registry/credentials".
  std::string step() const { return string_at(request_, "/step"); }
  // 1 at first, one more after each interruption or retry.
  std::int64_t attempt() const { return int_at(request_, "/attempt", 1); }
  const Json& request() const { return request_; }

  // INVALID_ARGUMENT where neither the user nor a default gave the parameter. Borrowed from the context.
  const Json& parameter(std::string_view name) const {
    const Json* value = optional_parameter(name);
    if (value == nullptr) {
      throw Failure(Status::kInvalidArgument, "the parameter '" + std::string(name) + "' is not set", {},
                    "/parameters/" + std::string(name));
    }
    return *value;
  }
  // nullptr where it is not set, or set to null.
  const Json* optional_parameter(std::string_view name) const {
    const Json& parameters = object_at(request_, "/parameters");
    const auto found = parameters.find(std::string(name));
    return found == parameters.end() || found->is_null() ? nullptr : &*found;
  }
  std::string string_parameter(std::string_view name, std::string_view fallback = {}) const {
    const Json* value = optional_parameter(name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string(fallback);
  }
  bool bool_parameter(std::string_view name, bool fallback = false) const {
    const Json* value = optional_parameter(name);
    return value != nullptr && value->is_boolean() ? value->get<bool>() : fallback;
  }

  // Objects of the project.
  std::optional<Json> get(std::string_view kind, std::string_view name) {
    Json reply = invoke(kCluster, "get", {{"kind", kind}, {"name", name}});
    if (find(reply, "/object") == nullptr) return std::nullopt;
    return std::move(reply["object"]);
  }
  // NOT_FOUND, naming the object, where it is absent.
  Json require(std::string_view kind, std::string_view name) {
    std::optional<Json> object = get(kind, name);
    if (!object) {
      throw Failure(Status::kNotFound, std::string(kind) + "/" + std::string(name) + " does not exist in the project");
    }
    return *std::move(object);
  }
  // labels: a selector, "app=3scale,tier=x".
  std::vector<Json> list(std::string_view kind, std::string_view labels = {}) {
    Json request = {{"kind", kind}};
    if (!labels.empty()) request["labels"] = labels;
    Json reply = invoke(kCluster, "list", request);
    return items_of(reply);
  }
  // At most `limit` objects (0: all of them) after `next` of the page before. OUT_OF_RANGE: the server has forgotten
  // the page before; begin anew. A host that knows no pages answers with everything.
  Page list_page(std::string_view kind, std::size_t limit, std::string_view next = {}, std::string_view labels = {}) {
    Json request = {{"kind", kind}};
    if (limit > 0) request["limit"] = limit;
    if (!next.empty()) request["continue"] = next;
    if (!labels.empty()) request["labels"] = labels;
    Page page;
    Json reply = invoke(kCluster, "list", request, &page.bytes);
    page.next = string_at(reply, "/continue");
    page.items = items_of(reply);
    return page;
  }
  // Calls take(Page&) for page after page, so that one of them is in memory at a time. When the server forgets where
  // it was, the list begins anew: take() gets a page of number 0 again, and what it got before is void. After a few
  // times the whole list is asked for at once.
  template <typename Take>
  void list_pages(std::string_view kind, const Paging& paging, Take&& take) {
    constexpr int kMostTimes = 4;
    std::string next;
    std::size_t limit = paging.first, number = 0;
    int times = 1;
    do {
      Page page;
      try {
        page = list_page(kind, limit, next, paging.labels);
      } catch (const HostFailure& failure) {
        if (failure.status() != Status::kOutOfRange || ++times > kMostTimes) throw;
        number = 0;
        limit = times == kMostTimes ? 0 : paging.first;
        page = list_page(kind, limit, {}, paging.labels);
      }
      page.number = number++;
      next = page.next;
      if (page.bytes > paging.bytes) {
        limit = limit > 1 ? limit / 2 : 1;
      } else if (page.bytes < paging.bytes / 2) {
        limit = limit * 2 < paging.most ? limit * 2 : paging.most;
      }
      take(page);
    } while (!next.empty());
  }

  // Changes. False where the object was so already and nothing was sent; what it is now, get() tells.
  // ALREADY_EXISTS where the object is there.
  bool create(const Json& object) { return change("create", {{"object", object}}); }
  // Leaves an object that is there as it is.
  bool create_missing(const Json& object) {
    return !get(string_at(object, "/kind"), string_at(object, "/metadata/name")) && create(object);
  }
  bool patch_json(std::string_view kind, std::string_view name, const Json& operations) {
    return patch(kind, name, "json", operations);
  }
  bool patch_merge(std::string_view kind, std::string_view name, const Json& patch_document) {
    return patch(kind, name, "merge", patch_document);
  }
  bool patch_strategic(std::string_view kind, std::string_view name, const Json& patch_document) {
    return patch(kind, name, "strategic", patch_document);
  }
  bool replace(const Json& object) { return change("replace", {{"object", object}}); }
  // False where it was not there. propagation: "Background", "Foreground", "Orphan", or empty for the kind's default.
  bool remove(std::string_view kind, std::string_view name, std::string_view propagation = {}) {
    Json request = {{"kind", kind}, {"name", name}};
    if (!propagation.empty()) request["propagation"] = propagation;
    return bool_at(invoke(kCluster, "delete", request), "/changed");
  }

  // Runs a command in a ready pod of the DeploymentConfig. A non-zero exit is an answer, not a failure.
  ExecResult exec_in_deployment(std::string_view deployment_config, std::string_view container,
                                const std::vector<std::string>& command, std::string_view standard_input = {}) {
    return exec({{"deployment_config", deployment_config}, {"container", container}, {"command", command}},
                standard_input);
  }
  ExecResult exec_in_pod(std::string_view pod, std::string_view container, const std::vector<std::string>& command,
                         std::string_view standard_input = {}) {
    return exec({{"pod", pod}, {"container", container}, {"command", command}}, standard_input);
  }

  // Values that steps of a run share; the manifest's `consumes` and `produces` name them.
  std::optional<Json> value(std::string_view name) {
    Json reply = invoke(kValues, "get", {{"name", name}});
    if (find(reply, "/value") == nullptr) return std::nullopt;
    return std::move(reply["value"]);
  }
  void set_value(std::string_view name, const Json& value, bool secret = false) {
    Json request = {{"name", name}, {"value", value}};
    if (secret) request["secret"] = true;
    invoke(kValues, "set", request);
  }

  // Files of the run's backup directory, by relative path.
  // The SHA-256 of what was written.
  std::string write_file(std::string_view path, std::string_view content) {
    return string_at(invoke(kFiles, "write", {{"path", path}, {"content", content}}), "/sha256");
  }
  std::string read_file(std::string_view path) { return read_file_with_checksum(path).text; }
  FileContent read_file_with_checksum(std::string_view path) {
    Json reply = invoke(kFiles, "read", {{"path", path}});
    FileContent content;
    content.sha256 = string_at(reply, "/sha256");
    if (auto* text = reply["content"].get_ptr<std::string*>()) content.text = std::move(*text);
    return content;
  }
  // False where it was not there.
  bool delete_file(std::string_view path) { return bool_at(invoke(kFiles, "delete", {{"path", path}}), "/deleted"); }
  // Every file with its SHA-256: the host reads them all.
  std::vector<FileEntry> list_files() { return list_files_by(Json::object()); }
  // The files below a folder, by name and size; with checksums the host reads them all.
  std::vector<FileEntry> list_files_under(std::string_view folder, bool checksums = false) {
    return list_files_by({{"under", folder}, {"checksums", checksums}});
  }
  // Any HTTP status is an answer; only a request that got none fails (UNAVAILABLE).
  HttpReply http(const HttpRequest& request) {
    Json json = {{"method", request.method}, {"url", request.url}};
    if (!request.headers.empty()) json["headers"] = request.headers;
    if (!request.form.empty()) json["form"] = request.form;
    if (!request.secret_query.empty()) json["secret_query"] = request.secret_query;
    const Json reply = invoke(kHttp, "request", json);
    return {static_cast<int>(int_at(reply, "/status")), string_at(reply, "/body")};
  }

  // Shown with the step; the step goes on.
  void warn(std::string_view summary, std::string_view detail = {}, std::string_view path = {}) {
    diagnose(UPSHIFT_SEVERITY_WARNING, summary, detail, path);
  }
  void info(std::string_view summary, std::string_view detail = {}, std::string_view path = {}) {
    diagnose(UPSHIFT_SEVERITY_INFO, summary, detail, path);
  }
  void diagnose(upshift_severity severity, std::string_view summary, std::string_view detail = {},
                std::string_view path = {}) {
    const upshift_diagnostic diagnostic = {static_cast<std::uint32_t>(sizeof(upshift_diagnostic)), severity,
                                           detail::view(summary), detail::view(detail), detail::view(path)};
    call_->diagnose(call_, &diagnostic);
  }
  // For the operator's log file, not for the screen.
  void log(std::string_view message, upshift_severity severity = UPSHIFT_SEVERITY_INFO) {
    call_->log(call_, severity, detail::view(message));
  }
  // fraction: 0 to 1.
  void progress(double fraction, std::string_view message) { call_->progress(call_, fraction, detail::view(message)); }
  bool cancelled() const { return call_->cancelled(call_) != 0; }
  // The host's clock, virtual in a rehearsal.
  std::int64_t now_ms() const { return call_->now_ms(call_); }

  // Any verb of any service of the host, for services that have no member above.
  // reply_bytes: gets the length of the reply.
  Json invoke(std::string_view service, std::string_view verb, const Json& request,
              std::size_t* reply_bytes = nullptr) {
    std::string bytes;
    const upshift_sink sink = {&bytes, &detail::append};
    const std::string body = to_text(request);
    const upshift_status status =
        call_->invoke(call_, detail::view(service), detail::view(verb), detail::view(body), &sink);
    if (reply_bytes != nullptr) *reply_bytes = bytes.size();
    Json reply = bytes.empty() ? Json::object() : detail::parsed(bytes);
    if (status != UPSHIFT_STATUS_OK) {
      throw HostFailure(static_cast<Status>(status),
                        string_at(reply, "/summary", std::string(service) + " " + std::string(verb) + " failed"),
                        string_at(reply, "/detail"), string_at(reply, "/path"));
    }
    if (reply.is_discarded()) {
      throw Failure(Status::kInternal,
                    "the host's reply to " + std::string(service) + " " + std::string(verb) + " is not JSON");
    }
    return reply;
  }

 private:
  static std::vector<Json> items_of(Json& reply) {
    std::vector<Json> items;
    if (array_at(reply, "/items").empty()) return items;
    Json& list = reply["items"];
    items.reserve(list.size());
    for (Json& item : list) items.push_back(std::move(item));
    return items;
  }
  std::vector<FileEntry> list_files_by(const Json& request) {
    std::vector<FileEntry> entries;
    const Json reply = invoke(kFiles, "list", request);
    for (const Json& file : array_at(reply, "/files")) {
      entries.push_back({string_at(file, "/path"), int_at(file, "/size"), string_at(file, "/sha256")});
    }
    return entries;
  }
  bool change(std::string_view verb, Json request) {
    request["brief"] = true;
    return bool_at(invoke(kCluster, verb, request), "/changed");
  }
  bool patch(std::string_view kind, std::string_view name, std::string_view type, const Json& document) {
    return change("patch", {{"kind", kind}, {"name", name}, {"type", type}, {"patch", document}});
  }
  ExecResult exec(Json request, std::string_view standard_input) {
    if (!standard_input.empty()) request["stdin"] = standard_input;
    const Json reply = invoke(kCluster, "exec", request);
    return {static_cast<int>(int_at(reply, "/exit_code")), string_at(reply, "/stdout"), string_at(reply, "/stderr")};
  }

  const upshift_call* call_;
  Json request_;
};

}  // namespace upshift::sdk
