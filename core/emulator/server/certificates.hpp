// A certificate authority of the server's own, and the certificates it signs: one for the loopback addresses and one
// for each other host that a client asks for.
#pragma once

#include <memory>
#include <openssl/types.h>
#include <string>

#include "base/result.hpp"

namespace upshift::emulator::server {

class CertificateAuthority {
 public:
  // Certificates are good for so many days from now on; with a negative number they expired so many days ago.
  static Result<std::unique_ptr<CertificateAuthority>> make(int valid_days);
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  // Its own certificate, PEM.
  const std::string& certificate() const;
  // Lets a server's context present its certificates, by the name that the client gives (SNI). Must outlive the
  // context.
  Status equip(SSL_CTX* context);

 private:
  struct State;
  explicit CertificateAuthority(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace upshift::emulator::server
