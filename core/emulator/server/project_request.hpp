// What `oc new-project` asks for.
#pragma once

#include "emulator/emulator.hpp"
#include "emulator/server/http_message.hpp"

namespace upshift::emulator::server {

// GET: whether projects may be requested. POST: makes the project with the name, the display name and the description
// that the ProjectRequest of `user` gives, and answers with it.
HttpResponse request_project(Emulator& emulator, const HttpRequest& request, const std::string& user);

}  // namespace upshift::emulator::server
