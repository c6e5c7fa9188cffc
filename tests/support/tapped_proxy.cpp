#include "support/tapped_proxy.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace upshift::testing {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool write_all(int descriptor, const char* data, std::size_t size) {
  while (size > 0) {
    const auto sent = ::send(descriptor, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

TappedProxy::TappedProxy(int target_port, Tap tap) : target_port_(target_port), tap_(std::move(tap)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  const bool open = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    ::listen(listener_, 16) == 0 &&
                    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0 && ::pipe(wake_) == 0;
  if (!open) return;
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

TappedProxy::~TappedProxy() {
  if (thread_.joinable()) {
    static_cast<void>(::write(wake_[1], "x", 1) == 1);
    thread_.join();
  }
  for (const auto& link : links_) {
    ::close(link.client);
    ::close(link.server);
  }
  for (const int descriptor : {listener_, wake_[0], wake_[1]}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

void TappedProxy::accept_one() {
  Link link;
  link.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  link.server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(target_port_);
  if (link.client >= 0 && ::connect(link.server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    links_.push_back(link);
    return;
  }
  ::close(link.client);
  ::close(link.server);
}

bool TappedProxy::pass(const Link& link, bool from_client) {
  std::array<char, 65536> data{};
  const auto size = ::recv(from_client ? link.client : link.server, data.data(), data.size(), 0);
  if (size <= 0) return false;
  const std::size_t piece = from_client ? pieces_++ : 0;
  if (from_client && tap_.before && !tap_.before(piece)) return false;
  if (!write_all(from_client ? link.server : link.client, data.data(), static_cast<std::size_t>(size))) return false;
  if (from_client && tap_.after) tap_.after(piece);
  return true;
}

void TappedProxy::serve() {
  while (true) {
    std::vector<pollfd> waiting{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& link : links_) {
      waiting.push_back({link.client, POLLIN, 0});
      waiting.push_back({link.server, POLLIN, 0});
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    if (waiting[0].revents != 0) return;
    std::vector<Link> alive;
    for (std::size_t i = 0; i < links_.size(); ++i) {
      bool open = true;
      if (waiting[2 + 2 * i].revents != 0) open = pass(links_[i], true);
      if (open && waiting[3 + 2 * i].revents != 0) open = pass(links_[i], false);
      if (open) {
        alive.push_back(links_[i]);
        continue;
      }
      ::close(links_[i].client);
      ::close(links_[i].server);
    }
    links_ = std::move(alive);
    if (waiting[1].revents != 0) accept_one();
  }
}

}  // namespace upshift::testing
