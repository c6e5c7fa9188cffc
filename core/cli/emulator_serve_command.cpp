#include <filesystem>
#include <fmt/format.h>
#include <iostream>

#include "base/file.hpp"
#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/emulated_project.hpp"
#include "cli/rehearsal_options.hpp"
#include "config/settings.hpp"
#include "emulator/server/server.hpp"
#include "report/redaction.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  set.group("What is served");
  add_manifest_options(set, "an empty project");
  set.value("namespace", "NAME", "the project's name where the manifests do not tell")
      .value("speed", "FACTOR", "project time per real time; 0: as fast as things can happen; default: 1")
      .list("faults", "FILE",
            "what goes wrong: between client and server, or in the project as in a rehearsal; YAML or JSON; repeatable")
      .value(
          "cluster-ca", "FILE",
          "what projects find in the ConfigMap kube-root-ca.crt: PEM, or YAML or JSON that holds one such ConfigMap; "
          "default: that of a loaded export, else the server's own")
      .group("How it is reached")
      .value("port", "PORT", "on 127.0.0.1; default 0: any free one")
      .flag("tls", "with a certificate of an authority of its own")
      .value("ca-file", "FILE", "write that authority's certificate there, for clients to trust")
      .value("certificate-days", "DAYS", "how long the certificate is good; negative: it has expired; default: 30")
      .value("token", "TOKEN", "the administrator's bearer token; default: a generated one")
      .value("unprivileged-token", "TOKEN", "that of a user who may do nothing; default: a generated one")
      .list("user", "NAME=TOKEN", "a further user, who may do what Roles of the project say; repeatable")
      .group("What is told")
      .value("ready-file", "FILE", "write the URL there once requests are answered")
      .value("tokens-file", "FILE", "write both tokens there, JSON (mode 0600)")
      .value("kubeconfig", "FILE", "write what kubectl and oc need there (mode 0600)");
  add_general_options(set);
  return set;
}

Result<double> number_of(const Arguments& arguments, const std::string& option, double fallback, double least,
                         double most) {
  const std::string text = arguments.get(option);
  if (text.empty()) return fallback;
  const Result<Json> parsed = parse_json(text, "the number");
  if (parsed && parsed->is_number() && parsed->get<double>() >= least && parsed->get<double>() <= most) {
    return parsed->get<double>();
  }
  return failure(StatusCode::kInvalidArgument, fmt::format("--{}: '{}' is not a number it can be", option, text),
                 fmt::format("It is from {} to {}.", least, most));
}

Result<emulator::server::ServerOptions> server_options(const Arguments& arguments) {
  emulator::server::ServerOptions options;
  UPSHIFT_ASSIGN(const double port, number_of(arguments, "port", 0, 0, 65535));
  UPSHIFT_ASSIGN(const double days, number_of(arguments, "certificate-days", 30, -3650, 3650));
  UPSHIFT_ASSIGN(options.speed, number_of(arguments, "speed", 1, 0, 1e6));
  options.port = static_cast<std::uint16_t>(port);
  options.certificate_days = static_cast<int>(days);
  options.tls = arguments.has("tls") || arguments.has("ca-file") || arguments.has("certificate-days");
  options.tokens = {arguments.get("token"), arguments.get("unprivileged-token"), {}};
  for (const std::string& text : arguments.all("user")) {
    UPSHIFT_ASSIGN(auto pair, config::split_assignment(text, "--user"));
    if (pair.first.empty() || pair.second.empty()) {
      return failure(StatusCode::kInvalidArgument, "--user needs a name and a token, NAME=TOKEN");
    }
    options.tokens.others.emplace_back(std::move(pair));
  }
  options.stops_on_signals = true;
  return options;
}

Status add_faults(emulator::server::Server& server, const Arguments& arguments) {
  for (const std::string& file : arguments.all("faults")) {
    UPSHIFT_ASSIGN(const std::string text, read_file(file));
    UPSHIFT_ASSIGN(const auto documents, parse_yaml(text, file));
    for (const Json& document : documents) {
      if (auto added = server.add_faults(document); !added) {
        return failure(std::move(added.error()).with_context(file));
      }
    }
  }
  return {};
}

// The content of a ConfigMap kube-root-ca.crt anywhere in the document; "" where there is none.
std::string authority_in(const Json& document) {
  if (!document.is_structured()) return {};
  std::string own = string_at(document, "/data/ca.crt");
  if (!own.empty() && string_at(document, "/metadata/name") == "kube-root-ca.crt") return own;
  for (const Json& part : document) {
    if (std::string found = authority_in(part); !found.empty()) return found;
  }
  return {};
}

Status set_cluster_authority(emulator::Emulator& emulator, const std::string& file) {
  if (file.empty()) return {};
  UPSHIFT_ASSIGN(std::string text, read_file(file));
  if (text.starts_with("-----BEGIN CERTIFICATE-----")) {
    emulator.set_cluster_authority(std::move(text));
    return {};
  }
  UPSHIFT_ASSIGN(const auto documents, parse_yaml(text, file));
  for (const Json& document : documents) {
    std::string found = authority_in(document);
    if (found.empty()) continue;
    emulator.set_cluster_authority(std::move(found));
    return {};
  }
  return failure(StatusCode::kInvalidArgument, fmt::format("--cluster-ca: '{}' holds no certificate authority", file),
                 "Give a PEM file, or what `oc get configmap kube-root-ca.crt -o yaml` prints.");
}

// What stands behind the project's routes is what the plugins simulate.
emulator::server::ForeignHosts simulated_hosts(Simulation& simulation) {
  return [&simulation](const emulator::server::ForeignCall& received) -> Result<emulator::server::ForeignAnswer> {
    engine::HttpCall call{received.method, received.url, received.headers, received.form, {}};
    char separator = '?';
    for (const auto& [name, value] : received.query) {
      if (report::names_a_secret(name)) {
        call.secret_query[name] = value;
      } else {
        call.url += fmt::format("{}{}={}", separator, name, value);
        separator = '&';
      }
    }
    UPSHIFT_ASSIGN(engine::HttpAnswer answer, simulation.send(call));
    return emulator::server::ForeignAnswer{answer.status, std::move(answer.body)};
  };
}

Status tell(const emulator::server::Server& server, const Arguments& arguments) {
  const auto write = [&](const char* option, const std::string& content) -> Status {
    const std::string file = arguments.get(option);
    return file.empty() ? Status() : write_private_file(file, content);
  };
  const Json tokens = {{"administrator", server.tokens().administrator},
                       {"unprivileged", server.tokens().unprivileged}};
  UPSHIFT_TRY(write("ca-file", server.authority()));
  UPSHIFT_TRY(write("tokens-file", to_text(tokens, 2) + "\n"));
  UPSHIFT_TRY(write("kubeconfig", server.kubeconfig()));
  // Last: whoever waits for it finds the other files.
  UPSHIFT_TRY(write("ready-file", server.url() + "\n"));
  return {};
}

Result<std::vector<InputDocument>> documents_of(const Arguments& arguments, InputRequest& input) {
  UPSHIFT_ASSIGN(input, input_of(arguments));
  input.sample = arguments.get("sample");
  if (input.manifests.empty() && input.sample.empty()) return std::vector<InputDocument>{};
  return read_input(input);
}

Result<int> run(const Arguments& arguments) {
  if (asks_for_samples(arguments)) {
    print_samples();
    return kExitDone;
  }
  UPSHIFT_ASSIGN(const config::Settings settings, settings_of(arguments));
  UPSHIFT_ASSIGN(auto chosen, server_options(arguments));
  InputRequest input;
  UPSHIFT_ASSIGN(const auto documents, documents_of(arguments, input));
  UPSHIFT_ASSIGN(const auto project,
                 EmulatedProject::create(settings, documents, input.parameters, SystemClock().now(), nullptr));
  UPSHIFT_TRY(set_cluster_authority(project->emulator, arguments.get("cluster-ca")));
  chosen.foreign_hosts = simulated_hosts(*project->simulation);
  UPSHIFT_ASSIGN(const auto server, emulator::server::Server::open(project->emulator, chosen));
  UPSHIFT_TRY(add_faults(*server, arguments));
  UPSHIFT_TRY(tell(*server, arguments));
  std::cout << fmt::format("The emulated project '{}' is served at {}\n", project->emulator.name_space(), server->url())
            << std::flush;
  server->run();
  return kExitDone;
}

}  // namespace

const Command& emulator_serve_command() {
  static const Command kCommand{
      "emulator serve",
      "serves an emulated OpenShift project over HTTP",
      "[OPTION…]",
      "Loads an installation into an emulated OpenShift project, as a rehearsal does, and\n"
      "answers requests to its API on the loopback interface until it is interrupted: for\n"
      "kubectl and oc, for tests, for `upshift run`. Controllers act in project time, which\n"
      "runs as fast as --speed says. Clients send a bearer token; kubectl sends one only\n"
      "over TLS. Faults are added, read and removed at /upshift/faults as well; /upshift/requests\n"
      "tells what was asked. Requests for another host than the server's own go through\n"
      "the project's routes to the simulated product; with TLS every host has a certificate.\n",
      "  upshift emulator serve --tls --kubeconfig kubeconfig --sample threescale-2.5\n"
      "  KUBECONFIG=kubeconfig kubectl get pods\n"
      "  upshift emulator serve --port 8080 --token secret --speed 60 --faults faults.yaml\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
