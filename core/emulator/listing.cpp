#include "emulator/listing.hpp"

#include <charconv>
#include <fmt/format.h>

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

Result<std::size_t> parse_limit(const std::string& text) {
  std::size_t limit = 0;
  if (text.empty()) return limit;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (fault != std::errc{} || end != text.data() + text.size()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("limit: '{}' is not a number", text));
  }
  return limit;
}

}  // namespace

cluster::Response list_response(const ResourceType& type, const std::vector<Json>& objects,
                                const cluster::Request& request, std::uint64_t version) {
  const auto selector =
      Selector::parse(type, request.query_value("labelSelector"), request.query_value("fieldSelector"));
  if (!selector) return bad_request(selector.error().summary);
  const auto limit = parse_limit(request.query_value("limit"));
  if (!limit) return bad_request(limit.error().summary);
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
