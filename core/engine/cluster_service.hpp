// The verbs of upshift.cluster/1 (docs/plugin-abi.md): JSON requests to reads of a client and to ObjectChanges.
#pragma once

#include <functional>

#include "cluster/cache.hpp"
#include "engine/object_changes.hpp"
#include "engine/seen_objects.hpp"

namespace upshift::engine {

class ClusterService {
 public:
  // Whether a verb (create update delete exec) on a resource ("secrets", "pods") is allowed here.
  using Permit = std::function<Status(std::string_view resource, std::string_view verb)>;

  // Everything is borrowed. `seen` answers what was read already, `cache` what a watch tells anyway; with nullptr every
  // read asks the server.
  ClusterService(cluster::Client& client, ObjectChanges& changes, Permit permit, SeenObjects* seen = nullptr,
                 const cluster::Cache* cache = nullptr)
      : client_(client), changes_(changes), permit_(std::move(permit)), seen_(seen), cache_(cache) {}

  Result<Json> invoke(std::string_view verb, const Json& request);
  // The same as text: an object that is read goes through it as the server sent it.
  Result<std::string> invoke_text(std::string_view verb, const Json& request);

 private:
  Result<std::optional<cluster::ReceivedObject>> get(const Json& request);
  Result<Json> list(const Json& request);
  Result<Json> create(const Json& request);
  Result<Json> patch(const Json& request);
  Result<Json> replace(const Json& request);
  Result<Json> remove(const Json& request);
  Result<Json> exec(const Json& request);

  Result<cluster::ResourceType> type_in(const Json& request) const;
  Result<cluster::ObjectRef> ref_in(const Json& request) const;
  // The object of a create or replace, with apiVersion and namespace filled in.
  Result<std::pair<cluster::ObjectRef, Json>> object_in(const Json& request) const;

  cluster::Client& client_;
  ObjectChanges& changes_;
  Permit permit_;
  SeenObjects* seen_;
  const cluster::Cache* cache_;
};

}  // namespace upshift::engine
