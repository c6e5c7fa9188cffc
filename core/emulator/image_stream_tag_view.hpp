// ImageStreamTags: no objects of their own, but a view of what an ImageStream says of one tag.
#pragma once

#include "cluster/transport.hpp"
#include "emulator/store.hpp"
#include "emulator/writes.hpp"

namespace upshift::emulator {

// "STREAM:TAG" in `name_space`; the object, or null where the stream has no such tag or, unless `unresolved`, no image
// for it yet.
Json image_stream_tag(const Store& store, const std::string& name_space, const std::string& name, bool unresolved);
// Every tag of every stream of the namespace ("" for all).
std::vector<Json> image_stream_tags(const Store& store, const std::string& name_space);

// Sets the tag of the stream, which is created where it is missing. A POST refuses a tag that is there already.
cluster::Response write_image_stream_tag(Store& store, const std::string& name_space, const Json& body, bool create,
                                         const WriteOptions& options);
cluster::Response patch_image_stream_tag(Store& store, const ObjectRef& ref, const cluster::Request& request,
                                         const WriteOptions& options);
cluster::Response delete_image_stream_tag(Store& store, const ObjectRef& ref, bool dry_run);

}  // namespace upshift::emulator
