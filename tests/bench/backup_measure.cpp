#include <cstdio>

#include "scenario/served_project.hpp"
#include "served_bench.hpp"

namespace upshift::bench {
namespace {

constexpr double kMostGrowth = 1.5;

Json list_of(int routes, int others) {
  Json items = Json::array();
  for (int i = 0; i < routes; ++i) {
    const auto name = "route-" + std::to_string(i);
    items.push_back({{"apiVersion", "route.openshift.io/v1"},
                     {"kind", "Route"},
                     {"metadata", {{"name", name}, {"labels", {{"app", "shop"}}}}},
                     {"spec",
                      {{"host", name + ".apps.example.com"},
                       {"port", {{"targetPort", "http"}}},
                       {"tls", {{"termination", "edge"}}},
                       {"to", {{"kind", "Service"}, {"name", "shop"}}}}}});
  }
  for (int i = 0; i < others; ++i) {
    items.push_back({{"apiVersion", "v1"},
                     {"kind", i % 2 == 0 ? "ConfigMap" : "Secret"},
                     {"metadata", {{"name", "object-" + std::to_string(i)}}},
                     {i % 2 == 0 ? "data" : "stringData", {{"text", std::string(500, 'x')}}}});
  }
  return {{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}};
}

// nullopt: it failed, which was told.
std::optional<testing::ProcessResult> back_up(int routes, int others) {
  const testing::TemporaryDirectory folder;
  if (!write_private_file(folder.file("project.json"), to_text(list_of(routes, others)))) return std::nullopt;
  const testing::ServedProject served({"--manifest", folder.file("project.json"), "--namespace", "3scale"});
  auto saved = testing::run_upshift(served.to("backup", {"--directory", served.file("backup")}));
  if (saved.exit_status == 0) return saved;
  std::fprintf(stderr, "bench: the backup failed\n%s\n", saved.standard_error.c_str());
  return std::nullopt;
}

}  // namespace

bool measure_backup() {
  const auto small = back_up(500, 1'000), large = back_up(5'000, 10'000);
  if (!small || !large) return false;
  const double growth = static_cast<double>(large->peak_kib) / static_cast<double>(small->peak_kib);
  std::printf(
      "backup over HTTPS: 1,500 objects %.1f MiB and %.2f s of CPU, 15,000 objects %.1f MiB and %.2f s of CPU: "
      "memory grows %.2f times (limit %.1f)\n",
      static_cast<double>(small->peak_kib) / 1024, small->cpu_seconds, static_cast<double>(large->peak_kib) / 1024,
      large->cpu_seconds, growth, kMostGrowth);
  return growth < kMostGrowth;
}

}  // namespace upshift::bench
