// What 2.6 adds to the DeploymentConfigs of 2.5: environment variables and the keys they read.
#pragma once

#include <array>
#include <string_view>

#include "threescale/environment.hpp"

namespace upshift::hop_2_5_2_6 {

inline constexpr std::string_view kTo = "2.6";

using threescale::Addition;
using threescale::Env;
using threescale::Place;
using threescale::Source;

inline constexpr std::array kSecretSystemRedisKeys = {std::string_view{"URL"},
                                                      std::string_view{"NAMESPACE"},
                                                      std::string_view{"SENTINEL_HOSTS"},
                                                      std::string_view{"SENTINEL_ROLE"},
                                                      std::string_view{"MESSAGE_BUS_URL"},
                                                      std::string_view{"MESSAGE_BUS_NAMESPACE"},
                                                      std::string_view{"MESSAGE_BUS_SENTINEL_HOSTS"},
                                                      std::string_view{"MESSAGE_BUS_SENTINEL_ROLE"}};

// The guide calls the source "system-secret"; there is no such secret.
inline constexpr std::array kSystemRedis = {
    Env{"REDIS_NAMESPACE", Source::kSecret, "system-redis", "NAMESPACE"},
    Env{"REDIS_SENTINEL_HOSTS", Source::kSecret, "system-redis", "SENTINEL_HOSTS"},
    Env{"REDIS_SENTINEL_ROLE", Source::kSecret, "system-redis", "SENTINEL_ROLE"},
    Env{"MESSAGE_BUS_REDIS_URL", Source::kSecret, "system-redis", "MESSAGE_BUS_URL"},
    Env{"MESSAGE_BUS_REDIS_NAMESPACE", Source::kSecret, "system-redis", "MESSAGE_BUS_NAMESPACE"},
    Env{"MESSAGE_BUS_REDIS_SENTINEL_HOSTS", Source::kSecret, "system-redis", "MESSAGE_BUS_SENTINEL_HOSTS"},
    Env{"MESSAGE_BUS_REDIS_SENTINEL_ROLE", Source::kSecret, "system-redis", "MESSAGE_BUS_SENTINEL_ROLE"},
};
inline constexpr std::array kSystemRedisUrl = {
    Env{"REDIS_URL", Source::kSecret, "system-redis", "URL"},
};
inline constexpr std::array kSystemBackendRedis = {
    Env{"BACKEND_REDIS_SENTINEL_HOSTS", Source::kSecret, "backend-redis", "REDIS_STORAGE_SENTINEL_HOSTS"},
    Env{"BACKEND_REDIS_SENTINEL_ROLE", Source::kSecret, "backend-redis", "REDIS_STORAGE_SENTINEL_ROLE"},
};
// Later builds of 2.5 have them already.
inline constexpr std::array kBackendInit = {
    Env{"CONFIG_REDIS_PROXY", Source::kSecret, "backend-redis", "REDIS_STORAGE_URL"},
    Env{"CONFIG_REDIS_SENTINEL_HOSTS", Source::kSecret, "backend-redis", "REDIS_STORAGE_SENTINEL_HOSTS"},
    Env{"CONFIG_REDIS_SENTINEL_ROLE", Source::kSecret, "backend-redis", "REDIS_STORAGE_SENTINEL_ROLE"},
    Env{"CONFIG_QUEUES_SENTINEL_HOSTS", Source::kSecret, "backend-redis", "REDIS_QUEUES_SENTINEL_HOSTS"},
    Env{"CONFIG_QUEUES_SENTINEL_ROLE", Source::kSecret, "backend-redis", "REDIS_QUEUES_SENTINEL_ROLE"},
    Env{"RACK_ENV", Source::kConfigMap, "backend-environment", "RACK_ENV"},
};
// Without POD_NAME, Zync takes the pod's host name for it.
inline constexpr std::array kZyncPod = {
    Env{"POD_NAME", Source::kField, "", "metadata.name"},
    Env{"POD_NAMESPACE", Source::kField, "", "metadata.namespace"},
};

struct Annotation {
  std::string_view name, value;
};
inline constexpr std::array kZyncAnnotations = {Annotation{"prometheus.io/port", "9393"},
                                                Annotation{"prometheus.io/scrape", "true"}};

// Where the environment is extended.
inline constexpr std::array kSystemAppHook = {Place{threescale::kPreHook, ""}};
inline constexpr std::array kSystemAppContainers = {Place{threescale::kContainers, "system-master"},
                                                    Place{threescale::kContainers, "system-provider"},
                                                    Place{threescale::kContainers, "system-developer"}};
inline constexpr std::array kSidekiqInit = {Place{threescale::kInitContainers, "check-svc"}};
inline constexpr std::array kSidekiqContainer = {Place{threescale::kContainers, "system-sidekiq"}};
inline constexpr std::array kSphinxContainer = {Place{threescale::kContainers, "system-sphinx"}};
inline constexpr std::array kBackendInitContainer = {Place{threescale::kInitContainers, "backend-redis-svc"}};
inline constexpr std::array kZyncContainer = {Place{threescale::kContainers, "zync"}};

}  // namespace upshift::hop_2_5_2_6
