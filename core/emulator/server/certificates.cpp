#include "emulator/server/certificates.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
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
  std::string name;
  std::string alternatives;  // in OpenSSL's notation; "" for an authority
  long from, to;             // seconds from now
};

bool add_extension(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_extensions(X509* certificate, X509* issuer, const std::string& alternatives) {
  if (alternatives.empty()) {
    return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
           add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign") &&
           add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
  }
  return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, issuer, NID_subject_alt_name, alternatives.c_str());
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
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(subject.name.c_str()), -1,
                             -1, 0);
  X509* const signer = issuer != nullptr ? issuer : raw;
  X509_set_issuer_name(raw, X509_get_subject_name(signer));
  if (!add_extensions(raw, signer, subject.alternatives)) return nullptr;
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

// Whether a client's word is a host's name, and no more than that.
bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

constexpr std::size_t kKeptCertificates = 1000;
// The longest common name that X.509 allows.
constexpr std::size_t kLongestName = 64;

}  // namespace

struct CertificateAuthority::State {
  int valid_days = 0;
  Key own_key, server_key;
  Certificate own, loopback;
  std::string pem;
  std::map<std::string, Certificate, std::less<>> by_host;

  Certificate sign(const std::string& name, const std::string& alternatives) const {
    const long days = valid_days;
    const Subject subject{name.size() <= kLongestName ? name : "emulated host", alternatives,
                          days < 0 ? (days - 1) * kDay : -kDay, days * kDay};
    return make_certificate(subject, server_key.get(), own.get(), own_key.get());
  }

  X509* for_host(const char* host) {
    if (host == nullptr || !is_host_name(host) || std::string_view(host) == "localhost") return loopback.get();
    if (const auto known = by_host.find(host); known != by_host.end()) return known->second.get();
    if (by_host.size() == kKeptCertificates) by_host.clear();
    Certificate made = sign(host, std::string("DNS:") + host);
    if (!made) return loopback.get();
    return by_host.emplace(host, std::move(made)).first->second.get();
  }

  static int present(SSL* connection, void* state) {
    State& self = *static_cast<State*>(state);
    X509* const certificate = self.for_host(SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name));
    const bool set =
        SSL_use_certificate(connection, certificate) == 1 && SSL_use_PrivateKey(connection, self.server_key.get()) == 1;
    return set ? 1 : 0;
  }
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<State> state) : state_(std::move(state)) {}
CertificateAuthority::~CertificateAuthority() = default;

Result<std::unique_ptr<CertificateAuthority>> CertificateAuthority::make(int valid_days) {
  auto state = std::make_unique<State>();
  State& s = *state;
  s.valid_days = valid_days;
  s.own_key.reset(EVP_EC_gen("P-256"));
  s.server_key.reset(EVP_EC_gen("P-256"));
  if (s.own_key && s.server_key) {
    const Subject subject{"upshift emulator CA", {}, -3650 * kDay, 3650 * kDay};
    s.own = make_certificate(subject, s.own_key.get(), nullptr, s.own_key.get());
  }
  if (s.own) {
    s.pem = pem_of(s.own.get());
    s.loopback = s.sign("localhost", "DNS:localhost,IP:127.0.0.1,IP:::1");
  }
  if (s.pem.empty() || !s.loopback) {
    return failure(StatusCode::kInternal, "cannot make a certificate for the emulator",
                   "OpenSSL refused; run without TLS.");
  }
  return std::unique_ptr<CertificateAuthority>(new CertificateAuthority(std::move(state)));
}

const std::string& CertificateAuthority::certificate() const {
  return state_->pem;
}

Status CertificateAuthority::equip(SSL_CTX* context) {
  if (SSL_CTX_use_certificate(context, state_->loopback.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, state_->server_key.get()) != 1) {
    return failure(StatusCode::kInternal, "the emulator's certificate cannot be used",
                   "OpenSSL refused; run without TLS.");
  }
  SSL_CTX_set_cert_cb(context, State::present, state_.get());
  return {};
}

}  // namespace upshift::emulator::server
