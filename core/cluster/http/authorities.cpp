#include "cluster/http/authorities.hpp"

#include <memory>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace upshift::cluster::http {

bool add_authorities(x509_store_st* store, std::string_view pem) {
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                   &BIO_free);
  int read = 0;
  bool added = true;
  while (const std::unique_ptr<X509, void (*)(X509*)> certificate{
      PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), &X509_free}) {
    ++read;
    if (store != nullptr) added = X509_STORE_add_cert(store, certificate.get()) == 1 && added;
  }
  // The end of the text looks like a certificate without a beginning; everything else is a certificate that is none.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return read > 0 && added && at_end;
}

}  // namespace upshift::cluster::http
