// What an API server fills in where an object says nothing.
#pragma once

#include "base/json.hpp"
#include "cluster/resource.hpp"

namespace upshift::emulator {

// `object` has been through cluster::conform(). Folds stringData of a Secret into data, keeps serviceAccount the same
// as serviceAccountName, orders the tags of an ImageStream by name.
void set_defaults(const cluster::ResourceType& type, Json& object);

// Of a pod template or a Pod: containers, probes, volumes.
void set_pod_defaults(Json& pod_spec);

// Of a DeploymentConfig: its strategy, triggers and selector.
void set_deployment_config_defaults(Json& object);

// Whether a count or percentage stands for none.
bool is_nothing(const Json& value);

// Sets `object[key]` where it is absent or null.
void set_default(Json& object, const char* key, Json value);

}  // namespace upshift::emulator
