// What an API server adds of its own as an object is written: addresses, generated hosts, first status, generations.
#pragma once

#include "emulator/store.hpp"

namespace upshift::emulator {

// `object` has its defaults and no status of the client's.
void prepare_for_create(Store& store, const ObjectRef& ref, Json& object);
// `old` is the stored object in the same form.
void prepare_for_update(Store& store, const ObjectRef& ref, const Json& old, Json& object);

// Gives spec.tags their generations and lets status follow tags whose source has moved. `old` is null for a new stream.
void settle_image_stream(const Store& store, const Json& old, Json& stream);

}  // namespace upshift::emulator
