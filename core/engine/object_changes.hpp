// How the verbs of the cluster service change things: journaled for a step, directly for a simulation.
#pragma once

#include <string>

#include "cluster/resource.hpp"
#include "cluster/transport.hpp"

namespace upshift::engine {

struct Outcome {
  Json object;
  bool changed = false;
};

class ObjectChanges {
 public:
  virtual ~ObjectChanges() = default;
  // Refs have their namespace.
  virtual Result<Outcome> create(const cluster::ObjectRef& ref, const Json& object) = 0;
  virtual Result<Outcome> patch(const cluster::ObjectRef& ref, std::string_view content_type, const Json& patch) = 0;
  virtual Result<Outcome> replace(const cluster::ObjectRef& ref, const Json& object) = 0;
  virtual Result<bool> remove(const cluster::ObjectRef& ref, const std::string& propagation) = 0;
  virtual Result<cluster::ExecResult> exec(const cluster::ExecRequest& request) = 0;
};

}  // namespace upshift::engine
