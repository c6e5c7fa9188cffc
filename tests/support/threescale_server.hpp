// A stand-in for 3scale's account management API (2.5, 2.6), written from its documented shapes and errors: the master
// portal and tenants' admin portals, told apart by the Host header as the product does.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "support/scripted_server.hpp"

namespace upshift::testing {

class ThreescaleServer {
 public:
  struct Token {
    std::string value;
    bool may_write = true;
  };
  struct Portal {
    std::string admin_domain;
    std::vector<Token> tokens;
    bool suspended = false;
    Json services = Json::array();  // without their wrapper
  };

  static constexpr const char* kMaster = "master.example.com";

  explicit ThreescaleServer(ServerOptions options = {});

  // Before the first request.
  Portal& add_tenant(const std::string& admin_domain, const std::string& token);
  Portal& master() { return portals_.at(kMaster); }
  void limit_page_to(std::size_t size) { largest_page_ = size; }

  ScriptedServer& server() { return *server_; }
  // "HOST:PORT" at which every portal is reached.
  std::string address() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  std::string url(const std::string& host, const std::string& path) const;
  // The next requests are answered with these instead, in turn.
  struct Trouble {
    int status = 503;  // 0: the connection is closed without an answer
    std::map<std::string, std::string> headers = {};
  };
  void trouble(std::vector<Trouble> troubles);

 private:
  struct Call;
  bool handle(Wire& wire, const SeenRequest& request);
  void answer(Wire& wire, Call& call);
  void accounts(Wire& wire, const Call& call);
  void service(Wire& wire, Call& call, const std::string& id, bool proxy);

  std::map<std::string, Portal> portals_;
  std::size_t largest_page_ = 500;
  bool tls_;
  std::mutex mutex_;
  std::vector<Trouble> troubles_;
  std::unique_ptr<ScriptedServer> server_;
};

}  // namespace upshift::testing
