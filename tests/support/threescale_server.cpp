#include "support/threescale_server.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace upshift::testing {
namespace {

using Words = std::map<std::string, std::string>;

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      unsigned int value = 0;
      std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

void read_form(const std::string& text, Words& into) {
  for (const auto& pair : split(text, '&')) {
    const auto equals = pair.find('=');
    if (equals != std::string::npos) into[decoded(pair.substr(0, equals))] = decoded(pair.substr(equals + 1));
  }
}

const std::set<std::string>& deployment_options() {
  static const std::set<std::string> kKnown = {"hosted", "self_managed", "plugin_rest", "service_mesh_istio"};
  return kKnown;
}

std::size_t number(const std::string& text, std::size_t otherwise) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

}  // namespace

struct ThreescaleServer::Call {
  std::string method;
  std::string path;  // without .json or .xml
  std::string format;
  Words parameters;
  Portal* portal = nullptr;
  bool is_master = false;
};

ThreescaleServer::ThreescaleServer(ServerOptions options) : tls_(options.identity.has_value()) {
  portals_[kMaster] = {kMaster, {{"master-t0ken"}}};
  server_ = std::make_unique<ScriptedServer>(
      [this](Wire& wire, const SeenRequest& request) { return handle(wire, request); }, std::move(options));
}

ThreescaleServer::Portal& ThreescaleServer::add_tenant(const std::string& admin_domain, const std::string& token) {
  return portals_[admin_domain] = {admin_domain, {{token}}};
}

std::string ThreescaleServer::url(const std::string& host, const std::string& path) const {
  return (tls_ ? "https://" : "http://") + host + path;
}

void ThreescaleServer::trouble(std::vector<Trouble> troubles) {
  const std::lock_guard lock(mutex_);
  troubles_ = std::move(troubles);
}

bool ThreescaleServer::handle(Wire& wire, const SeenRequest& request) {
  const std::lock_guard lock(mutex_);
  if (!troubles_.empty()) {
    const Trouble now = troubles_.front();
    troubles_.erase(troubles_.begin());
    if (now.status != 0) wire.answer(now.status, "<html>router</html>", now.headers, "text/html");
    return now.status != 0;
  }
  Call call;
  call.method = request.method;
  const auto question = std::min(request.target.find('?'), request.target.size());
  const auto path = request.target.substr(0, question);
  const auto dot = std::min(path.rfind('.'), path.size());
  call.path = path.substr(0, dot);
  call.format = dot < path.size() ? path.substr(dot + 1) : "";
  if (question < request.target.size()) read_form(request.target.substr(question + 1), call.parameters);
  if (request.header("content-type") == "application/x-www-form-urlencoded") read_form(request.body, call.parameters);
  const auto host = request.header("host");
  const auto found = portals_.find(host.substr(0, host.find(':')));
  if (found == portals_.end()) {
    wire.answer(403, R"({"error":"Access denied"})");
    return true;
  }
  call.portal = &found->second;
  call.is_master = found->first == kMaster;
  answer(wire, call);
  return true;
}

void ThreescaleServer::answer(Wire& wire, Call& call) {
  if (call.portal->suspended) return wire.answer(403, "", {}, "text/html");
  const auto& tokens = call.portal->tokens;
  const auto token = std::find_if(tokens.begin(), tokens.end(),
                                  [&](const Token& one) { return one.value == call.parameters["access_token"]; });
  if (token == tokens.end() || (call.method != "GET" && !token->may_write)) {
    return wire.answer(403, R"({"error":"Your access token does not have the correct permissions"})");
  }
  if (call.format != "json" && call.format != "xml") return wire.answer(406, "", {}, "text/html");
  if (call.path == "/admin/api/accounts") return accounts(wire, call);
  if (!call.path.starts_with("/admin/api/services")) return wire.answer(404, R"({"status":"Not found"})");
  if (call.is_master) return wire.answer(403, R"({"status":"Forbidden"})");
  if (call.path == "/admin/api/services") {
    Json all = Json::array();
    for (const auto& one : call.portal->services) all.push_back({{"service", one}});
    return wire.answer(200, to_text({{"services", all}}));
  }
  const auto parts = split(call.path, '/');  // "", admin, api, services, ID[, proxy]
  service(wire, call, parts.at(4), parts.size() > 5);
}

void ThreescaleServer::accounts(Wire& wire, const Call& call) {
  const auto at = [&](const char* name) {
    const auto found = call.parameters.find(name);
    return found == call.parameters.end() ? std::string() : found->second;
  };
  const std::size_t asked = number(at("per_page"), largest_page_);
  const std::size_t size = asked < 1 || asked > largest_page_ ? largest_page_ : asked;
  const std::size_t page = std::max<std::size_t>(1, number(at("page"), 1));
  Json items = Json::array();
  std::string xml;
  std::size_t index = 0;
  for (const auto& [host, portal] : portals_) {
    if (host == kMaster) continue;
    const std::size_t position = index++;
    if (position / size + 1 != page) continue;
    items.push_back({{"account", {{"id", position + 2}, {"admin_domain", host}, {"state", "approved"}}}});
    xml += "<account><id>" + std::to_string(position + 2) + "</id><admin_domain>" + host + "</admin_domain></account>";
  }
  if (call.format == "json") return wire.answer(200, to_text({{"accounts", items}}));
  wire.answer(200,
              R"(<?xml version="1.0" encoding="UTF-8"?><accounts per_page=")" + std::to_string(size) +
                  R"(" total_entries=")" + std::to_string(index) + R"(" total_pages=")" +
                  std::to_string((index + size - 1) / size) + R"(" current_page=")" + std::to_string(page) + R"(">)" +
                  xml + "</accounts>",
              {}, "application/xml");
}

void ThreescaleServer::service(Wire& wire, Call& call, const std::string& id, bool proxy) {
  auto& services = call.portal->services;
  const auto found = std::find_if(services.begin(), services.end(),
                                  [&](const Json& one) { return std::to_string(int_at(one, "/id")) == id; });
  if (found == services.end()) return wire.answer(404, R"({"status":"Not found"})");
  if (call.method == "PUT" && !proxy) {
    const auto wanted = call.parameters.find("deployment_option");
    if (wanted == call.parameters.end()) {
      return wire.answer(400, "Required parameter missing: service", {}, "text/plain");
    }
    if (!deployment_options().contains(wanted->second)) {
      return wire.answer(422, R"({"errors":{"deployment_option":["is not included in the list"]}})");
    }
    (*found)["deployment_option"] = wanted->second;
  }
  if (call.method == "POST") return wire.answer(409, R"({"status":"Conflict"})");
  if (!proxy) return wire.answer(200, to_text({{"service", *found}}));
  wire.answer(200, to_text({{"proxy",
                             {{"service_id", int_at(*found, "/id")},
                              {"deployment_option", string_at(*found, "/deployment_option")},
                              {"lock_version", 5}}}}));
}

}  // namespace upshift::testing
