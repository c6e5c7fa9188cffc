// What a request is about, read from its method and path alone: what permissions, forbidden messages and the choice of
// columns go by.
#pragma once

#include <string>

#include "emulator/server/http_message.hpp"

namespace upshift::emulator::server {

struct RequestAttributes {
  bool is_resource = false;  // otherwise a document such as /version or /apis/apps
  std::string verb;          // get list watch create update patch delete deletecollection
  std::string group, version, name_space, resource, name, subresource;
  std::string path;  // of what is no resource; its verb is the method in lower case
};

RequestAttributes attributes_of(const HttpRequest& request);

// The refusal a user gets who may not do this.
HttpResponse forbidden(const RequestAttributes& attributes, std::string_view user);

}  // namespace upshift::emulator::server
