// Names of things in an OpenShift API: resource types, references to objects, and the paths they live at.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::cluster {

// One served resource: group "" is the core group. Strings are literals of a static table or owned by discovery.
struct ResourceType {
  std::string group;
  std::string version;
  std::string resource;  // plural, lower case: "deploymentconfigs"
  std::string kind;      // "DeploymentConfig"
  bool namespaced = true;

  // "v1" or "apps.openshift.io/v1".
  std::string api_version() const;
  // "deploymentconfigs.apps.openshift.io", "secrets": as `kubectl` prints a resource with its group.
  std::string qualified_name() const;
  friend bool operator==(const ResourceType&, const ResourceType&) = default;
};

// The types of the table in resource.cpp: what OpenShift 3.11 to 4.x serve alike and upshift knows.
// An older spelling counts as well: OpenShift's own kinds under "v1", "extensions/v1beta1" Deployments.
const ResourceType* find_type(std::string_view api_version, std::string_view kind);
// By kind alone ("DeploymentConfig", "Secret"): the table holds each kind once.
const ResourceType* find_kind(std::string_view kind);
// By group and plural.
const ResourceType* find_resource(std::string_view group, std::string_view resource);
// All of them, in the order in which a restore creates them (namespaces and service accounts first, workloads last).
const std::vector<ResourceType>& known_types();

struct ObjectRef {
  ResourceType type;
  // "" for the client's own namespace where a client is at hand, and for cluster-scoped types.
  std::string name_space;
  std::string name;

  // "DeploymentConfig/zync": the form for people.
  std::string display() const { return type.kind + "/" + name; }
  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
};

// From an object's apiVersion, kind and metadata; INVALID_ARGUMENT where one is missing or the type is not known.
Result<ObjectRef> ref_of(const Json& object);

// "/apis/apps.openshift.io/v1/namespaces/NS/deploymentconfigs", percent-encoded where needed.
std::string collection_path(const ResourceType& type, std::string_view name_space);
std::string object_path(const ObjectRef& ref);

}  // namespace upshift::cluster
