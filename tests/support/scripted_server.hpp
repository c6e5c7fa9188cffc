// An HTTP server on loopback that does with each request what the test says: answers, pieces of answers, silence, cuts.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/certificates.hpp"

namespace upshift::testing {

struct SeenRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;  // counted from 1

  std::string header(const std::string& name) const;
};

// One connection in the hands of a script. Used by the connection's own thread.
class Wire {
 public:
  virtual ~Wire() = default;
  // "" at the end of the stream.
  virtual std::string read_some() = 0;
  virtual bool write(std::string_view bytes) = 0;
  // So that the peer sees a reset, not an orderly end.
  virtual void reset() = 0;
  // Returns when the peer, or the end of the test, has closed the connection.
  void await_close();
  // Joins the connection with a server on loopback until either side ends. Not over TLS.
  virtual void tunnel_to(std::uint16_t port) = 0;

  // Writes a whole answer, with its length.
  void answer(int status, std::string_view body, const std::map<std::string, std::string>& headers = {},
              std::string_view content_type = "application/json");
};

struct ServerOptions {
  std::optional<Identity> identity;  // plain HTTP without one
  std::string client_authority;      // PEM: client certificates are required and verified
  bool silent = false;               // accepts and does nothing, not even a TLS handshake
  std::string greeting;              // sent to whoever connects, before the connection is closed
};

class ScriptedServer {
 public:
  // False: the connection is closed afterwards. Called on several threads at the same time.
  using Script = std::function<bool(Wire&, const SeenRequest&)>;

  explicit ScriptedServer(Script script, ServerOptions options = {});
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& host = "127.0.0.1") const;
  std::vector<SeenRequest> requests() const;
  int connections() const { return connections_; }
  // Application protocols that clients have offered (ALPN).
  std::vector<std::string> offered_protocols() const;
  // Subjects of client certificates.
  std::vector<std::string> client_names() const;

 private:
  struct Tls;
  struct Peer;
  void accept_all();
  void serve(Peer& peer);
  bool serve_one(Wire& wire, std::string& buffer, int connection);

  Script script_;
  ServerOptions options_;
  std::unique_ptr<Tls> tls_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  bool stopping_ = false;
  std::vector<SeenRequest> seen_;
  std::vector<std::string> client_names_;
  std::list<Peer> peers_;
  std::thread acceptor_;
};

// A port on loopback at which nobody listens.
std::uint16_t unused_port();

}  // namespace upshift::testing
