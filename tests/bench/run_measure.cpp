#include <cstdio>
#include <map>

#include "cluster/http/http_transport.hpp"
#include "scenario/served_project.hpp"
#include "served_bench.hpp"

namespace upshift::bench {
namespace {

constexpr double kMostCpuSeconds = 0.5;
constexpr long kMostKib = 64L * 1024;

Json requests_seen(const testing::ServedProject& served) {
  const auto surroundings = cluster::http::Surroundings::of_this_process();
  auto access = cluster::http::find_access(
      {.server = served.url(), .token_file = served.file("token"), .certificate_authority = served.file("ca.pem")},
      surroundings);
  if (!access) return {};
  const auto transport = cluster::http::HttpTransport::create(std::move(*access));
  if (!transport) return {};
  const auto answer = (*transport)->send({"GET", "/upshift/requests", {}, "", nullptr});
  return answer ? answer->body : Json();
}

// "GET", "LIST", "WATCH", …; what goes through the project's routes is counted apart.
std::map<std::string, int> by_verb(const Json& seen) {
  std::map<std::string, int> counted;
  for (const auto& request : array_at(seen, "/requests")) {
    const auto path = string_at(request, "/path");
    if (path.starts_with("/upshift/")) continue;
    const auto query = string_at(request, "/query");
    std::string verb = string_at(request, "/method");
    if (query.find("watch=true") != std::string::npos) {
      verb = "WATCH";
    } else if (query.find("limit=") != std::string::npos) {
      verb = "LIST";
    } else if (path.ends_with("/exec")) {
      verb = "EXEC";
    } else if (path.ends_with("selfsubjectaccessreviews")) {
      verb = "REVIEW";
    }
    if (!string_at(request, "/host").empty()) verb = "product " + verb;
    ++counted[verb];
  }
  return counted;
}

}  // namespace

bool measure_run() {
  const testing::ServedProject served;
  const auto run = testing::run_upshift(served.run({"--yes", "--quiet"}));
  if (run.exit_status != 0) {
    std::fprintf(stderr, "bench: the run failed\n%s\n", run.standard_error.c_str());
    return false;
  }
  int all = 0;
  std::string text;
  for (const auto& [verb, count] : by_verb(requests_seen(served))) {
    all += count;
    text += (text.empty() ? "" : ", ") + verb + " " + std::to_string(count);
  }
  std::printf("run of the sample over HTTPS: %d requests (%s)\n", all, text.c_str());
  std::printf("  CPU of the program %.2f s (limit %.1f), peak memory %.1f MiB (limit %ld)\n", run.cpu_seconds,
              kMostCpuSeconds, static_cast<double>(run.peak_kib) / 1024, kMostKib / 1024);
  return run.cpu_seconds < kMostCpuSeconds && run.peak_kib < kMostKib;
}

}  // namespace upshift::bench
