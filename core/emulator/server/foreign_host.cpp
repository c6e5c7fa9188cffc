#include "emulator/server/foreign_host.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.hpp"

namespace upshift::emulator::server {
namespace {

// What the API server is called, from outside and from within the cluster.
constexpr std::array<std::string_view, 9> kOwnNames = {"",
                                                       "localhost",
                                                       "127.0.0.1",
                                                       "[::1]",
                                                       "kubernetes",
                                                       "kubernetes.default",
                                                       "kubernetes.default.svc",
                                                       "kubernetes.default.svc.cluster.local",
                                                       "openshift.default.svc"};

bool is_admitted(const Json& route) {
  for (const Json& router : array_at(route, "/status/ingress")) {
    for (const Json& condition : array_at(router, "/conditions")) {
      if (string_at(condition, "/type") == "Admitted" && string_at(condition, "/status") == "True") return true;
    }
  }
  return false;
}

bool covers_host(const Json& route, const std::string& host) {
  const std::string own = string_at(route, "/spec/host");
  if (own == host) return true;
  const auto rest = [](const std::string& name) {
    const std::size_t dot = name.find('.');
    return dot == std::string::npos ? std::string{} : name.substr(dot);
  };
  return string_at(route, "/spec/wildcardPolicy") == "Subdomain" && !rest(own).empty() && rest(own) == rest(host);
}

bool covers_path(const Json& route, const std::string& path) {
  const std::string own = string_at(route, "/spec/path");
  if (own.empty() || own == "/" || own == path) return true;
  return path.starts_with(own) && (own.back() == '/' || path[own.size()] == '/');
}

// The admitted route with the longest path, an exact host before a wildcard; nullptr where there is none.
const Json* find_route(const Store& store, const std::string& host, const std::string& path) {
  const Json* best = nullptr;
  std::pair<bool, std::size_t> best_rank;
  for (const Json* route : store.list(*cluster::find_kind("Route"), {})) {
    if (!covers_host(*route, host) || !covers_path(*route, path) || !is_admitted(*route)) continue;
    const std::pair rank(string_at(*route, "/spec/host") == host, string_at(*route, "/spec/path").size());
    if (best != nullptr && rank <= best_rank) continue;
    best = route;
    best_rank = rank;
  }
  return best;
}

HttpResponse unavailable() {
  HttpResponse page{503, {}, "text/html", {{"Pragma", "no-cache"}}};
  page.body =
      "<html><head><title>503</title></head><body><h1>Application is not available</h1>"
      "<p>No admitted route of the emulated project leads to this host and path.</p></body></html>\n";
  return page;
}

// Fields that belong to one connection.
bool is_hop_by_hop(const std::string& name) {
  static constexpr std::array<std::string_view, 7> kNames = {"connection", "content-length",    "host",   "keep-alive",
                                                             "te",         "transfer-encoding", "upgrade"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

ForeignCall call_of(const HttpRequest& request, const std::string& host, bool tls) {
  ForeignCall call;
  call.method = request.method;
  call.url = fmt::format("{}://{}{}", tls ? "https" : "http", host, request.path);
  call.query = request.query;
  for (const auto& [name, value] : request.headers) {
    if (!is_hop_by_hop(name)) call.headers.emplace(name, value);
  }
  if (request.header("content-type").starts_with("application/x-www-form-urlencoded")) {
    HttpRequest form;
    set_target(form, "?" + request.body);
    for (const auto& [name, value] : form.query) call.form[name] = value;
  } else {
    call.body = request.body;
  }
  return call;
}

}  // namespace

std::string foreign_host(const HttpRequest& request) {
  std::string host = request.header("host");
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) host.resize(colon);
  for (char& c : host) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(kOwnNames.begin(), kOwnNames.end(), host) == kOwnNames.end() ? host : std::string{};
}

HttpResponse ask_foreign_host(const Store& store, const HttpRequest& request, const std::string& host, bool tls,
                              const ForeignHosts& hosts) {
  const Json* const route = find_route(store, host, request.path);
  const bool secured = route != nullptr && find(*route, "/spec/tls") != nullptr;
  if (route == nullptr || !hosts || (tls && !secured)) return unavailable();
  if (secured && !tls) {
    const std::string insecure = string_at(*route, "/spec/tls/insecureEdgeTerminationPolicy");
    if (insecure == "Redirect") {
      return {302, {}, "text/html", {{"Location", fmt::format("https://{}{}", host, request.path)}}};
    }
    if (insecure != "Allow") return unavailable();
  }
  const Result<ForeignAnswer> answer = hosts(call_of(request, host, tls));
  if (!answer) return {502, answer.error().summary + "\n", "text/plain", {}};
  const bool json = answer->body.starts_with('{') || answer->body.starts_with('[');
  return {answer->status, answer->body, json ? "application/json" : "text/html", {}};
}

}  // namespace upshift::emulator::server
