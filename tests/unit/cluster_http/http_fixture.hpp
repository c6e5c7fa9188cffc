// What the suites of cluster_http share.
#pragma once

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "cluster/http/credential.hpp"
#include "cluster/http/http_transport.hpp"
#include "support/certificates.hpp"
#include "support/scripted_server.hpp"

namespace upshift::cluster::http {

using testing::CertificateAuthority;
using testing::ScriptedServer;
using testing::SeenRequest;
using testing::ServerOptions;
using testing::Wire;

// Made once: keys cost more than the rest of a test.
inline const CertificateAuthority& authority() {
  static const CertificateAuthority one;
  return one;
}

inline ServerOptions over_tls(const testing::IdentityOptions& identity = {}) {
  ServerOptions options;
  options.identity = authority().issue(identity);
  return options;
}

inline Access access_to(const ScriptedServer& server) {
  Access access;
  access.server = server.url();
  access.name_space = "3scale";
  access.certificate_authority = authority().pem();
  return access;
}

inline Access with_token(Access access, const std::string& token) {
  Credential credential;
  credential.authorization = bearer(token);
  access.credentials = fixed_credential(std::move(credential));
  return access;
}

inline std::unique_ptr<HttpTransport> transport_to(Access access, HttpOptions options = {}) {
  auto transport = HttpTransport::create(std::move(access), std::move(options));
  if (!transport) throw std::runtime_error(transport.error().summary);
  return std::move(*transport);
}

inline Request get(const std::string& path) {
  return {"GET", path, {}, "", nullptr};
}

inline Request patch(const std::string& path) {
  return {"PATCH", path, {}, std::string(kMergePatch), {{"spec", {{"replicas", 2}}}}};
}

inline HttpOptions with_timeouts(Duration connect, Duration first_byte, Duration silence, Duration watch) {
  HttpOptions options;
  options.timeouts = {connect, first_byte, silence, watch};
  return options;
}

// Far away: a test that gets there has failed.
inline TimePoint some_time() {
  return SystemClock().now() + std::chrono::seconds(60);
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

inline std::string text_of(const Error& error) {
  return error.summary + " | " + error.detail;
}

constexpr std::string_view kNotSent = "The request was not sent.";
constexpr std::string_view kMayHaveActed = "It may have been acted on.";

}  // namespace upshift::cluster::http
