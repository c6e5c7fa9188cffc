// What an exchange asks of libcurl.
#include <algorithm>
#include <filesystem>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "cluster/http/authorities.hpp"
#include "cluster/http/exchange.hpp"

namespace upshift::cluster::http {
namespace {

constexpr long kKeepIdleSeconds = 30;
constexpr unsigned int kDeadPeerMilliseconds = 30'000;

curl_blob borrowed(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
}

// The system's authorities as a directory in which OpenSSL finds the one that it needs by name, where there is such a
// directory. Reading the file with all of them costs tens of milliseconds on every connection.
bool has_directory_of_authorities() {
  static const bool kHas = [] {
    const curl_version_info_data* const facts = curl_version_info(CURLVERSION_NOW);
    if (facts->age < CURLVERSION_SEVENTH || facts->capath == nullptr) return false;
    std::error_code problem;
    const std::filesystem::directory_iterator entries(facts->capath, problem);
    return std::any_of(begin(entries), end(entries),
                       [](const auto& entry) { return entry.path().extension() == ".0"; });
  }();
  return kHas;
}

// A bare machine has no file of authorities either, and libcurl refuses to name one that is not there.
bool lacks_file_of_authorities() {
  static const bool kLacks = [] {
    const curl_version_info_data* const facts = curl_version_info(CURLVERSION_NOW);
    std::error_code problem;
    return facts->age < CURLVERSION_SEVENTH || facts->cainfo == nullptr ||
           !std::filesystem::exists(facts->cainfo, problem);
  }();
  return kLacks;
}

bool is_read(const Request& request) {
  return request.method == "GET";
}

}  // namespace

Exchange::Exchange(const Destination& destination, Request request, Credential credential, BodySink sink)
    : destination_(destination),
      request_(std::move(request)),
      credential_(std::move(credential)),
      sink_(std::move(sink)) {
  configure();
}

void Exchange::configure() {
  set(CURLOPT_ERRORBUFFER, words_.data());
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_QUICK_EXIT, 1L);
  // It sends with MSG_NOSIGNAL; without this it would change the process' signals around each of its turns.
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, "upshift");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_TCP_KEEPIDLE, kKeepIdleSeconds);
  set(CURLOPT_TCP_KEEPINTVL, 10L);
  set(CURLOPT_SOCKOPTFUNCTION, &Exchange::on_socket);
  set(CURLOPT_SOCKOPTDATA, this);
  // The exchange's own deadline is the one that counts; libcurl's would cut a connect short at 5 minutes.
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(destination_.options.timeouts.connect.count()) * 2);
  set(CURLOPT_PREREQFUNCTION, &Exchange::on_ready);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Exchange::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Exchange::on_body);
  set(CURLOPT_WRITEDATA, this);
  configure_url();
  configure_trust();
  configure_proxy();
  configure_body();
  configure_headers();
}

void Exchange::configure_url() {
  const Endpoint& server = destination_.server;
  // The name to verify stands in the URL, and the connection goes to the server's address all the same.
  Endpoint named = server;
  if (const auto& name = destination_.access.tls_server_name; !name.empty()) {
    named.host = name;
    append(connect_to_, named.authority() + ":" + server.authority());
  } else if (const auto& address = destination_.connect_to; !address.empty()) {
    const bool has_port = !address.ends_with(']') && address.find(':') != std::string::npos;
    append(connect_to_, "::" + address + (has_port ? "" : ":"));
  }
  if (connect_to_) set(CURLOPT_CONNECT_TO, connect_to_.get());
  const std::string url = server.scheme + "://" + named.authority() + target_of(server, request_);
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PATH_AS_IS, 1L);
}

void Exchange::configure_trust() {
  const Access& access = destination_.access;
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, access.skip_tls_verify ? 0L : 1L);
  set(CURLOPT_SSL_VERIFYHOST, access.skip_tls_verify ? 0L : 2L);
  const bool asks_system = access.certificate_authority.empty() || destination_.trusts_system_too;
  if (asks_system && (has_directory_of_authorities() || lacks_file_of_authorities())) {
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
  }
  if (!access.certificate_authority.empty() && destination_.trusts_system_too) {
    set(CURLOPT_SSL_CTX_FUNCTION, &Exchange::on_tls);
    set(CURLOPT_SSL_CTX_DATA, this);
  } else if (!access.certificate_authority.empty()) {
    curl_blob authority = borrowed(access.certificate_authority);
    set(CURLOPT_CAINFO_BLOB, &authority);
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (credential_.certificate.empty()) return;
  curl_blob certificate = borrowed(credential_.certificate);
  curl_blob key = borrowed(credential_.key);
  set(CURLOPT_SSLCERTTYPE, "PEM");
  set(CURLOPT_SSLCERT_BLOB, &certificate);
  set(CURLOPT_SSLKEYTYPE, "PEM");
  set(CURLOPT_SSLKEY_BLOB, &key);
  // An encrypted key is refused; without a passphrase libcurl would ask at the terminal or crash.
  set(CURLOPT_KEYPASSWD, "");
}

void Exchange::configure_proxy() {
  set(CURLOPT_NOPROXY, "");
  set(CURLOPT_PROXY, destination_.access.proxy_url.c_str());  // "": none, whatever the environment says
  set(CURLOPT_HTTPPROXYTUNNEL, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void Exchange::configure_body() {
  if (!sink_) set(CURLOPT_ACCEPT_ENCODING, "gzip");
  const bool has_body = !request_.body.is_null();
  const bool as_it_is = request_.body.is_string() && request_.content_type == kFormType;
  if (has_body) body_to_send_ = as_it_is ? request_.body.get<std::string>() : to_text(request_.body);
  request_.body = nullptr;
  if (has_body || request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH") {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_to_send_.size()));
    set(CURLOPT_POSTFIELDS, body_to_send_.c_str());
  }
  if (!is_read(request_) || has_body) set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

bool Exchange::names_header(std::string_view lower_case_name) const {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; };
  const auto& headers = destination_.access.headers;
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
    return std::equal(header.first.begin(), header.first.end(), lower_case_name.begin(), lower_case_name.end(), same);
  });
}

void Exchange::append(List& list, const std::string& line) const {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return;
  static_cast<void>(list.release());
  list.reset(longer);
}

void Exchange::configure_headers() {
  if (!names_header("accept")) append(headers_to_send_, "Accept: application/json, */*");
  append(headers_to_send_, "Expect:");
  if (!names_header("content-type") && !(is_read(request_) && body_to_send_.empty())) {
    append(headers_to_send_,
           request_.content_type.empty() ? "Content-Type: application/json" : "Content-Type: " + request_.content_type);
  }
  if (!destination_.access.tls_server_name.empty()) {
    append(headers_to_send_, "Host: " + destination_.server.authority());
  }
  if (!credential_.authorization.empty()) append(headers_to_send_, "Authorization: " + credential_.authorization);
  for (const auto& [name, value] : destination_.access.headers) append(headers_to_send_, name + ": " + value);
  set(CURLOPT_HTTPHEADER, headers_to_send_.get());
}

CURLcode Exchange::on_tls(CURL*, void* tls, void* self) {
  const auto& exchange = *static_cast<Exchange*>(self);
  X509_STORE* store = SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(tls));
  return add_authorities(store, exchange.destination_.access.certificate_authority) ? CURLE_OK
                                                                                    : CURLE_SSL_CACERT_BADFILE;
}

// A peer that acknowledges nothing is given up by the kernel, so that no request is put on a dead connection for long.
int Exchange::on_socket(void* self, curl_socket_t socket, curlsocktype) {
  static_cast<Exchange*>(self)->socket_ = socket;
  const unsigned int limit = kDeadPeerMilliseconds;
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
  return CURL_SOCKOPT_OK;
}

// Before the request goes onto a connection. libcurl sends again by itself when a kept connection turns out to be
// closed; for a read that is welcome, a change might then be made twice.
int Exchange::on_ready(void* self, char*, char*, int, int) {
  auto& exchange = *static_cast<Exchange*>(self);
  if (exchange.times_sent_ > 0 && !is_read(exchange.request_)) return CURL_PREREQFUNC_ABORT;
  ++exchange.times_sent_;
  exchange.moved_ = Steady::now();
  return CURL_PREREQFUNC_OK;
}

}  // namespace upshift::cluster::http
