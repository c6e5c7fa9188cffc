#include "cluster/http/failure.hpp"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>
#include <string_view>

namespace upshift::cluster::http {
namespace {

struct Words {
  StatusCode code;
  std::string_view what;
  std::string_view advice;
};

Words words_of(LossReason reason) {
  constexpr auto kUnavailable = StatusCode::kUnavailable;
  switch (reason) {
    case LossReason::kCannotResolve:
      return {kUnavailable, "its name cannot be resolved", "Check the server's address and the name service."};
    case LossReason::kCannotResolveProxy:
      return {kUnavailable, "the proxy's name cannot be resolved", "Check proxy-url and HTTPS_PROXY."};
    case LossReason::kRefused:
      return {kUnavailable, "the connection was refused", "Check address and port, and whether the API server runs."};
    case LossReason::kUnreachable:
      return {kUnavailable, "it cannot be reached", "Check the network and the server's address."};
    case LossReason::kProxyRefused:
      return {kUnavailable, "the proxy gave no connection", "Check proxy-url, HTTPS_PROXY and NO_PROXY."};
    case LossReason::kTlsHandshake:
      return {kUnavailable, "the TLS handshake failed",
              "Check whether the address and port are those of an API server."};
    case LossReason::kOwnCertificate:
      return {StatusCode::kInvalidArgument, "the client certificate or its key cannot be used",
              "Check client-certificate and client-key in the kubeconfig: PEM, and belonging together."};
    case LossReason::kOwnAuthority:
      return {StatusCode::kInvalidArgument, "the certificate authority to trust cannot be used",
              "Check certificate-authority in the kubeconfig or --certificate-authority: PEM certificates."};
    case LossReason::kConnectTimeout:
      return {kUnavailable, "there was no connection in time", "Check address, port and firewalls."};
    case LossReason::kFirstByteTimeout:
      return {kUnavailable, "no answer came in time", "Look at the health of the API server."};
    case LossReason::kSilenceTimeout:
      return {kUnavailable, "the answer stopped in the middle",
              "Look at the network and the health of the API server."};
    case LossReason::kNoAnswer:
      return {kUnavailable, "the connection was lost before an answer", "Look at the health of the API server."};
    case LossReason::kTruncated:
      return {kUnavailable, "the answer was cut off", "Look at the network and the health of the API server."};
    case LossReason::kTooLarge:
      return {StatusCode::kResourceExhausted, "the answer is too large", "Ask for less at a time."};
    case LossReason::kUnreadable:
      return {kUnavailable, "the answer cannot be read",
              "Look whether a proxy or another program answers in its place."};
  }
  return {kUnavailable, "no answer came", ""};
}

// What the advice of words_of() is for the product's own API, where it names another setting.
std::string_view advice_on_product(LossReason reason, std::string_view otherwise) {
  switch (reason) {
    case LossReason::kCannotResolve:
      return "Check the route's host, or give the router's address with --route-address.";
    case LossReason::kRefused:
    case LossReason::kUnreachable:
    case LossReason::kConnectTimeout:
      return "Check that the route is there and the router can be reached; --route-address names it.";
    case LossReason::kTlsHandshake:
      return "Check whether the address and port are those of the cluster's router.";
    case LossReason::kOwnAuthority:
      return "Check --route-certificate-authority: PEM certificates.";
    case LossReason::kProxyRefused:
    case LossReason::kCannotResolveProxy:
      return "Check HTTPS_PROXY and NO_PROXY.";
    case LossReason::kFirstByteTimeout:
    case LossReason::kNoAnswer:
    case LossReason::kSilenceTimeout:
    case LossReason::kTruncated:
      return "Look at the health of the pods behind the route.";
    default:
      return otherwise;
  }
}

std::string_view advice_of(const LostRequest& request, LossReason reason, std::string_view usual) {
  return request.peer == Peer::kProduct ? advice_on_product(reason, usual) : usual;
}

// The sentence that tells a caller whether looking it up is needed.
std::string_view fate(const LostRequest& request) {
  return request.sent ? "It may have been acted on." : "The request was not sent.";
}

Error compose(const LostRequest& request, StatusCode code, std::string_view what, std::string_view advice) {
  return {code,
          fmt::format("no answer from {} to {}: {}", request.server, request.what, what),
          fmt::format("{} {}", fate(request), advice),
          "",
          {},
          !request.sent};
}

}  // namespace

Error lost(const LostRequest& request, LossReason reason, const std::string& note) {
  const Words words = words_of(reason);
  std::string what(words.what);
  const bool of_proxy = reason == LossReason::kCannotResolveProxy || reason == LossReason::kProxyRefused;
  if (of_proxy) what += fmt::format(" ({})", request.proxy);
  if (!note.empty()) what += fmt::format(": {}", note);
  return compose(request, words.code, what, advice_of(request, reason, words.advice));
}

std::string proxy_answer(long status) {
  return fmt::format("it answered {}{}", status, status == 407 ? ", it wants a user name and a password" : "");
}

Error untrusted(const LostRequest& request, long verify_result) {
  constexpr auto kCode = StatusCode::kUnauthenticated;
  const bool of_product = request.peer == Peer::kProduct;
  switch (verify_result) {
    case X509_V_OK:
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return compose(request, kCode, fmt::format("its certificate is not for '{}'", request.host),
                     of_product
                         ? "Have the router's or the route's certificate cover this host."
                         : "Use a name that stands in the certificate, or set tls-server-name in the kubeconfig.");
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return compose(request, kCode, "its certificate has expired",
                     "Have the cluster's certificates renewed; check this machine's clock.");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return compose(request, kCode, "its certificate is not valid yet", "Check this machine's clock.");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return compose(request, kCode, "its certificate is signed by an authority that is not trusted",
                     of_product ? "Give the routes' own with --route-certificate-authority."
                                : "Give the cluster's own with --certificate-authority or in the kubeconfig.");
    default:
      return compose(request, kCode,
                     fmt::format("its certificate is not accepted: {}", X509_verify_cert_error_string(verify_result)),
                     "Have the cluster's certificates checked.");
  }
}

}  // namespace upshift::cluster::http
