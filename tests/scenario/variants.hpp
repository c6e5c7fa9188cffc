// Makes another variant of a standard installation: changes to a saved project, as the variant's own template of the
// version has it. 2.3 has its settings as literals, later versions in Secrets and ConfigMaps.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "scenario/rehearsal.hpp"

namespace upshift::testing {

inline constexpr const char* kRedisOutside = "redis://redis.example.net:6379/";
inline constexpr const char* kMysqlOutside = "mysql2://root:hidden-word@mysql.example.net/system";
inline constexpr const char* kOracleOutside = "oracle-enhanced://system:hidden-word@oracle.example.net:1521/threescale";
inline constexpr const char* kPostgresql = "postgresql://system:hidden-word@system-postgresql/system";

// With what controllers made for it.
inline void remove_object(Json& project, const std::string& kind, const std::string& name) {
  Json& items = project["items"];
  for (auto at = items.begin(); at != items.end();) {
    const std::string owner = string_at(*at, "/metadata/annotations/openshift.io~1deployment-config.name");
    const bool belongs = kind == "DeploymentConfig" && owner == name;
    const bool is_it = string_at(*at, "/kind") == kind && string_at(*at, "/metadata/name") == name;
    at = belongs || is_it ? items.erase(at) : at + 1;
  }
}

// Calls look(name of the DeploymentConfig, container or init container or pre hook) for each.
template <typename Look>
void for_each_container(Json& project, Look look) {
  for (auto& item : project["items"]) {
    if (string_at(item, "/kind") != "DeploymentConfig") continue;
    const std::string name = string_at(item, "/metadata/name");
    for (const char* list : {"containers", "initContainers"}) {
      Json& pod = item["spec"]["template"]["spec"];
      if (!pod.contains(list)) continue;
      for (auto& container : pod[list]) look(name, container);
    }
    if (find(item, "/spec/strategy/rollingParams/pre/execNewPod") != nullptr) {
      look(name, item["spec"]["strategy"]["rollingParams"]["pre"]["execNewPod"]);
    }
  }
}

// The application's own containers: all that have the address of its database, but for the search daemon.
inline bool is_of_application(const std::string& deployment_config, const Json& container) {
  const bool is_it = deployment_config == "system-app" || deployment_config == "system-sidekiq" ||
                     deployment_config == "system-resque";
  for (const auto& variable : array_at(container, "/env")) {
    if (is_it && string_at(variable, "/name") == "DATABASE_URL") return true;
  }
  return false;
}

inline void set_secret(Json& project, const std::string& name, const std::string& key, const std::string& value) {
  if (Json* secret = object_in(project, "Secret", name)) (*secret)["data"][key] = encode_base64(value);
}

inline void set_literal(Json& project, const std::string& variable, const std::string& value) {
  for_each_container(project, [&](const std::string&, Json& container) {
    if (!container.contains("env")) return;
    for (auto& each : container["env"]) {
      if (string_at(each, "/name") == variable && each.contains("value")) each["value"] = value;
    }
  });
}

inline void use_database(Json& project, const std::string& url) {
  set_secret(project, "system-database", "URL", url);
  // The address of Zync's database has the same name, and is no literal in any version.
  set_literal(project, "DATABASE_URL", url);
}

inline void remove_mysql(Json& project) {
  for (const char* kind : {"DeploymentConfig", "Service", "ImageStream"}) remove_object(project, kind, "system-mysql");
  remove_object(project, "PersistentVolumeClaim", "mysql-storage");
  for (const char* name : {"mysql-main-conf", "mysql-extra-conf"}) remove_object(project, "ConfigMap", name);
}

// For high availability: the three databases are outside, most pods run twice.
inline void make_highly_available(Json& project, const std::string& version) {
  remove_mysql(project);
  for (const char* name : {"backend-redis", "system-redis"}) {
    for (const char* kind : {"DeploymentConfig", "Service", "ImageStream"}) remove_object(project, kind, name);
    remove_object(project, "PersistentVolumeClaim", std::string(name) + "-storage");
  }
  remove_object(project, "ConfigMap", "redis-config");
  use_database(project, kMysqlOutside);
  const std::string redis = kRedisOutside;
  for (const auto& [secret, key, database] : {std::tuple{"system-redis", "URL", "1"},
                                              {"backend-redis", "REDIS_STORAGE_URL", "0"},
                                              {"backend-redis", "REDIS_QUEUES_URL", "1"}}) {
    set_secret(project, secret, key, redis + database);
  }
  set_literal(project, "CONFIG_REDIS_PROXY", redis + "0");
  set_literal(project, "CONFIG_QUEUES_MASTER_NAME", redis + "1");
  for_each_container(project, [&](const std::string& name, Json& container) {
    if (version != "2.3" || !is_of_application(name, container)) return;
    container["env"].push_back({{"name", "REDIS_URL"}, {"value", redis + "1"}});
    container["env"].push_back({{"name", "BACKEND_REDIS_URL"}, {"value", redis + "0"}});
  });
  for (auto& item : project["items"]) {
    const std::string name = string_at(item, "/metadata/name");
    const bool runs_once = name == "system-memcache" || name == "system-sphinx" || name == "zync-database";
    if (string_at(item, "/kind") == "DeploymentConfig" && !runs_once) item["spec"]["replicas"] = 2;
  }
}

// Uploaded files are in S3: no claim for them, and the bucket's settings in the application's environment.
inline void make_s3(Json& project, const std::string& version) {
  remove_object(project, "PersistentVolumeClaim", "system-storage");
  const auto drop_storage = [](Json& owner, const char* list) {
    if (!owner.contains(list)) return;
    auto& all = owner[list].get_ref<Json::array_t&>();
    std::erase_if(
        all, [](const Json& each) { return each == "system-storage" || string_at(each, "/name") == "system-storage"; });
    if (all.empty()) owner.erase(list);
  };
  const std::vector<std::pair<const char*, const char*>> settings = {
      {"FILE_UPLOAD_STORAGE", "s3"}, {"AWS_BUCKET", "files"}, {"AWS_REGION", "eu-central-1"}};
  const bool has_literals = version == "2.3";
  for_each_container(project, [&](const std::string& name, Json& container) {
    drop_storage(container, "volumeMounts");
    if (find(container, "/containerName") != nullptr) drop_storage(container, "volumes");
    if (!is_of_application(name, container)) return;
    for (const auto& [key, value] : settings) {
      const Json reference = {{"configMapKeyRef", {{"name", "system-environment"}, {"key", key}}}};
      container["env"].push_back(has_literals ? Json{{"name", key}, {"value", value}}
                                              : Json{{"name", key}, {"valueFrom", reference}});
    }
    for (const char* key : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) {
      container["env"].push_back(
          {{"name", key}, {"valueFrom", {{"secretKeyRef", {{"name", "aws-auth"}, {"key", key}}}}}});
    }
  });
  for (auto& item : project["items"]) {
    if (string_at(item, "/kind") == "DeploymentConfig") drop_storage(item["spec"]["template"]["spec"], "volumes");
  }
  if (Json* environment = object_in(project, "ConfigMap", "system-environment")) {
    for (const auto& [key, value] : settings) (*environment)["data"][key] = value;
  }
  project["items"].push_back(
      {{"apiVersion", "v1"},
       {"kind", "Secret"},
       {"metadata", {{"name", "aws-auth"}}},
       {"type", "Opaque"},
       {"data",
        {{"AWS_ACCESS_KEY_ID", encode_base64("key-id")}, {"AWS_SECRET_ACCESS_KEY", encode_base64("hidden-word")}}}});
}

// For evaluation: nothing is asked for, nothing limited.
inline void make_evaluation(Json& project, const std::string& /*version*/) {
  for_each_container(project, [](const std::string&, Json& container) {
    if (container.contains("resources")) container["resources"] = Json::object();
  });
}

// The database is Oracle's, outside; the application's image is built in the project.
inline void make_oracle(Json& project, const std::string& version) {
  remove_mysql(project);
  use_database(project, kOracleOutside);
  const std::string base = "amp-system:" + version + (version == "2.6" ? "" : ".0");
  project["items"].push_back(
      {{"apiVersion", "build.openshift.io/v1"},
       {"kind", "BuildConfig"},
       {"metadata", {{"name", "3scale-amp-system-oracle"}}},
       {"spec",
        {{"source", {{"type", "Binary"}}},
         {"strategy",
          {{"type", "Docker"}, {"dockerStrategy", {{"from", {{"kind", "ImageStreamTag"}, {"name", base}}}}}}},
         {"output", {{"to", {{"kind", "ImageStreamTag"}, {"name", "amp-system:latest"}}}}}}}});
}

// The application's database is a PostgreSQL that somebody put into the project.
inline void make_postgresql(Json& project, const std::string& /*version*/) {
  remove_mysql(project);
  use_database(project, kPostgresql);
  const Json labels = {{"deploymentConfig", "system-postgresql"}};
  const Json container = {{"name", "system-postgresql"},
                          {"image", "registry.example.net/postgresql:10"},
                          {"env", Json::array({{{"name", "POSTGRESQL_USER"}, {"value", "system"}}})}};
  project["items"].push_back(
      {{"apiVersion", "apps.openshift.io/v1"},
       {"kind", "DeploymentConfig"},
       {"metadata", {{"name", "system-postgresql"}}},
       {"spec",
        {{"replicas", 1},
         {"selector", labels},
         {"strategy", {{"type", "Recreate"}}},
         {"triggers", Json::array({{{"type", "ConfigChange"}}})},
         {"template", {{"metadata", {{"labels", labels}}}, {"spec", {{"containers", Json::array({container})}}}}}}}});
}

}  // namespace upshift::testing
