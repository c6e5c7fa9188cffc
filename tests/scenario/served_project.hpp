// A project that `upshift emulator serve` serves over HTTPS, with the simulated product around it, and the options that
// lead upshift to it.
#pragma once

#include <csignal>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "support/process.hpp"

namespace upshift::testing {

class ServedProject {
 public:
  // `arguments` of `emulator serve`: the manifest and what else. Served as fast as things can happen, unless `speed`
  // says otherwise.
  explicit ServedProject(std::vector<std::string> arguments = {"--sample", "threescale-2.5"},
                         const std::string& speed = "0")
      : server_(command(std::move(arguments), speed)) {
    server_.line();
    if (const auto ready = read_file(folder_.file("url"))) url_ = first_line(*ready);
    if (auto tokens = parse_json(read_file(folder_.file("tokens")).value_or(""), "the tokens")) {
      static_cast<void>(write_private_file(folder_.file("token"), string_at(*tokens, "/administrator")));
      static_cast<void>(write_private_file(folder_.file("unprivileged"), string_at(*tokens, "/unprivileged")));
    }
    static_cast<void>(
        write_private_file(folder_.file("pull.json"), R"({"auths":{"registry.redhat.io":{"auth":"dTpw"}}})"));
  }

  const std::string& url() const { return url_; }
  // What leads to the project goes by another port from now on, of 127.0.0.1.
  void go_by(int port) { url_ = "https://127.0.0.1:" + std::to_string(port); }
  // "127.0.0.1:PORT"
  std::string address() const { return url_.substr(url_.find("//") + 2); }
  std::string file(const std::string& name) const { return folder_.file(name); }
  BackgroundUpshift& server() { return server_; }

  // COMMAND with everything that it needs to reach the project, and `more`.
  std::vector<std::string> to(std::string command, std::vector<std::string> more = {}) const {
    std::vector<std::string> all{
        std::move(command),        "-n",          "3scale", "--server", url_, "--token-file", file("token"),
        "--certificate-authority", file("ca.pem")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  // `run` with all that a whole run needs.
  std::vector<std::string> run(std::vector<std::string> more = {}) const {
    std::vector<std::string> all = to(
        "run", {"--route-address", address(), "--route-certificate-authority", file("ca.pem"), "--set",
                "registry.credentials-file=" + file("pull.json"), "--journal", file("journal.db"), "--output", "json"});
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  // `resume` or `rollback` of such a run.
  std::vector<std::string> go_on(std::string command, std::vector<std::string> more = {}) const {
    std::vector<std::string> all =
        to(std::move(command), {"--route-address", address(), "--route-certificate-authority", file("ca.pem"),
                                "--journal", file("journal.db"), "--output", "json"});
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  // The project as it is now, in that version, read over HTTPS; null where it cannot be read.
  Json project(const std::string& version = "2.6") const {
    const auto saved = run_upshift(
        to("rehearse", {"--live", "--to", version, "--save-state", file("state.json"), "-q", "--output", "json"}));
    const auto text = read_file(file("state.json"));
    auto parsed = parse_json(text.value_or(""), "the saved project");
    return saved.exit_status == 0 && parsed ? std::move(*parsed) : Json();
  }

 private:
  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

  std::vector<std::string> command(std::vector<std::string> arguments, const std::string& speed) const {
    std::vector<std::string> all{"emulator",
                                 "serve",
                                 "--tls",
                                 "--speed",
                                 speed,
                                 "--ready-file",
                                 folder_.file("url"),
                                 "--tokens-file",
                                 folder_.file("tokens"),
                                 "--ca-file",
                                 folder_.file("ca.pem"),
                                 "--kubeconfig",
                                 folder_.file("kubeconfig")};
    all.insert(all.end(), std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end()));
    return all;
  }

  TemporaryDirectory folder_;
  BackgroundUpshift server_;
  std::string url_;
};

}  // namespace upshift::testing
