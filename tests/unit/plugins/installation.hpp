// A small 3scale 2.5 project in a fake host, and stand-ins for the controllers that a fake host does not have.
#pragma once

#include <string>
#include <vector>

#include "upshift/testing/fake_host.hpp"

namespace upshift::testing {

// A whole 2.5 installation with one tenant and one service, everything rolled out.
void install_2_5(FakeHost& host);
// Fills in what the image and deployment controllers would: tags resolve, triggers set images, versions are complete.
void settle(FakeHost& host);
// Admits every route, as a router does.
void admit_routes(FakeHost& host);
// The parameters of hop 2.5-2.6 as the host passes them.
Json hop_parameters();

// The JSON of an object that must be there.
Json object_of(const FakeHost& host, const std::string& kind, const std::string& name);
// Changes a copy of the object and puts it back.
template <typename Change>
void edit(FakeHost& host, const std::string& kind, const std::string& name, Change change) {
  Json object = object_of(host, kind, name);
  change(object);
  host.put(object);
}
// A container or init container of a DeploymentConfig; the pre hook's execNewPod for "pre".
Json container_of(const FakeHost& host, const std::string& deployment_config, const std::string& container);
std::size_t count_named(const Json& list, const std::string& name);

}  // namespace upshift::testing
