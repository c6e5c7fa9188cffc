// The product's DeploymentConfigs: their containers, the image stream they follow, and the versions that have them.
#pragma once

#include <array>
#include <string_view>
#include <vector>

namespace upshift::threescale {

// stream: followed at its tag `latest`; empty where the version has a plain image. first, last: versions, "" for open.
struct Deployment {
  std::string_view name;
  std::string_view container;
  std::string_view stream;
  std::string_view first, last;
};

inline constexpr std::array kDeployments = {
    Deployment{"system-app", "system-provider", "amp-system", "", ""},
    Deployment{"system-sidekiq", "system-sidekiq", "amp-system", "", ""},
    Deployment{"system-sphinx", "system-sphinx", "amp-system", "", ""},
    Deployment{"system-resque", "system-resque", "amp-system", "", "2.3"},
    Deployment{"backend-listener", "backend-listener", "amp-backend", "", ""},
    Deployment{"backend-worker", "backend-worker", "amp-backend", "", ""},
    Deployment{"backend-cron", "backend-cron", "amp-backend", "", ""},
    Deployment{"apicast-staging", "apicast-staging", "amp-apicast", "", ""},
    Deployment{"apicast-production", "apicast-production", "amp-apicast", "", ""},
    Deployment{"apicast-wildcard-router", "apicast-wildcard-router", "amp-wildcard-router", "", "2.5"},
    Deployment{"zync", "zync", "amp-zync", "", ""},
    Deployment{"zync-que", "que", "amp-zync", "2.6", ""},
    // Its data directory is an emptyDir in every version: each rollout empties Zync's database.
    Deployment{"zync-database", "postgresql", "zync-database-postgresql", "", ""},
    Deployment{"system-mysql", "system-mysql", "system-mysql", "", ""},
    Deployment{"system-redis", "system-redis", "system-redis", "", ""},
    Deployment{"backend-redis", "backend-redis", "backend-redis", "", ""},
    // Its container and its stream have names of their own.
    Deployment{"system-memcache", "memcache", "system-memcached", "", ""},
};

// The DeploymentConfigs that follow a stream.
inline std::vector<std::string_view> followers(std::string_view stream) {
  std::vector<std::string_view> names;
  for (const Deployment& deployment : kDeployments) {
    if (deployment.stream == stream) names.push_back(deployment.name);
  }
  return names;
}

// The databases that are image streams' followers from 2.6 on, in the order in which they may restart.
inline constexpr std::array<std::string_view, 5> kDatabases = {"backend-redis", "system-redis", "system-memcache",
                                                               "system-mysql", "zync-database"};

constexpr const Deployment& deployment_of(std::string_view name) {
  for (const Deployment& deployment : kDeployments) {
    if (deployment.name == name) return deployment;
  }
  throw "no such DeploymentConfig";
}

}  // namespace upshift::threescale
