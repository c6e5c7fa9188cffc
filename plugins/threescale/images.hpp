// The product's image streams and the images of each version, as the product's templates name them.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace upshift::threescale {

// One stream of the product in one version. tag: the stream's tag of that version, which `latest` follows.
struct Image {
  std::string_view stream;
  std::string_view version, tag;
  std::string_view registry, repository;
  std::string_view tag_title, latest_title;
};

inline constexpr std::string_view kOpenRegistry = "registry.access.redhat.com";
// Needs credentials; all images since 2.6 are there.
inline constexpr std::string_view kAuthenticatedRegistry = "registry.redhat.io";

// 2.3 takes images of earlier versions: the product rebuilt only its gateway for it.
inline constexpr std::array kImages = {
    Image{"amp-system", "2.3", "2.3.0", kOpenRegistry, "3scale-amp22/system", "AMP system 2.3.0",
          "AMP system (latest)"},
    Image{"amp-apicast", "2.3", "2.3.0", kOpenRegistry, "3scale-amp23/apicast-gateway", "AMP APIcast 2.3.0",
          "AMP APIcast (latest)"},
    Image{"amp-backend", "2.3", "2.3.0", kOpenRegistry, "3scale-amp22/backend", "amp-backend 2.3.0",
          "amp-backend (latest)"},
    Image{"amp-zync", "2.3", "2.3.0", kOpenRegistry, "3scale-amp22/zync", "AMP Zync 2.3.0", "AMP Zync (latest)"},
    Image{"amp-system", "2.4", "2.4.0", kOpenRegistry, "3scale-amp24/system", "AMP system 2.4.0",
          "AMP System (latest)"},
    Image{"amp-apicast", "2.4", "2.4.0", kOpenRegistry, "3scale-amp24/apicast-gateway", "AMP APIcast 2.4.0",
          "AMP APIcast (latest)"},
    Image{"amp-backend", "2.4", "2.4.0", kOpenRegistry, "3scale-amp24/backend", "amp-backend 2.4.0",
          "amp-backend (latest)"},
    Image{"amp-zync", "2.4", "2.4.0", kOpenRegistry, "3scale-amp24/zync", "AMP Zync 2.4.0", "AMP Zync (latest)"},
    Image{"amp-system", "2.5", "2.5.0", kOpenRegistry, "3scale-amp25/system", "AMP system 2.5.0",
          "AMP System (latest)"},
    Image{"amp-apicast", "2.5", "2.5.0", kOpenRegistry, "3scale-amp25/apicast-gateway", "AMP APIcast 2.5.0",
          "AMP APIcast (latest)"},
    Image{"amp-backend", "2.5", "2.5.0", kOpenRegistry, "3scale-amp25/backend", "amp-backend 2.5.0",
          "amp-backend (latest)"},
    Image{"amp-zync", "2.5", "2.5.0", kOpenRegistry, "3scale-amp25/zync", "AMP Zync 2.5.0", "AMP Zync (latest)"},
    Image{"postgresql", "2.5", "10", kOpenRegistry, "rhscl/postgresql-10-rhel7", "Zync 2.5 PostgreSQL", ""},
    Image{"amp-system", "2.6", "2.6", kAuthenticatedRegistry, "3scale-amp26/system", "AMP system 2.6",
          "AMP System (latest)"},
    Image{"amp-apicast", "2.6", "2.6", kAuthenticatedRegistry, "3scale-amp26/apicast-gateway", "AMP APIcast 2.6",
          "AMP APIcast (latest)"},
    Image{"amp-backend", "2.6", "2.6", kAuthenticatedRegistry, "3scale-amp26/backend", "amp-backend 2.6",
          "amp-backend (latest)"},
    Image{"amp-zync", "2.6", "2.6", kAuthenticatedRegistry, "3scale-amp26/zync", "AMP Zync 2.6", "AMP Zync (latest)"},
    Image{"zync-database-postgresql", "2.6", "2.6", kAuthenticatedRegistry, "rhscl/postgresql-10-rhel7",
          "Zync 2.6 PostgreSQL", "Zync PostgreSQL (latest)"},
    Image{"backend-redis", "2.6", "2.6", kAuthenticatedRegistry, "rhscl/redis-32-rhel7:3.2", "Backend 2.6 Redis",
          "Backend Redis (latest)"},
    Image{"system-redis", "2.6", "2.6", kAuthenticatedRegistry, "rhscl/redis-32-rhel7:3.2", "System 2.6 Redis",
          "System Redis (latest)"},
    Image{"system-memcached", "2.6", "2.6", kAuthenticatedRegistry, "3scale-amp20/memcached", "System 2.6 Memcached",
          "System Memcached (latest)"},
    Image{"system-mysql", "2.6", "2.6", kAuthenticatedRegistry, "rhscl/mysql-57-rhel7:5.7", "System 2.6 MySQL",
          "System MySQL (latest)"},
};

// The table's row. A stream that the version lacks is a mistake of the caller: it does not compile in a constant.
constexpr const Image& image_of(std::string_view stream, std::string_view version) {
  for (const Image& image : kImages) {
    if (image.stream == stream && image.version == version) return image;
  }
  throw "no such image";
}

// "registry.redhat.io/3scale-amp26/system"; another registry for a mirror of the product's own.
inline std::string reference(const Image& image, std::string_view registry) {
  return std::string(registry.empty() ? image.registry : registry) + "/" + std::string(image.repository);
}

}  // namespace upshift::threescale
