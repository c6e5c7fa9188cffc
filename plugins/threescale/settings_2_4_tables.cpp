// Which object has which key, and which variable of which container reads it.
#include <array>

#include "threescale/settings_2_4.hpp"

namespace upshift::threescale {
namespace {

constexpr SettingKey kSystemEnvironmentKeys[] = {{"AMP_RELEASE", "2.4.0"},
                                                 {"APICAST_REGISTRY_URL", "http://apicast-staging:8090/policies"},
                                                 {"FORCE_SSL", "true"},
                                                 {"PROVIDER_PLAN", "enterprise"},
                                                 {"RAILS_ENV", "production"},
                                                 {"RAILS_LOG_LEVEL", "info"},
                                                 {"RAILS_LOG_TO_STDOUT", "true"},
                                                 {"SSL_CERT_DIR", "/etc/pki/tls/certs"},
                                                 {"THINKING_SPHINX_PORT", "9306"},
                                                 {"THREESCALE_SANDBOX_PROXY_OPENSSL_VERIFY_MODE", "VERIFY_NONE"},
                                                 {"THREESCALE_SUPERDOMAIN", nullptr},
                                                 {"FILE_UPLOAD_STORAGE", nullptr, true},
                                                 {"AWS_BUCKET", nullptr, true},
                                                 {"AWS_REGION", nullptr, true}};
constexpr SettingKey kBackendEnvironmentKeys[] = {{"RACK_ENV", "production"}};
constexpr SettingKey kApicastEnvironmentKeys[] = {
    {"APICAST_MANAGEMENT_API", "status"}, {"APICAST_RESPONSE_CODES", "true"}, {"OPENSSL_VERIFY", "false"}};

constexpr SettingKey kSystemDatabaseKeys[] = {{"URL", nullptr}};
constexpr SettingKey kSystemRedisKeys[] = {{"URL", "redis://system-redis:6379/1"}};
constexpr SettingKey kBackendRedisKeys[] = {{"REDIS_STORAGE_URL", "redis://backend-redis:6379/0"},
                                            {"REDIS_QUEUES_URL", "redis://backend-redis:6379/1"},
                                            {"REDIS_STORAGE_SENTINEL_HOSTS", ""},
                                            {"REDIS_STORAGE_SENTINEL_ROLE", ""},
                                            {"REDIS_QUEUES_SENTINEL_HOSTS", ""},
                                            {"REDIS_QUEUES_SENTINEL_ROLE", ""}};
constexpr SettingKey kApicastRedisKeys[] = {{"PRODUCTION_URL", "redis://system-redis:6379/1"},
                                            {"STAGING_URL", "redis://system-redis:6379/2"}};
constexpr SettingKey kInternalApiKeys[] = {{"username", nullptr}, {"password", nullptr}};
constexpr SettingKey kBackendListenerKeys[] = {{"route_endpoint", nullptr},
                                               {"service_endpoint", "http://backend-listener:3000"}};
constexpr SettingKey kSystemAppKeys[] = {{"SECRET_KEY_BASE", nullptr}};
constexpr SettingKey kEventsHookKeys[] = {{"URL", "http://system-master:3000/master/events/import"},
                                          {"PASSWORD", nullptr}};
constexpr SettingKey kMasterApicastKeys[] = {
    {"ACCESS_TOKEN", nullptr}, {"BASE_URL", nullptr}, {"PROXY_CONFIGS_ENDPOINT", nullptr}};
constexpr SettingKey kMemcacheKeys[] = {{"SERVERS", "system-memcache:11211"}};
constexpr SettingKey kRecaptchaKeys[] = {{"PUBLIC_KEY", ""}, {"PRIVATE_KEY", ""}};
constexpr SettingKey kSeedKeys[] = {
    {"ADMIN_ACCESS_TOKEN", nullptr}, {"ADMIN_PASSWORD", nullptr}, {"ADMIN_USER", nullptr}, {"MASTER_DOMAIN", nullptr},
    {"MASTER_PASSWORD", nullptr},    {"MASTER_USER", nullptr},    {"TENANT_NAME", nullptr}};
constexpr SettingKey kAwsKeys[] = {{"AWS_ACCESS_KEY_ID", nullptr, true}, {"AWS_SECRET_ACCESS_KEY", nullptr, true}};

constexpr SettingsObject kObjects[] = {
    {"ConfigMap", "system-environment", "system", kSystemEnvironmentKeys},
    {"ConfigMap", "backend-environment", "backend", kBackendEnvironmentKeys},
    {"ConfigMap", "apicast-environment", "apicast", kApicastEnvironmentKeys},
    {"Secret", "system-database", "system", kSystemDatabaseKeys},
    {"Secret", "system-redis", "system", kSystemRedisKeys},
    {"Secret", "backend-redis", "backend", kBackendRedisKeys},
    {"Secret", "apicast-redis", "apicast", kApicastRedisKeys},
    {"Secret", "backend-internal-api", "backend", kInternalApiKeys},
    {"Secret", "backend-listener", "backend", kBackendListenerKeys},
    {"Secret", "system-app", "system", kSystemAppKeys},
    {"Secret", "system-events-hook", "system", kEventsHookKeys},
    {"Secret", "system-master-apicast", "system", kMasterApicastKeys},
    {"Secret", "system-memcache", "system", kMemcacheKeys},
    {"Secret", "system-recaptcha", "system", kRecaptchaKeys},
    {"Secret", "system-seed", "system", kSeedKeys},
    {"Secret", "aws-auth", "system", kAwsKeys},
};

constexpr Env of_environment(std::string_view name) {
  return {name, Source::kConfigMap, "system-environment", name};
}
constexpr Env of_secret(std::string_view name, std::string_view secret, std::string_view key) {
  return {name, Source::kSecret, secret, key};
}

// What system-app's containers and its pre hook and system-sidekiq share.
constexpr std::array kSystem = {
    of_environment("AMP_RELEASE"),
    of_environment("APICAST_REGISTRY_URL"),
    of_environment("FORCE_SSL"),
    of_environment("PROVIDER_PLAN"),
    of_environment("RAILS_ENV"),
    of_environment("RAILS_LOG_LEVEL"),
    of_environment("RAILS_LOG_TO_STDOUT"),
    of_environment("SSL_CERT_DIR"),
    of_environment("THINKING_SPHINX_PORT"),
    of_environment("THREESCALE_SANDBOX_PROXY_OPENSSL_VERIFY_MODE"),
    of_environment("THREESCALE_SUPERDOMAIN"),
    of_secret("DATABASE_URL", "system-database", "URL"),
    of_secret("MASTER_DOMAIN", "system-seed", "MASTER_DOMAIN"),
    of_secret("MASTER_USER", "system-seed", "MASTER_USER"),
    of_secret("MASTER_PASSWORD", "system-seed", "MASTER_PASSWORD"),
    of_secret("TENANT_NAME", "system-seed", "TENANT_NAME"),
    of_secret("ADMIN_ACCESS_TOKEN", "system-seed", "ADMIN_ACCESS_TOKEN"),
    of_secret("USER_LOGIN", "system-seed", "ADMIN_USER"),
    of_secret("USER_PASSWORD", "system-seed", "ADMIN_PASSWORD"),
    of_secret("APICAST_ACCESS_TOKEN", "system-master-apicast", "ACCESS_TOKEN"),
    of_secret("EVENTS_SHARED_SECRET", "system-events-hook", "PASSWORD"),
    of_secret("APICAST_BACKEND_ROOT_ENDPOINT", "backend-listener", "route_endpoint"),
    of_secret("BACKEND_ROUTE", "backend-listener", "route_endpoint"),
    of_secret("CONFIG_INTERNAL_API_USER", "backend-internal-api", "username"),
    of_secret("CONFIG_INTERNAL_API_PASSWORD", "backend-internal-api", "password"),
    of_secret("SECRET_KEY_BASE", "system-app", "SECRET_KEY_BASE"),
    of_secret("RECAPTCHA_PUBLIC_KEY", "system-recaptcha", "PUBLIC_KEY"),
    of_secret("RECAPTCHA_PRIVATE_KEY", "system-recaptcha", "PRIVATE_KEY"),
    of_secret("REDIS_URL", "system-redis", "URL"),
    of_secret("MEMCACHE_SERVERS", "system-memcache", "SERVERS"),
    of_secret("BACKEND_REDIS_URL", "backend-redis", "REDIS_STORAGE_URL"),
};
// What a template with file storage in S3 has besides.
constexpr std::array kFileStorage = {
    of_environment("FILE_UPLOAD_STORAGE"),
    of_environment("AWS_BUCKET"),
    of_environment("AWS_REGION"),
    of_secret("AWS_ACCESS_KEY_ID", "aws-auth", "AWS_ACCESS_KEY_ID"),
    of_secret("AWS_SECRET_ACCESS_KEY", "aws-auth", "AWS_SECRET_ACCESS_KEY"),
};
constexpr std::array kSidekiqCheck = {of_secret("REDIS_URL", "system-redis", "URL")};
constexpr std::array kSphinx = {of_environment("RAILS_ENV"), of_secret("DATABASE_URL", "system-database", "URL")};
constexpr std::array kBackend = {
    of_secret("CONFIG_REDIS_PROXY", "backend-redis", "REDIS_STORAGE_URL"),
    of_secret("CONFIG_REDIS_SENTINEL_HOSTS", "backend-redis", "REDIS_STORAGE_SENTINEL_HOSTS"),
    of_secret("CONFIG_REDIS_SENTINEL_ROLE", "backend-redis", "REDIS_STORAGE_SENTINEL_ROLE"),
    of_secret("CONFIG_QUEUES_MASTER_NAME", "backend-redis", "REDIS_QUEUES_URL"),
    of_secret("CONFIG_QUEUES_SENTINEL_HOSTS", "backend-redis", "REDIS_QUEUES_SENTINEL_HOSTS"),
    of_secret("CONFIG_QUEUES_SENTINEL_ROLE", "backend-redis", "REDIS_QUEUES_SENTINEL_ROLE"),
    Env{"RACK_ENV", Source::kConfigMap, "backend-environment", "RACK_ENV"},
};
constexpr std::array kListener = {of_secret("CONFIG_INTERNAL_API_USER", "backend-internal-api", "username"),
                                  of_secret("CONFIG_INTERNAL_API_PASSWORD", "backend-internal-api", "password")};
constexpr std::array kWorker = {of_secret("CONFIG_EVENTS_HOOK", "system-events-hook", "URL"),
                                of_secret("CONFIG_EVENTS_HOOK_SHARED_SECRET", "system-events-hook", "PASSWORD")};
constexpr std::array kBackendInit = {of_secret("CONFIG_QUEUES_MASTER_NAME", "backend-redis", "REDIS_QUEUES_URL")};
constexpr std::array kApicast = {
    of_secret("THREESCALE_PORTAL_ENDPOINT", "system-master-apicast", "PROXY_CONFIGS_ENDPOINT"),
    of_secret("BACKEND_ENDPOINT_OVERRIDE", "backend-listener", "service_endpoint"),
    Env{"APICAST_MANAGEMENT_API", Source::kConfigMap, "apicast-environment", "APICAST_MANAGEMENT_API"},
    Env{"OPENSSL_VERIFY", Source::kConfigMap, "apicast-environment", "OPENSSL_VERIFY"},
    Env{"APICAST_RESPONSE_CODES", Source::kConfigMap, "apicast-environment", "APICAST_RESPONSE_CODES"},
};
constexpr std::array kProductionRedis = {of_secret("REDIS_URL", "apicast-redis", "PRODUCTION_URL")};
constexpr std::array kStagingRedis = {of_secret("REDIS_URL", "apicast-redis", "STAGING_URL")};
constexpr std::array kRouter = {of_secret("API_HOST", "system-master-apicast", "BASE_URL")};
constexpr std::array kZyncInit = {of_secret("DATABASE_URL", "zync", "DATABASE_URL")};

// The first place of a DeploymentConfig is the one whose value counts where places differ.
constexpr std::array kSystemAppPlaces = {Place{kContainers, "system-provider"}, Place{kContainers, "system-master"},
                                         Place{kContainers, "system-developer"}, Place{kPreHook, ""}};
constexpr std::array kSidekiqPlace = {Place{kContainers, "system-sidekiq"}};
constexpr std::array kSidekiqCheckPlace = {Place{kInitContainers, "check-svc"}};
constexpr std::array kSphinxPlace = {Place{kContainers, "system-sphinx"}};
constexpr std::array kListenerPlace = {Place{kContainers, "backend-listener"}};
constexpr std::array kWorkerPlace = {Place{kContainers, "backend-worker"}};
constexpr std::array kCronPlace = {Place{kContainers, "backend-cron"}};
constexpr std::array kBackendInitPlace = {Place{kInitContainers, "backend-redis-svc"}};
constexpr std::array kProductionPlace = {Place{kContainers, "apicast-production"}};
constexpr std::array kStagingPlace = {Place{kContainers, "apicast-staging"}};
constexpr std::array kRouterPlace = {Place{kContainers, "apicast-wildcard-router"}};
constexpr std::array kZyncInitPlace = {Place{kInitContainers, "zync-db-svc"}};

constexpr Addition kSystemAppAdditions[] = {{kSystemAppPlaces, kSystem}};
constexpr Addition kSystemAppCarried[] = {{kSystemAppPlaces, kFileStorage}};
constexpr Addition kSidekiqCarried[] = {{kSidekiqPlace, kFileStorage}};
constexpr Addition kSidekiqAdditions[] = {{kSidekiqPlace, kSystem}, {kSidekiqCheckPlace, kSidekiqCheck}};
constexpr Addition kSphinxAdditions[] = {{kSphinxPlace, kSphinx}};
constexpr Addition kListenerAdditions[] = {{kListenerPlace, kBackend}, {kListenerPlace, kListener}};
constexpr Addition kWorkerAdditions[] = {
    {kWorkerPlace, kBackend}, {kWorkerPlace, kWorker}, {kBackendInitPlace, kBackendInit}};
constexpr Addition kCronAdditions[] = {{kCronPlace, kBackend}, {kBackendInitPlace, kBackendInit}};
constexpr Addition kProductionAdditions[] = {{kProductionPlace, kApicast}, {kProductionPlace, kProductionRedis}};
constexpr Addition kStagingAdditions[] = {{kStagingPlace, kApicast}, {kStagingPlace, kStagingRedis}};
constexpr Addition kRouterAdditions[] = {{kRouterPlace, kRouter}};
constexpr Addition kZyncAdditions[] = {{kZyncInitPlace, kZyncInit}};

// The tests for databases of 2.3 know hosts of the own project only; those of 2.4 ask the application's own code.
using Words = std::string_view;
constexpr Words kBackendCheckBefore[] = {
    "sh", "-c", "until $(echo -n > /dev/tcp/backend-redis/6379); do sleep $SLEEP_SECONDS; done"};
constexpr Words kBackendCheckAfter[] = {"/opt/app/entrypoint.sh", "sh", "-c",
                                        "until rake connectivity:redis_storage_queue_check; do sleep $SLEEP_SECONDS; "
                                        "done"};
constexpr Words kSidekiqCheckBefore[] = {
    "sh", "-c",
    "until $(echo -n > /dev/tcp/backend-redis/6379 && curl --output /dev/null --silent --fail --head "
    "http://system-master:3000/status && curl --output /dev/null --silent --head --fail "
    "http://zync:8080/status/ready); do sleep $SLEEP_SECONDS; done"};
constexpr Words kSidekiqCheckAfter[] = {
    "bash", "-c",
    "bundle exec sh -c \"until rake boot:redis && curl --output /dev/null --silent --fail --head "
    "http://system-master:3000/status; do sleep $SLEEP_SECONDS; done\""};
constexpr Words kZyncCheckBefore[] = {"sh", "-c",
                                      "until $(echo -n > /dev/tcp/zync-database/5432); do sleep $SLEEP_SECONDS; done"};
constexpr Words kZyncCheckAfter[] = {"bash", "-c",
                                     "bundle exec sh -c \"until rake boot:db; do sleep $SLEEP_SECONDS; done\""};

constexpr CommandChange kSidekiqCommands[] = {{kSidekiqCheckPlace[0], kSidekiqCheckBefore, kSidekiqCheckAfter}};
constexpr CommandChange kBackendCommands[] = {{kBackendInitPlace[0], kBackendCheckBefore, kBackendCheckAfter}};
constexpr CommandChange kZyncCommands[] = {{kZyncInitPlace[0], kZyncCheckBefore, kZyncCheckAfter}};
constexpr ValueChange kStagingValues[] = {{kStagingPlace[0], "THREESCALE_DEPLOYMENT_ENV", "sandbox", "staging"}};

constexpr DeploymentChange kChanges[] = {
    {"system-app", kSystemAppAdditions, {}, {}, kSystemAppCarried, true},
    {"system-sidekiq", kSidekiqAdditions, kSidekiqCommands, {}, kSidekiqCarried, true},
    {"system-sphinx", kSphinxAdditions},
    {"backend-listener", kListenerAdditions},
    {"backend-worker", kWorkerAdditions, kBackendCommands},
    {"backend-cron", kCronAdditions, kBackendCommands},
    {"apicast-production", kProductionAdditions},
    {"apicast-staging", kStagingAdditions, {}, kStagingValues},
    {"apicast-wildcard-router", kRouterAdditions},
    {"zync", kZyncAdditions, kZyncCommands},
};

}  // namespace

std::span<const SettingsObject> settings_objects() {
  return kObjects;
}

std::span<const DeploymentChange> changes_of_2_4() {
  return kChanges;
}

const DeploymentChange& change_of_2_4(std::string_view deployment_config) {
  for (const DeploymentChange& change : kChanges) {
    if (change.name == deployment_config) return change;
  }
  throw sdk::Failure(sdk::Status::kInternal, "2.4 changed nothing in " + std::string(deployment_config));
}

}  // namespace upshift::threescale
