#include "cluster/http/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace upshift::cluster::http {
namespace {

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::uint16_t usual_port(std::string_view scheme) {
  if (scheme == "https") return 443;
  return scheme == "http" ? 80 : 1080;
}

bool printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == 0x7f; });
}

// Splits "host", "host:port", "[address]:port" into the endpoint; false where it is neither.
bool read_authority(std::string_view text, Endpoint& into) {
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return false;
    into.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    const auto colon = text.find(':');
    into.host = text.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (into.host.empty()) return false;
  if (port.empty()) return true;
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), into.port);
  return error == std::errc() && end == port.data() + port.size() && into.port != 0;
}

}  // namespace

std::string Endpoint::authority() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::string Endpoint::url() const {
  return fmt::format("{}://{}{}", scheme, authority(), prefix);
}

Result<Endpoint> parse_endpoint(std::string_view url, std::string_view what) {
  Endpoint endpoint;
  std::string_view rest = url;
  const auto scheme_end = rest.find("://");
  endpoint.scheme = scheme_end == std::string_view::npos ? "https" : std::string(rest.substr(0, scheme_end));
  if (scheme_end != std::string_view::npos) rest.remove_prefix(scheme_end + 3);
  endpoint.port = usual_port(endpoint.scheme);
  const auto path = rest.find_first_of("/?#");
  auto authority = rest.substr(0, path);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    endpoint.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  if (path != std::string_view::npos) endpoint.prefix = rest.substr(path);
  while (endpoint.prefix.ends_with('/')) endpoint.prefix.pop_back();
  const bool known = endpoint.scheme == "https" || endpoint.scheme == "http" || endpoint.scheme.starts_with("socks");
  // The address itself stays out of the message: it may hold a password.
  if (!known || !printable(url) || !read_authority(authority, endpoint) ||
      endpoint.prefix.find_first_of("?#") != std::string::npos) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} is not the address of a server", what),
                   "Write it as https://HOST:PORT.");
  }
  return endpoint;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (plain(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned int value = 0;
    const bool coded = text[i] == '%' && i + 2 < text.size() &&
                       std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3;
    out += coded ? static_cast<char>(value) : text[i];
    if (coded) i += 2;
  }
  return out;
}

std::string target_of(const Endpoint& endpoint, const Request& request) {
  std::string target = endpoint.prefix;
  for (const char c : request.path) {
    if (plain(c) || std::string_view("/:@!$&'()*+,;=%").find(c) != std::string_view::npos) {
      target += c;
    } else {
      target += percent_encoded(std::string_view(&c, 1));
    }
  }
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    target += separator + percent_encoded(name) + "=" + percent_encoded(value);
    separator = '&';
  }
  return target;
}

}  // namespace upshift::cluster::http
