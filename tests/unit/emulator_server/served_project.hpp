// A served emulator with its server on a thread of its own, and a plain HTTP client.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

#include "base/text.hpp"
#include "emulator/server/http_message.hpp"
#include "emulator/server/server.hpp"

namespace upshift::emulator::server {

// Answers `cat` with its input, `echo`, and `fail`.
class FewCommands final : public OutsideWorld {
 public:
  Result<std::optional<SimulatedExec>> exec(const cluster::ExecRequest& request) override {
    SimulatedExec done;
    if (request.command[0] == "cat") {
      done.result.standard_output = request.standard_input;
    } else if (request.command[0] == "echo") {
      done.result.standard_output = join({request.command.begin() + 1, request.command.end()}, " ") + "\n";
    } else if (request.command[0] == "fail") {
      done.result = {3, "", "it failed\n"};
    } else {
      return std::nullopt;
    }
    return done;
  }
  Result<std::vector<Timer>> timer(const Json& /*data*/) override { return std::vector<Timer>{}; }
};

struct Received {
  int status = 0;  // 0: the connection ended without an answer
  std::string head, body;
  Json json() const { return Json::parse(body, nullptr, false); }
};

class ServedProject : public testing::Test {
 protected:
  explicit ServedProject(ServerOptions options = {}) : emulator_({.name_space = "demo", .start = SystemClock().now()}) {
    emulator_.set_outside_world(&world_);
    options.tokens = {"administrator-token", "developer-token", {{"limited", "limited-token"}}};
    auto opened = Server::open(emulator_, options);
    if (!opened) throw std::runtime_error(opened.error().summary);
    server_ = std::move(*opened);
  }
  void SetUp() override {
    configure(emulator_);
    thread_ = std::thread([this] { server_->run(); });
  }
  // Before the first request is answered.
  virtual void configure(Emulator& /*emulator*/) {}
  ~ServedProject() override {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }

  int port() const { return std::stoi(server_->url().substr(server_->url().rfind(':') + 1)); }

  // Sends bytes and reads to the end of the connection.
  std::string exchange(const std::string& bytes) const {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string out;
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      const timeval patience{20, 0};
      ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      (void)::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      std::array<char, 4096> piece{};
      ssize_t size = 0;
      while ((size = ::recv(descriptor, piece.data(), piece.size(), 0)) > 0) {
        out.append(piece.data(), static_cast<std::size_t>(size));
      }
    }
    ::close(descriptor);
    return out;
  }

  Received request(const std::string& method, const std::string& target, const std::string& body = {},
                   const std::string& token = "administrator-token",
                   const std::string& headers = "Content-Type: application/json\r\n",
                   const std::string& host = "localhost") const {
    const std::string answer = exchange(method + " " + target + " HTTP/1.1\r\nHost: " + host +
                                        "\r\nConnection: close\r\n" + "Authorization: Bearer " + token + "\r\n" +
                                        headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    Received out;
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == std::string::npos) return out;
    out.head = answer.substr(0, end);
    out.body = answer.substr(end + 4);
    out.status = std::stoi(out.head.substr(9, 3));
    return out;
  }

  // Lets the user "limited" do what a list of rules says, by a Role and a RoleBinding.
  bool give_limited(const std::string& rules) const {
    const std::string path = "/apis/rbac.authorization.k8s.io/v1/namespaces/demo/";
    const std::string role = R"({"metadata": {"name": "maker"}, "rules": )" + rules + "}";
    return request("POST", path + "roles", role).status == 201 &&
           request("POST", path + "rolebindings", R"({"metadata": {"name": "makes"},
               "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "limited"}],
               "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "maker"}})")
                   .status == 201;
  }

  FewCommands world_;
  Emulator emulator_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

}  // namespace upshift::emulator::server
