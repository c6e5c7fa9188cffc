// POST imagestreamimports: asks registries for images at once and, where it is told to, tags them into a stream. And
// POST imagestreammappings, by which a registry tells of an image that was pushed to it.
#pragma once

#include <functional>

#include "emulator/writes.hpp"

namespace upshift::emulator {

// Why a registry does not give the image to this namespace ("NotFound", "Unauthorized", "InternalError"); "": it does.
using Registry = std::function<std::string(const std::string& name_space, const std::string& image)>;

cluster::Response import_image_stream(Store& store, const std::string& name_space, const Json& body,
                                      const Registry& registry, const WriteOptions& options);
cluster::Response map_image(Store& store, const std::string& name_space, const Json& body, const WriteOptions& options);

// The words of a failed import.
std::string import_refusal_text(std::string_view reason, const std::string& image);

}  // namespace upshift::emulator
