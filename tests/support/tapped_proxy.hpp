// A TCP proxy on loopback that tells of each piece which a client sends, before and after it is passed on: the place to
// kill a client at. It does not look into the pieces; those of TLS it passes on as they are.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace upshift::testing {

class TappedProxy {
 public:
  // Told on the proxy's thread, with the number of the piece from 0 over all connections.
  struct Tap {
    std::function<bool(std::size_t piece)> before;  // false: the piece is lost, and its connection ends
    std::function<void(std::size_t piece)> after;
  };

  // Leads to the port of 127.0.0.1.
  TappedProxy(int target_port, Tap tap);
  ~TappedProxy();
  TappedProxy(const TappedProxy&) = delete;
  TappedProxy& operator=(const TappedProxy&) = delete;

  int port() const { return port_; }
  std::size_t pieces() const { return pieces_; }

 private:
  struct Link {
    int client = -1, server = -1;
  };
  void serve();
  void accept_one();
  // False: the link has ended.
  bool pass(const Link& link, bool from_client);

  int target_port_, port_ = 0, listener_ = -1, wake_[2] = {-1, -1};
  Tap tap_;
  std::vector<Link> links_;
  std::atomic<std::size_t> pieces_{0};
  std::thread thread_;
};

}  // namespace upshift::testing
