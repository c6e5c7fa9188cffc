// A certificate authority of the server's own, and a certificate for the loopback addresses signed by it.
#pragma once

#include <string>

#include "base/result.hpp"

namespace upshift::emulator::server {

// All PEM. The authority's key is not kept.
struct Certificates {
  std::string authority;
  std::string certificate;
  std::string private_key;
};

// The server certificate is good for so many days from now on; with a negative number it expired so many days ago.
Result<Certificates> make_certificates(int valid_days);

}  // namespace upshift::emulator::server
