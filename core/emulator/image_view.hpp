// Images as they are shown inside other objects. The emulator keeps no Image objects: what a registry would tell of one
// follows from its reference.
#pragma once

#include <string>

#include "emulator/store.hpp"

namespace upshift::emulator {

// The image behind a tag's event ({"image", "dockerImageReference", "created"}); `event` null for none.
Json image_of_event(const Json& event);
// GET images/NAME: the image that any stream has under this digest, null where none does.
Json image_named(const Store& store, const std::string& name);
// GET imagestreamimages/STREAM@DIGEST.
cluster::Response image_stream_image(const Store& store, const ObjectRef& ref);

// The secrets with which the stream's namespace may pull.
cluster::Response pull_secrets(const Store& store, const ObjectRef& stream);

}  // namespace upshift::emulator
