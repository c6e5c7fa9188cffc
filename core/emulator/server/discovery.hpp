// The documents from which clients learn what a server serves, made from the table of known types.
#pragma once

#include <optional>

#include "emulator/server/http_message.hpp"

namespace upshift::emulator::server {

// /api, /apis, /api/v1, /apis/GROUP, /apis/GROUP/VERSION, /version, /openapi/v2, the health checks and the list of
// paths; nullopt for any other path. `address` is HOST:PORT as clients reach it.
std::optional<HttpResponse> discovery_document(const HttpRequest& request, std::string_view address);

// A resource below another or without objects of its own, and what may be done with it.
struct ServedResource {
  std::string name;  // "pods", "pods/log"
  std::string kind;
  bool namespaced = true;
  std::vector<std::string> verbs;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  std::string group, version;  // of the kind, where it is another than the resource's
};

struct ServedVersion {
  std::string group, version;
  std::vector<ServedResource> resources;  // by name
};

// Every group version; the core group first.
const std::vector<ServedVersion>& served_versions();

}  // namespace upshift::emulator::server
