// Certificate authorities in PEM, for OpenSSL.
#pragma once

#include <string_view>

struct x509_store_st;

namespace upshift::cluster::http {

// Adds every certificate of `pem` to what `store` trusts; `store` may be null, to look only. False where there is none
// or one cannot be read.
bool add_authorities(x509_store_st* store, std::string_view pem);

}  // namespace upshift::cluster::http
