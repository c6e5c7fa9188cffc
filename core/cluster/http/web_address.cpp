#include "cluster/http/web_address.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace upshift::cluster::http {
namespace {

std::string decoded_word(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  return percent_decoded(text);
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> query;
  for (const auto& piece : split(text, '&')) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    query.emplace_back(decoded_word(piece.substr(0, equals)),
                       equals == std::string::npos ? std::string() : decoded_word(piece.substr(equals + 1)));
  }
  return query;
}

}  // namespace

Result<WebAddress> parse_web_address(std::string_view url) {
  const auto none = [] {
    return failure(StatusCode::kInvalidArgument, "a URL of the product's API is none",
                   "Write it as https://HOST/PATH, without user and password.");
  };
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return none();
  const auto end = std::min(url.find_first_of("/?#", scheme + 3), url.size());
  auto server = parse_endpoint(url.substr(0, end), "the URL");
  if (!server || !server->user.empty() || (server->scheme != "https" && server->scheme != "http")) return none();
  auto rest = url.substr(end);
  rest = rest.substr(0, rest.find('#'));
  const auto printable = [](char c) { return c > ' ' && c != 0x7f; };
  if (!std::all_of(rest.begin(), rest.end(), printable)) return none();
  const auto question = std::min(rest.find('?'), rest.size());
  WebAddress address{std::move(*server), std::string(rest.substr(0, question)), {}};
  if (address.path.empty()) address.path = "/";
  if (question < rest.size()) address.query = parse_query(rest.substr(question + 1));
  return address;
}

Result<Endpoint> parse_host(std::string_view text, std::uint16_t port, std::string_view what) {
  auto endpoint = parse_endpoint(fmt::format("http://{}", text), what);
  const bool plain = endpoint && endpoint->user.empty() && text.find_first_of("/@?#") == std::string_view::npos;
  if (!plain) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} is not the address of a host", what),
                   "Write it as HOST or HOST:PORT.");
  }
  const bool has_port = !text.ends_with(']') && text.find(':') != std::string_view::npos;
  if (!has_port) endpoint->port = port;
  return endpoint;
}

}  // namespace upshift::cluster::http
