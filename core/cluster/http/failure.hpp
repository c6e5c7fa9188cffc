// Why no answer came, in words for people.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace upshift::cluster::http {

// Who was asked: decides which settings the advice names.
enum class Peer { kApiServer, kProduct };

// What is known of a request that got no answer.
struct LostRequest {
  std::string what;    // "PATCH /api/v1/…", "exec in pod system-app-1"
  std::string server;  // "https://host:6443"
  std::string host;
  std::string proxy;  // "host:port"; "" for none
  bool sent = false;  // something of it may have reached the server
  Peer peer = Peer::kApiServer;
};

enum class LossReason {
  kCannotResolve,
  kCannotResolveProxy,
  kRefused,
  kUnreachable,
  kProxyRefused,    // it could not be reached, or answered with something else than a tunnel
  kTlsHandshake,    // no common protocol, or the other side speaks no TLS
  kOwnCertificate,  // the client's certificate or key cannot be used
  kOwnAuthority,    // the certificate authority to trust cannot be used
  kConnectTimeout,
  kFirstByteTimeout,
  kSilenceTimeout,
  kNoAnswer,   // the connection was closed before an answer
  kTruncated,  // in the middle of an answer
  kTooLarge,
  kUnreadable,  // the answer is not HTTP, or JSON that does not parse
};

// `note` is added to the summary: numbers, or a library's words on it.
Error lost(const LostRequest& request, LossReason reason, const std::string& note = {});

// A proxy's answer to CONNECT that is not 200, as a note for kProxyRefused.
std::string proxy_answer(long status);

// The server's certificate does not prove it. `verify_result` is OpenSSL's (X509_V_…), 0 where the certificate is valid
// but names other hosts.
Error untrusted(const LostRequest& request, long verify_result);

}  // namespace upshift::cluster::http
