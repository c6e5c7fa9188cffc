// ImageStreamTags and ImageTags: no objects of their own, but views of what an ImageStream says of one tag. The type in
// a ref tells which of the two is meant; its name is "STREAM:TAG".
#pragma once

#include "cluster/transport.hpp"
#include "emulator/store.hpp"
#include "emulator/writes.hpp"

namespace upshift::emulator {

// An ImageStreamTag is there once its image is, an ImageTag as soon as the stream names it.
cluster::Response get_tag(const Store& store, const ObjectRef& ref);
// Every tag of every stream of the namespace ("" for all).
std::vector<Json> list_tags(const Store& store, const ResourceType& type, const std::string& name_space);
// Sets the tag of the stream, which is created where it is missing. A POST (`create`) takes the name from the body and
// refuses a tag that is there already.
cluster::Response write_tag(Store& store, const ObjectRef& ref, const Json& body, bool create,
                            const WriteOptions& options);
cluster::Response patch_tag(Store& store, const ObjectRef& ref, const cluster::Request& request,
                            const WriteOptions& options);
cluster::Response delete_tag(Store& store, const ObjectRef& ref, bool dry_run);

}  // namespace upshift::emulator
