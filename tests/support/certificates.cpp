#include "support/certificates.hpp"

#include <atomic>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace upshift::testing {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("cannot make a test certificate: ") + what);
}

Key make_key() {
  Key key(EVP_EC_gen("P-256"));
  require(key != nullptr, "key");
  return key;
}

template <typename Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, Free> memory(BIO_new(BIO_s_mem()));
  require(write(memory.get()) == 1, "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Certificate make_certificate(const std::string& name, EVP_PKEY* key, std::chrono::seconds from,
                             std::chrono::seconds until) {
  static std::atomic<long> serial{1};
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), until.count());
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

std::string pem_of(X509* certificate) {
  return to_pem([certificate](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

}  // namespace

struct CertificateAuthority::State {
  Key key = make_key();
  Certificate certificate;
};

CertificateAuthority::CertificateAuthority(const std::string& name) : state_(std::make_unique<State>()) {
  state_->certificate =
      make_certificate(name, state_->key.get(), std::chrono::hours(-24 * 365), std::chrono::hours(24 * 365));
  X509* own = state_->certificate.get();
  X509_set_issuer_name(own, X509_get_subject_name(own));
  add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(own, own, NID_subject_key_identifier, "hash");
  require(X509_sign(own, state_->key.get(), EVP_sha256()) > 0, "signature");
}

CertificateAuthority::~CertificateAuthority() = default;

std::string CertificateAuthority::pem() const {
  return pem_of(state_->certificate.get());
}

Identity CertificateAuthority::issue(const IdentityOptions& options) const {
  const Key key = make_key();
  const Certificate certificate = make_certificate(options.name, key.get(), options.valid_from, options.valid_until);
  X509* issuer = state_->certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer));
  std::string names;
  for (const auto& host : options.hosts) names += (names.empty() ? "DNS:" : ",DNS:") + host;
  for (const auto& address : options.addresses) names += (names.empty() ? "IP:" : ",IP:") + address;
  if (!names.empty()) add_extension(certificate.get(), issuer, NID_subject_alt_name, names);
  add_extension(certificate.get(), issuer, NID_authority_key_identifier, "keyid");
  require(X509_sign(certificate.get(), state_->key.get(), EVP_sha256()) > 0, "signature");
  return {pem_of(certificate.get()), to_pem([&key](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace upshift::testing
