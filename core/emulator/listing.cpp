#include "emulator/listing.hpp"

#include <charconv>
#include <fmt/format.h>
#include <optional>

#include "emulator/api.hpp"
#include "emulator/selector.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

struct Continuation {
  std::string start;  // key of the last object of the page before
  std::uint64_t version = 0;
};

std::string key_of(const Json& object) {
  // A separator that sorts before whatever a name may hold.
  return string_at(object, "/metadata/namespace") + "\n" + string_at(object, "/metadata/name");
}

std::string encode(const Continuation& continuation) {
  return encode_base64(
      to_text(Json{{"v", "meta.k8s.io/v1"}, {"rv", continuation.version}, {"start", continuation.start}}));
}

Result<Continuation> decode(const std::string& text) {
  const auto bytes = decode_base64(text);
  const Json token = bytes ? Json::parse(*bytes, nullptr, false) : Json();
  if (!token.is_object() || string_at(token, "/start").empty()) {
    return failure(StatusCode::kInvalidArgument, "invalid continue token: continue key is not valid");
  }
  return Continuation{string_at(token, "/start"), static_cast<std::uint64_t>(int_at(token, "/rv"))};
}

// A limit below 1 is none.
Result<std::size_t> parse_limit(const std::string& text) {
  std::int64_t limit = 0;
  if (text.empty()) return 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (fault != std::errc{} || end != text.data() + text.size()) {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("strconv.ParseInt: parsing {}: invalid syntax", Json(text).dump()));
  }
  return static_cast<std::size_t>(std::max<std::int64_t>(limit, 0));
}

// Why a list cannot be of the version that is asked for; nullopt where it can.
std::optional<Response> refused_version(const cluster::Request& request, std::uint64_t now) {
  const std::string match = request.query_value("resourceVersionMatch");
  const std::string text = request.query_value("resourceVersion");
  Causes causes;
  if (!match.empty() && text.empty()) {
    causes.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
  } else if (!match.empty() && !request.query_value("continue").empty()) {
    causes.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
  } else if (match == "Exact" && text == "0") {
    causes.forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
  } else if (!match.empty() && match != "Exact" && match != "NotOlderThan") {
    causes.not_supported("resourceVersionMatch", match, "\"Exact\", \"NotOlderThan\", \"\"");
  }
  if (!causes.empty()) return invalid_object(ResourceType{"meta.k8s.io", "v1", {}, "ListOptions"}, "", causes);
  if (text.empty()) return std::nullopt;
  std::uint64_t version = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (fault != std::errc{} || end != text.data() + text.size()) {
    return status_failure(500, {},
                          fmt::format("resourceVersion: Invalid value: {0}: strconv.ParseUint: parsing {0}: invalid "
                                      "syntax",
                                      Json(text).dump()));
  }
  if (version > now) {
    return status_failure(
        504, "Timeout", fmt::format("Too large resource version: {}, current: {}", version, now),
        {{"retryAfterSeconds", 1},
         {"causes",
          Json::array({{{"reason", "ResourceVersionTooLarge"}, {"message", "Too large resource version"}}})}});
  }
  // States of before are not kept.
  if (match == "Exact" && version != now) {
    return status_failure(410, "Expired", "The resourceVersion for the provided list is too old.");
  }
  return std::nullopt;
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> wanted_version(const cluster::Request& request) {
  if (const std::string token = request.query_value("continue"); !token.empty()) {
    const auto decoded = decode(token);
    return decoded ? std::optional(decoded->version) : std::nullopt;
  }
  if (request.query_value("resourceVersionMatch") != "Exact") return std::nullopt;
  return number_in(request.query_value("resourceVersion"));
}

cluster::Response list_response(const ResourceType& type, const std::vector<Json>& objects,
                                const cluster::Request& request, std::uint64_t version) {
  const auto selector =
      Selector::parse(type, request.query_value("labelSelector"), request.query_value("fieldSelector"));
  if (!selector) return bad_request(selector.error().summary);
  const auto limit = parse_limit(request.query_value("limit"));
  if (!limit) return bad_request(limit.error().summary);
  if (auto refused = refused_version(request, version)) return *refused;
  Continuation from{{}, version};
  if (const std::string token = request.query_value("continue"); !token.empty()) {
    auto decoded = decode(token);
    if (!decoded) return bad_request(decoded.error().summary);
    from = std::move(*decoded);
  }
  Json items = Json::array();
  std::size_t left = 0;
  Json metadata = {{"resourceVersion", std::to_string(from.version)}};
  std::string last;
  for (const Json& object : objects) {
    if (!from.start.empty() && key_of(object) <= from.start) continue;
    if (!selector->matches(object)) continue;
    if (*limit > 0 && items.size() == *limit) {
      ++left;
      continue;
    }
    last = key_of(object);
    Json item = object;
    // A typed list does not repeat what its items are.
    item.erase("kind");
    item.erase("apiVersion");
    items.push_back(std::move(item));
  }
  if (left > 0) {
    metadata["continue"] = encode({last, from.version});
    if (selector->empty()) metadata["remainingItemCount"] = left;
  }
  return json_response(200, {{"kind", type.kind + "List"},
                             {"apiVersion", type.api_version()},
                             {"metadata", std::move(metadata)},
                             {"items", std::move(items)}});
}

}  // namespace upshift::emulator
