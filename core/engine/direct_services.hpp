// Services that act on a cluster at once and leave no record: for a plugin's SIMULATE on an emulated project, and
// read-only for DETECT. Values, files and HTTP are not offered.
#pragma once

#include <memory>

#include "base/event.hpp"
#include "cluster/client.hpp"
#include "plugin/host_services.hpp"

namespace upshift::engine {

enum class Access { kReadOnly, kReadWrite };

// Diagnostics and log lines go to `events` where it is not null. Everything is borrowed.
std::unique_ptr<plugin::HostServices> make_direct_services(cluster::Client& client, Access access, EventSink* events);

}  // namespace upshift::engine
