#include "emulator/server/certificates.hpp"

#include <cstdint>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace upshift::emulator::server {
namespace {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;

constexpr long kDay = 24L * 60 * 60;

struct Subject {
  const char* name;
  bool authority;
  long from, to;  // seconds from now
};

bool add_extension(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_extensions(X509* certificate, X509* issuer, bool authority) {
  if (authority) {
    return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
           add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign") &&
           add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
  }
  return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, issuer, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
}

// Signed by `issuer`, or by itself where that is null.
Certificate make_certificate(const Subject& subject, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate certificate(X509_new());
  std::uint32_t serial = 0;
  if (!certificate || RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return nullptr;
  X509* const raw = certificate.get();
  X509_set_version(raw, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(raw), static_cast<long>(serial >> 1U));
  X509_gmtime_adj(X509_getm_notBefore(raw), subject.from);
  X509_gmtime_adj(X509_getm_notAfter(raw), subject.to);
  X509_set_pubkey(raw, key);
  X509_NAME* const name = X509_get_subject_name(raw);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(subject.name), -1, -1, 0);
  X509* const signer = issuer != nullptr ? issuer : raw;
  X509_set_issuer_name(raw, X509_get_subject_name(signer));
  if (!add_extensions(raw, signer, subject.authority)) return nullptr;
  if (X509_sign(raw, issuer_key, EVP_sha256()) == 0) return nullptr;
  return certificate;
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
}

std::string pem_of(X509* certificate) {
  const Memory memory(BIO_new(BIO_s_mem()));
  return memory && PEM_write_bio_X509(memory.get(), certificate) == 1 ? text_of(memory.get()) : std::string{};
}

std::string pem_of(EVP_PKEY* key) {
  const Memory memory(BIO_new(BIO_s_mem()));
  const bool written =
      memory && PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  return written ? text_of(memory.get()) : std::string{};
}

}  // namespace

Result<Certificates> make_certificates(int valid_days) {
  const Key authority_key(EVP_EC_gen("P-256"));
  const Key server_key(EVP_EC_gen("P-256"));
  const auto broken = [] {
    return failure(StatusCode::kInternal, "cannot make a certificate for the emulator",
                   "OpenSSL refused; run without TLS.");
  };
  if (!authority_key || !server_key) return broken();
  const long days = valid_days;
  const Subject authority{"upshift emulator CA", true, -3650 * kDay, 3650 * kDay};
  const Subject server{"localhost", false, days < 0 ? (days - 1) * kDay : -kDay, days * kDay};
  const Certificate root = make_certificate(authority, authority_key.get(), nullptr, authority_key.get());
  if (!root) return broken();
  const Certificate leaf = make_certificate(server, server_key.get(), root.get(), authority_key.get());
  if (!leaf) return broken();
  Certificates out{pem_of(root.get()), pem_of(leaf.get()), pem_of(server_key.get())};
  if (out.authority.empty() || out.certificate.empty() || out.private_key.empty()) return broken();
  return out;
}

}  // namespace upshift::emulator::server
