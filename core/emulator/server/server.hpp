// The emulated project served over HTTP, for kubectl, oc, curl and upshift itself.
//
// Threads: run() uses the calling thread alone, the emulator included. stop() may be called from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "emulator/emulator.hpp"
#include "emulator/server/foreign_host.hpp"
#include "emulator/server/users.hpp"

namespace upshift::emulator::server {

struct ServerOptions {
  std::uint16_t port = 0;  // on the loopback interface; 0: any free one
  bool tls = false;
  int certificate_days = 30;      // negative: it has expired already
  Tokens tokens;                  // empty ones are generated
  double speed = 1;               // project time per real time; 0: as fast as things can happen
  bool stops_on_signals = false;  // SIGTERM and SIGINT end run()
  // Asked for requests whose Host is not the API server and that a route of the project leads on; called on run()'s
  // thread.
  ForeignHosts foreign_hosts = {};
};

class Server {
 public:
  // Listens from now on; nothing is answered before run(). The emulator must outlive the server.
  // UNAVAILABLE: the port is taken. INTERNAL: no certificate can be made.
  static Result<std::unique_ptr<Server>> open(Emulator& emulator, const ServerOptions& options);
  ~Server();

  std::string url() const;
  const Tokens& tokens() const;
  // PEM of the authority that signed the server's certificate; "" without TLS.
  const std::string& authority() const;
  // What kubectl needs to use the server as the administrator. Holds the token.
  std::string kubeconfig() const;
  // One fault, a list, or {"faults": […]}, as /upshift/faults takes them; nothing is added where one is wrong.
  Status add_faults(const Json& descriptions);

  void run();
  void stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace upshift::emulator::server
