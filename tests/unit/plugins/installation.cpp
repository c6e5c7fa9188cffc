#include "unit/plugins/installation.hpp"

#include <stdexcept>

namespace upshift::testing {
namespace {

using sdk::array_at;
using sdk::encode_base64;
using sdk::string_at;

Json metadata(const std::string& name) {
  return {{"name", name},
          {"namespace", "shop"},
          {"uid", "uid-of-" + name},
          {"resourceVersion", "7"},
          {"labels", {{"app", "my-3scale"}}}};
}

Json release_env() {
  return {{"name", "AMP_RELEASE"},
          {"valueFrom", {{"configMapKeyRef", {{"name", "system-environment"}, {"key", "AMP_RELEASE"}}}}}};
}

Json container(const std::string& name, Json env = Json::array()) {
  return {{"name", name}, {"image", "unset"}, {"env", std::move(env)}, {"resources", {{"limits", {{"cpu", "1"}}}}}};
}

Json trigger(const std::string& tag, std::vector<std::string> containers) {
  return {{"type", "ImageChange"},
          {"imageChangeParams",
           {{"automatic", true},
            {"containerNames", containers},
            {"from", {{"kind", "ImageStreamTag"}, {"name", tag}, {"namespace", "shop"}}}}}};
}

struct Shape {
  std::string name, tag;
  std::vector<Json> containers, init;
};

void put_deployment(FakeHost& host, const Shape& shape) {
  Json triggers = Json::array({{{"type", "ConfigChange"}}});
  std::vector<std::string> names;
  for (const auto* list : {&shape.init, &shape.containers}) {
    for (const Json& each : *list) names.push_back(string_at(each, "/name"));
  }
  if (!shape.tag.empty()) triggers.push_back(trigger(shape.tag, names));
  Json pod = {{"containers", shape.containers}};
  if (!shape.init.empty()) pod["initContainers"] = shape.init;
  Json spec = {{"replicas", 1},
               {"triggers", triggers},
               {"strategy", {{"type", "Rolling"}}},
               {"template",
                {{"metadata", {{"labels", {{"app", "my-3scale"}, {"deploymentConfig", shape.name}}}}}, {"spec", pod}}}};
  host.put({{"apiVersion", "apps.openshift.io/v1"},
            {"kind", "DeploymentConfig"},
            {"metadata", metadata(shape.name)},
            {"spec", spec},
            {"status", {{"latestVersion", 1}}}});
}

void put_stream(FakeHost& host, const std::string& name, const std::string& tag, const std::string& image) {
  host.put({{"apiVersion", "image.openshift.io/v1"},
            {"kind", "ImageStream"},
            {"metadata", metadata(name)},
            {"spec",
             {{"tags", Json::array({{{"name", tag}, {"from", {{"kind", "DockerImage"}, {"name", image}}}},
                                    {{"name", "latest"}, {"from", {{"kind", "ImageStreamTag"}, {"name", tag}}}}})}}}});
}

void put_secret(FakeHost& host, const std::string& name, const std::vector<std::pair<std::string, std::string>>& data) {
  Json encoded = Json::object();
  for (const auto& [key, value] : data) encoded[key] = encode_base64(value);
  host.put(
      {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", metadata(name)}, {"type", "Opaque"}, {"data", encoded}});
}

void put_route(FakeHost& host, const std::string& name, const std::string& host_name, const std::string& service) {
  host.put({{"apiVersion", "route.openshift.io/v1"},
            {"kind", "Route"},
            {"metadata", metadata(name)},
            {"spec",
             {{"host", host_name},
              {"tls", {{"termination", "edge"}}},
              {"to", {{"kind", "Service"}, {"name", service}}},
              {"wildcardPolicy", "None"}}}});
}

void put_service(FakeHost& host, const std::string& name, const std::string& port) {
  host.put({{"apiVersion", "v1"},
            {"kind", "Service"},
            {"metadata", metadata(name)},
            {"spec", {{"ports", Json::array({{{"name", port}, {"port", 3000}}})}}}});
}

void put_deployments(FakeHost& host) {
  const Json release = Json::array({release_env()});
  put_deployment(host, {"system-app",
                        "amp-system:latest",
                        {container("system-master", release), container("system-provider", release),
                         container("system-developer", release)},
                        {}});
  edit(host, "DeploymentConfig", "system-app", [&](Json& dc) {
    dc["spec"]["strategy"]["rollingParams"]["pre"]["execNewPod"] = {
        {"containerName", "system-provider"},
        {"command", {"bash", "-c", "bundle exec rake boot openshift:deploy MASTER_ACCESS_TOKEN=\"from-the-hook\""}},
        {"env", release}};
  });
  put_deployment(
      host, {"system-sidekiq", "amp-system:latest", {container("system-sidekiq", release)}, {container("check-svc")}});
  put_deployment(
      host, {"system-sphinx", "amp-system:latest", {container("system-sphinx")}, {container("system-master-svc")}});
  put_deployment(host, {"backend-listener", "amp-backend:latest", {container("backend-listener")}, {}});
  for (const char* name : {"backend-worker", "backend-cron"}) {
    put_deployment(host,
                   {name,
                    "amp-backend:latest",
                    {container(name)},
                    {container("backend-redis-svc", Json::array({{{"name", "SLEEP_SECONDS"}, {"value", "1"}}}))}});
  }
  for (const char* name : {"apicast-staging", "apicast-production"}) {
    put_deployment(host, {name, "amp-apicast:latest", {container(name)}, {}});
  }
  put_deployment(host,
                 {"apicast-wildcard-router", "amp-wildcard-router:latest", {container("apicast-wildcard-router")}, {}});
  put_deployment(host, {"zync", "amp-zync:latest", {container("zync")}, {container("zync-db-svc")}});
  put_deployment(host, {"zync-database", "postgresql:10", {container("postgresql")}, {}});
  edit(host, "DeploymentConfig", "zync-database", [](Json& dc) {
    dc["spec"]["template"]["spec"]["volumes"] = Json::array({{{"name", "data"}, {"emptyDir", Json::object()}}});
  });
  for (const char* name : {"backend-redis", "system-redis", "system-mysql"}) {
    put_deployment(host, {name, "", {container(name)}, {}});
  }
  put_deployment(host, {"system-memcache", "", {container("memcache")}, {}});
}

void put_configuration(FakeHost& host) {
  host.put({{"kind", "ConfigMap"},
            {"metadata", metadata("system-environment")},
            {"data", {{"AMP_RELEASE", "2.5.0"}, {"THREESCALE_SUPERDOMAIN", "example.com"}}}});
  host.put(
      {{"kind", "ConfigMap"}, {"metadata", metadata("backend-environment")}, {"data", {{"RACK_ENV", "production"}}}});
  put_secret(host, "system-redis", {{"URL", "redis://system-redis:6379/1"}});
  put_secret(host, "backend-redis",
             {{"REDIS_STORAGE_URL", "redis://backend-redis:6379/0"},
              {"REDIS_STORAGE_SENTINEL_HOSTS", ""},
              {"REDIS_STORAGE_SENTINEL_ROLE", ""},
              {"REDIS_QUEUES_SENTINEL_HOSTS", ""},
              {"REDIS_QUEUES_SENTINEL_ROLE", ""}});
  put_secret(host, "zync", {{"DATABASE_URL", "postgresql://zync"}});
  put_secret(host, "system-database", {{"URL", "mysql2://root:hidden@system-mysql/system"}});
  put_secret(host, "system-seed",
             {{"MASTER_DOMAIN", "master"},
              {"MASTER_ACCESS_TOKEN", "master-secret"},
              {"ADMIN_ACCESS_TOKEN", "admin-secret"},
              {"TENANT_NAME", "acme"}});
}

}  // namespace

void install_2_5(FakeHost& host) {
  put_deployments(host);
  put_configuration(host);
  put_stream(host, "amp-system", "2.5.0", "registry.access.redhat.com/3scale-amp25/system");
  put_stream(host, "amp-apicast", "2.5.0", "registry.access.redhat.com/3scale-amp25/apicast-gateway");
  put_stream(host, "amp-backend", "2.5.0", "registry.access.redhat.com/3scale-amp25/backend");
  put_stream(host, "amp-zync", "2.5.0", "registry.access.redhat.com/3scale-amp25/zync");
  put_stream(host, "amp-wildcard-router", "2.5.0", "registry.access.redhat.com/3scale-amp22/wildcard-router");
  put_stream(host, "postgresql", "10", "registry.access.redhat.com/rhscl/postgresql-10-rhel7");
  put_route(host, "backend", "backend-acme.example.com", "backend-listener");
  put_route(host, "system-master", "master.example.com", "system-master");
  put_route(host, "system-provider-admin", "acme-admin.example.com", "system-provider");
  put_route(host, "system-developer", "acme.example.com", "system-developer");
  put_route(host, "api-apicast-production", "api-acme-apicast-production.example.com", "apicast-production");
  put_route(host, "api-apicast-staging", "api-acme-apicast-staging.example.com", "apicast-staging");
  put_route(host, "apicast-wildcard-router", "apicast-wildcard.example.com", "apicast-wildcard-router");
  for (const char* name : {"system-master", "system-provider", "system-developer"}) put_service(host, name, "http");
  for (const char* name : {"apicast-production", "apicast-staging"}) put_service(host, name, "gateway");
  put_service(host, "apicast-wildcard-router", "http");
  settle(host);
  admit_routes(host);
  host.forget_calls();
}

namespace {

// "registry.example.com/a:1" resolves to one digest, whatever asks for it.
std::string resolve(const std::string& reference) {
  return reference.substr(0, reference.find(':')) + "@sha256:" + encode_base64(reference);
}

void settle_stream(FakeHost& host, Json stream) {
  Json status = Json::array();
  for (int round = 0; round < 2; ++round) {  // a tag may follow one that stands behind it
    status = Json::array();
    for (Json& tag : stream["spec"]["tags"]) {
      std::string image = resolve(string_at(tag, "/from/name"));
      if (string_at(tag, "/from/kind") == "ImageStreamTag") {
        const Json* followed = sdk::named(stream["spec"]["tags"], string_at(tag, "/from/name"));
        if (followed == nullptr) continue;
        image = resolve(string_at(*followed, "/from/name"));
      }
      tag["generation"] = 1;
      status.push_back({{"tag", string_at(tag, "/name")},
                        {"items", Json::array({{{"dockerImageReference", image}, {"generation", 1}}})}});
    }
  }
  stream["status"]["tags"] = status;
  host.put(stream);
}

void settle_deployment(FakeHost& host, Json dc) {
  for (Json& each : dc["spec"]["triggers"]) {
    const std::string tag = string_at(each, "/imageChangeParams/from/name");
    if (tag.empty()) continue;
    const Json* stream = host.object("ImageStream", tag.substr(0, tag.find(':')));
    if (stream == nullptr) continue;
    const Json* item = sdk::named(array_at(*stream, "/status/tags"), tag.substr(tag.find(':') + 1), "tag");
    if (item == nullptr) continue;
    const std::string image = string_at(*item, "/items/0/dockerImageReference");
    each["imageChangeParams"]["lastTriggeredImage"] = image;
    for (const Json& name : array_at(each, "/imageChangeParams/containerNames")) {
      for (const char* list : {"containers", "initContainers"}) {
        Json& pod = dc["spec"]["template"]["spec"];
        if (!pod.contains(list)) continue;
        if (const auto index = sdk::index_of(pod[list], name.get<std::string>())) pod[list][*index]["image"] = image;
      }
    }
  }
  const auto replicas = sdk::int_at(dc, "/spec/replicas");
  dc["metadata"]["generation"] = sdk::int_at(dc, "/metadata/generation") + 1;
  dc["status"] = {{"latestVersion", sdk::int_at(dc, "/status/latestVersion") + 1},
                  {"observedGeneration", dc["metadata"]["generation"]},
                  {"updatedReplicas", replicas},
                  {"availableReplicas", replicas}};
  host.put(dc);
}

std::vector<Json> all_of(FakeHost& host, const std::string& kind) {
  Json reply;
  host.invoke(UPSHIFT_OPERATION_CHECK, "upshift.cluster/1", "list", {{"kind", kind}}, reply);
  return array_at(reply, "/items").get<std::vector<Json>>();
}

}  // namespace

void settle(FakeHost& host) {
  for (Json& stream : all_of(host, "ImageStream")) settle_stream(host, std::move(stream));
  for (Json& dc : all_of(host, "DeploymentConfig")) settle_deployment(host, std::move(dc));
}

void admit_routes(FakeHost& host) {
  for (Json& route : all_of(host, "Route")) {
    route["status"]["ingress"] =
        Json::array({{{"host", string_at(route, "/spec/host")},
                      {"conditions", Json::array({{{"type", "Admitted"}, {"status", "True"}}})}}});
    host.put(route);
  }
}

Json hop_parameters() {
  return {{"image-registry", "registry.redhat.io"}};
}

Json object_of(const FakeHost& host, const std::string& kind, const std::string& name) {
  const Json* object = host.object(kind, name);
  if (object == nullptr) throw std::runtime_error("there is no " + kind + "/" + name);
  return *object;
}

Json container_of(const FakeHost& host, const std::string& deployment_config, const std::string& container_name) {
  const Json dc = object_of(host, "DeploymentConfig", deployment_config);
  if (container_name == "pre") return sdk::object_at(dc, "/spec/strategy/rollingParams/pre/execNewPod");
  for (const char* list : {"/spec/template/spec/containers", "/spec/template/spec/initContainers"}) {
    if (const Json* found = sdk::named(array_at(dc, list), container_name)) return *found;
  }
  throw std::runtime_error(deployment_config + " has no container " + container_name);
}

std::size_t count_named(const Json& list, const std::string& name) {
  std::size_t count = 0;
  for (const Json& each : list) count += string_at(each, "/name") == name ? 1U : 0U;
  return count;
}

}  // namespace upshift::testing
