#include "cluster/http/proxy.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>
#include <optional>

#include "base/text.hpp"

namespace upshift::cluster::http {
namespace {

struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t bits = 0;  // 32 or 128
};

std::optional<Address> read_address(const std::string& text) {
  Address address;
  if (::inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
    return address;
  }
  if (::inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
    return address;
  }
  return std::nullopt;
}

bool same_prefix(const Address& one, const Address& other, std::size_t bits) {
  for (std::size_t i = 0; i < bits; ++i) {
    const int mask = 0x80 >> (i % 8);
    if ((one.bytes[i / 8] & mask) != (other.bytes[i / 8] & mask)) return false;
  }
  return true;
}

bool in_network(const Address& address, const std::string& network) {
  const auto slash = network.find('/');
  const auto base = read_address(network.substr(0, slash));
  std::size_t bits = 0;
  const char* from = network.data() + slash + 1;
  const char* to = network.data() + network.size();
  const auto [end, error] = std::from_chars(from, to, bits);
  if (!base || error != std::errc() || end != to || base->bits != address.bits || bits > base->bits) return false;
  return same_prefix(address, *base, bits);
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool loopback(const Endpoint& server) {
  if (lowered(server.host) == "localhost" || server.host == "::1") return true;
  const auto address = read_address(server.host);
  return address && address->bits == 32 && address->bytes[0] == 127;
}

// Takes ":443" off the end; false where it is another port than the server's.
bool strip_port(std::string& pattern, std::uint16_t port) {
  const auto colon = pattern.rfind(':');
  if (colon == std::string::npos || pattern.find(':') != colon) return true;
  const bool same = pattern.substr(colon + 1) == std::to_string(port);
  pattern.resize(colon);
  return same;
}

bool covers(std::string pattern, const Endpoint& server) {
  if (pattern == "*") return true;
  const auto address = read_address(server.host);
  if (pattern.find('/') != std::string::npos) return address && in_network(*address, pattern);
  if (!read_address(pattern) && !strip_port(pattern, server.port)) return false;
  if (pattern.empty()) return false;
  const std::string host = lowered(server.host);
  if (host == pattern) return true;
  if (address) return false;
  if (pattern.starts_with("*.")) pattern.erase(0, 1);
  return host.ends_with(pattern.starts_with('.') ? pattern : "." + pattern);
}

std::string either(const Surroundings& surroundings, const std::string& upper) {
  const auto value = surroundings.variable(upper);
  return value.empty() ? surroundings.variable(lowered(upper)) : value;
}

}  // namespace

bool goes_directly(const Endpoint& server, std::string_view no_proxy) {
  const auto parts = split(no_proxy, ',');
  return std::any_of(parts.begin(), parts.end(), [&server](const std::string& part) {
    const auto from = part.find_first_not_of(" \t");
    return from != std::string::npos &&
           covers(lowered(part.substr(from, part.find_last_not_of(" \t") - from + 1)), server);
  });
}

std::string proxy_from_environment(const Endpoint& server, const Surroundings& surroundings) {
  if (loopback(server) || goes_directly(server, either(surroundings, "NO_PROXY"))) return {};
  auto proxy = either(surroundings, server.tls() ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (!proxy.empty() && proxy.find("://") == std::string::npos) proxy.insert(0, "http://");
  return proxy;
}

}  // namespace upshift::cluster::http
