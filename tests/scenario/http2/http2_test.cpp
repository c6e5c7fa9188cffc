// `upshift run` against a server that speaks HTTP/2: nghttpx in front of a served project.
#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sstream>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario/rehearsal.hpp"
#include "scenario/served_project.hpp"
#include "support/certificates.hpp"
#include "support/project.hpp"

extern char** environ;

namespace upshift::testing {
namespace {

int free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  static_cast<void>(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size));
  static_cast<void>(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size));
  ::close(descriptor);
  return ntohs(address.sin_port);
}

// A proxy that speaks HTTP/2 to clients and HTTP/1.1 to the served project. Ended with the object.
class Http2Proxy {
 public:
  explicit Http2Proxy(const ServedProject& served) : port_(free_port()) {
    const Identity identity = authority_.issue();
    static_cast<void>(write_private_file(file("key.pem"), identity.key));
    static_cast<void>(write_private_file(file("certificate.pem"), identity.certificate));
    static_cast<void>(write_private_file(file("ca.pem"), authority_.pem()));
    const auto colon = served.address().find(':');
    const std::vector<std::string> command = {UPSHIFT_NGHTTPX,
                                              "-f127.0.0.1," + std::to_string(port_),
                                              "-b127.0.0.1," + served.address().substr(colon + 1) + ";;tls",
                                              "--insecure",
                                              "--workers=1",
                                              "--conf=/dev/null",
                                              "--no-ocsp",
                                              "--accesslog-file=" + file("requests"),
                                              "--accesslog-format=$remote_port $protocol_version $request",
                                              file("key.pem"),
                                              file("certificate.pem")};
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::array<int, 2> messages{};
    if (::pipe2(messages.data(), O_CLOEXEC) != 0) return;
    messages_ = messages[0];
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, messages[1], STDERR_FILENO);
    if (::posix_spawn(&pid_, UPSHIFT_NGHTTPX, &actions, nullptr, arguments.data(), environ) != 0) pid_ = -1;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(messages[1]);
  }
  ~Http2Proxy() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    ::close(messages_);
  }
  Http2Proxy(const Http2Proxy&) = delete;
  Http2Proxy& operator=(const Http2Proxy&) = delete;

  // Waits until it says that it listens; false where it ends without.
  bool is_up() const {
    std::string said;
    std::array<char, 512> piece{};
    while (said.find("Listening on") == std::string::npos) {
      const ssize_t size = ::read(messages_, piece.data(), piece.size());
      if (size <= 0) return false;
      said.append(piece.data(), static_cast<std::size_t>(size));
    }
    return true;
  }
  // The port that a connection came from, to its requests, by the protocol that they were made in.
  std::map<std::string, std::map<std::string, int>> requests() const {
    std::map<std::string, std::map<std::string, int>> by_protocol;
    std::istringstream lines(read_file(file("requests")).value_or(""));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string port, protocol;
      words >> port >> protocol;
      ++by_protocol[protocol][port];
    }
    return by_protocol;
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  std::string file(const std::string& name) const { return folder_.file(name); }

 private:
  CertificateAuthority authority_;
  TemporaryDirectory folder_;
  int port_;
  pid_t pid_ = -1;
  int messages_ = -1;  // what it says on stderr
};

TEST(Http2, CarriesAWholeRunOnOneConnection) {
  const ServedProject served;
  const Http2Proxy proxy(served);
  ASSERT_TRUE(proxy.is_up());
  auto arguments = served.run({"--yes"});
  *std::find(arguments.begin(), arguments.end(), served.url()) = proxy.url();
  // The first is the API's; the routes' comes later and stays.
  *std::find(arguments.begin(), arguments.end(), served.file("ca.pem")) = proxy.file("ca.pem");
  const auto run = run_upshift(arguments);
  ASSERT_EQ(run.exit_status, 0) << run.standard_error;
  Json left = served.project();
  Json right = rehearse({"--set", "registry.credentials-file=" + served.file("pull.json")}).project;
  for (Json* project : {&left, &right}) {
    if (Json* authority = object_in(*project, "ConfigMap", "kube-root-ca.crt")) authority->erase("data");
  }
  for (const auto& one : differences(left, right, {})) ADD_FAILURE() << one.text();
  auto seen = proxy.requests();
  const auto& http2 = seen["HTTP/2"];
  ASSERT_EQ(http2.size(), 1U) << "lists, changes and watches share a connection";
  EXPECT_GT(http2.begin()->second, 200);
  // Commands in pods upgrade an HTTP/1.1 connection of their own.
  EXPECT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen["HTTP/1.1"].size(), 1U);
}

}  // namespace
}  // namespace upshift::testing
