// Older and newer ways to say what the emulated API has one path for.
#pragma once

#include <string>

#include "emulator/server/http_message.hpp"

namespace upshift::emulator::server {

// "/api/v1/watch/…" is the old way to ask for a watch: turns it into the new one.
void unwrap_watch_path(HttpRequest& request);

// A kind that the server has in a second version of its group.
struct OtherVersion {
  std::string asked, stored;  // "batch/v1", "batch/v1beta1"; empty where there is one version alone
};
// Turns a path of the second version into that of the version in which objects are kept.
OtherVersion use_stored_version(std::string& path);
// The object or list as the asked version shows it.
void restore_version(const OtherVersion& version, Json& object);

}  // namespace upshift::emulator::server
