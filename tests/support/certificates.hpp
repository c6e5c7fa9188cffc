// A certificate authority that lives as long as a test: nothing of it is stored, so nothing of it can expire.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace upshift::testing {

struct Identity {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

struct IdentityOptions {
  std::string name = "test";
  std::vector<std::string> hosts = {"localhost"};
  std::vector<std::string> addresses = {"127.0.0.1"};
  std::chrono::seconds valid_from = std::chrono::hours(-1);  // from now
  std::chrono::seconds valid_until = std::chrono::hours(24);
};

class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& name = "upshift test authority");
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  std::string pem() const;
  Identity issue(const IdentityOptions& options = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace upshift::testing
