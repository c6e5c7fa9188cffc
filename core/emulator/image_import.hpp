// Imports the tags of ImageStreams from their registries, and lets tags follow tags.
#pragma once

#include "emulator/controller.hpp"

namespace upshift::emulator {

class ImageImport final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& stream) override;

 private:
  void import(const ObjectName& stream);
  void import_tag(Json& stream, const Json& tag, std::int64_t generation);
  void follow(const ObjectName& stream);
};

// Why the image's registry does not give it to the namespace: "Unauthorized" or what was asked to go wrong; "": it
// does.
std::string import_refusal(const ControlPlane& plane, const std::string& name_space, const std::string& image);

// Whether the tag's present spec has been neither imported nor refused yet.
bool needs_import(const Json& stream, const Json& spec_tag);

}  // namespace upshift::emulator
