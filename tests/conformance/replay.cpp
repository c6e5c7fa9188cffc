#include "conformance/replay.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "conformance/differences.hpp"
#include "emulator/status.hpp"

namespace upshift::conformance {
namespace {

using cluster::Request;
using cluster::Response;

constexpr Duration kPatience{30'000};
constexpr Duration kStep{300};
// Controllers act while an answer travels.
constexpr Duration kRoundTrip{10};

// The query of a path as it was recorded, "+" for a blank.
std::vector<std::pair<std::string, std::string>> parse_query(std::string text) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& part : split(text, '&')) {
    const auto equals = part.find('=');
    if (part.empty()) continue;
    std::string value = equals == std::string::npos ? std::string{} : part.substr(equals + 1);
    for (char& c : value) c = c == '+' ? ' ' : c;
    out.emplace_back(emulator::decode_percent(part.substr(0, equals)), emulator::decode_percent(value));
  }
  return out;
}

Json at_pointer(const Json& body, const std::string& pointer) {
  const Json* part = find(body, pointer);
  return part == nullptr ? Json() : *part;
}

// The selected part of an answer, cut to the keys that were recorded.
Json select(const Json& body, const std::string& pointer) {
  if (pointer.empty()) return body;
  const Json part = at_pointer(body, pointer);
  if (!part.is_object()) return part;
  Json out = Json::object();
  for (const char* key : {"type", "status", "reason"}) {
    if (part.contains(key)) out[key] = part[key];
  }
  return out;
}

std::string_view name_of(cluster::WatchEvent::Type type) {
  switch (type) {
    case cluster::WatchEvent::Type::kAdded:
      return "ADDED";
    case cluster::WatchEvent::Type::kModified:
      return "MODIFIED";
    case cluster::WatchEvent::Type::kDeleted:
      return "DELETED";
    case cluster::WatchEvent::Type::kBookmark:
      return "BOOKMARK";
    case cluster::WatchEvent::Type::kError:
      return "ERROR";
  }
  return "";
}

}  // namespace

std::string Replay::fill(std::string text) const {
  for (const auto& [name, value] : variables_) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

Json Replay::fill(const Json& json) const {
  return Json::parse(fill(json.dump()));
}

Request Replay::request_of(const Json& exchange) const {
  const Json& recorded = exchange.at("request");
  const std::string path = string_at(recorded, "/path");
  const auto mark = path.find('?');
  Request request;
  request.method = string_at(recorded, "/method");
  request.path = fill(path.substr(0, mark));
  if (mark != std::string::npos) request.query = parse_query(fill(path.substr(mark + 1)));
  request.content_type = string_at(recorded, "/contentType");
  if (recorded.contains("body")) request.body = fill(recorded["body"]);
  return request;
}

Response Replay::send(const Json& exchange) {
  const Request request = request_of(exchange);
  const std::string token = string_at(exchange, "/request/token");
  // Who asks is the business of what stands before the API; the wording of its refusals is the API's.
  if (token == "invalid") return emulator::unauthorized();
  if (!token.empty()) {
    const auto path = emulator::parse_api_path(request.path).path;
    return emulator::forbidden(*path->type, path->name, path->name_space, "developer", "list");
  }
  const bool raw = exchange.at("request").contains("rawBody");
  const auto answer = raw ? Result<Response>(api_.handle_raw(request, string_at(exchange, "/request/rawBody")))
                          : transport_.send(request);
  return answer ? *answer : Response{0, answer.error().summary, {}};
}

std::vector<std::string> Replay::compare(const Json& exchange, const Response& response) const {
  const Json& recorded = exchange.at("response");
  if (response.status != int_at(recorded, "/status")) {
    return {fmt::format("HTTP {}, expected {}: {}", response.status, int_at(recorded, "/status"),
                        to_text(response.body).substr(0, 300))};
  }
  const Json want = fill(recorded.at("body"));
  const Json got = select(response.body, string_at(exchange, "/select"));
  if (string_at(want, "/kind") == "Status" && string_at(want, "/status") == "Failure") {
    return differences(refusal(want), refusal(got));
  }
  if (!want.is_object() && !want.is_array()) return {};
  return differences(want, got);
}

void Replay::let_pass(Duration time) {
  const TimePoint until = transport_.clock().now() + time;
  while (transport_.clock().now() < until) transport_.wait(until);
}

void Replay::capture(const Json& exchange, const Json& body) {
  for (const auto& [name, pointer] : object_at(exchange, "/capture").items()) {
    const Json value = at_pointer(body, pointer.get<std::string>());
    std::string text;
    for (const char c : value.is_string() ? value.get<std::string>() : value.dump()) {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    variables_["{" + name + "}"] = text;
  }
}

std::vector<std::string> Replay::play(const Json& exchange) {
  const TimePoint deadline = transport_.clock().now() + (bool_at(exchange, "/eventually") ? kPatience : Duration{});
  Response response = send(exchange);
  std::vector<std::string> found = compare(exchange, response);
  while (!found.empty() && transport_.clock().now() < deadline) {
    let_pass(kStep);
    response = send(exchange);
    found = compare(exchange, response);
  }
  if (const Json* pause = find(exchange, "/pause")) {
    let_pass(Duration(static_cast<std::int64_t>(pause->get<double>() * 1000)));
  }
  let_pass(kRoundTrip);
  capture(exchange, response.body);
  return found;
}

std::vector<std::string> Replay::play_watch(const Json& exchange) {
  Json watched = {{"request", {{"method", "GET"}, {"path", exchange.at("watch").at("path")}}}};
  Request request = request_of(watched);
  Request listing = request;
  listing.query.clear();
  const auto listed = transport_.send(listing);
  for (auto& [name, value] : request.query) {
    if (name == "resourceVersion" && listed) value = string_at(listed->body, "/metadata/resourceVersion");
  }
  Json got = Json::array();
  const auto id = transport_.start_watch(request, [&](const cluster::WatchEvent& event) {
    got.push_back({{"type", name_of(event.type)}, {"object", event.object}});
  });
  if (!id) return {"the watch is refused: " + id.error().summary};
  std::vector<std::string> found;
  for (const Json& step : array_at(exchange, "/during")) {
    for (std::string& difference : play(step)) found.push_back(std::move(difference));
  }
  let_pass(Duration{1000});
  transport_.stop_watch(*id);
  for (const std::string& difference : differences(fill(exchange.at("events")), got)) {
    found.push_back("event " + difference);
  }
  return found;
}

std::vector<std::string> Replay::run() {
  std::vector<std::string> out;
  const Json& exchanges = array_at(recording_, "/exchanges");
  for (std::size_t i = 0; i < exchanges.size(); ++i) {
    const bool watch = exchanges[i].contains("watch");
    for (const std::string& difference : watch ? play_watch(exchanges[i]) : play(exchanges[i])) {
      out.push_back(fmt::format("[{}] {} {} ({}): {}", i, string_at(exchanges[i], "/request/method", "WATCH"),
                                string_at(exchanges[i], "/request/path"), string_at(exchanges[i], "/note"),
                                difference));
    }
  }
  return out;
}

}  // namespace upshift::conformance
