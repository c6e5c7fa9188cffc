// Creation, replacement and patching of objects: decoding, defaults, validation, optimistic locking, generations.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "cluster/transport.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

struct WriteOptions {
  bool dry_run = false;
  bool status_only = false;  // the status subresource: everything else stays
  Json managers = nullptr;   // of an apply: metadata.managedFields as it is to be
};

cluster::Response create_object(Store& store, const ResourceType& type, const std::string& name_space, const Json& body,
                                const WriteOptions& options);
cluster::Response replace_object(Store& store, const ObjectRef& ref, const Json& body, const WriteOptions& options);
cluster::Response patch_object(Store& store, const ObjectRef& ref, std::string_view content_type, const Json& patch,
                               const WriteOptions& options);

}  // namespace upshift::emulator
