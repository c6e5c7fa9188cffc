// The objects that 2.6 adds, as its template has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "threescale/images.hpp"
#include "upshift/sdk.hpp"

namespace upshift::hop_2_5_2_6 {

// What new objects take over from the installation.
struct Settings {
  std::string app_label;
  bool import_insecure = false;
};
// How zync-que is to run, as the variant's own template of 2.6 has it: without requests and limits in an installation
// for evaluation, as often as zync in one for high availability.
struct QueScale {
  std::int64_t replicas = 1;
  bool has_resources = true;
};
QueScale que_scale(sdk::Context& c);
// From the values of the run, else read again.
Settings settings(sdk::Context& c);
// Reads them from the installation.
Settings read_settings(sdk::Context& c);

inline constexpr std::string_view kPullSecret = "threescale-registry-auth";

struct NewStream {
  std::string_view name, component, title;
  // The DeploymentConfig that will follow the stream: without it the stream is of no use and is not created.
  std::string_view follower;
};
inline constexpr NewStream kNewStreams[] = {
    {"zync-database-postgresql", "system", "Zync database PostgreSQL", "zync-database"},
    {"backend-redis", "backend", "Backend Redis", "backend-redis"},
    {"system-redis", "system", "System Redis", "system-redis"},
    {"system-memcached", "system", "System Memcached", "system-memcache"},
    {"system-mysql", "system", "System MySQL", "system-mysql"},
};

sdk::Json image_stream(const NewStream& stream, const Settings& settings, std::string_view registry);
sdk::Json zync_que_role();
sdk::Json zync_que_account();
sdk::Json zync_que_role_binding();
sdk::Json zync_que(const Settings& settings, const QueScale& scale);

}  // namespace upshift::hop_2_5_2_6
