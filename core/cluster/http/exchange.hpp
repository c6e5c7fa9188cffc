// One request on libcurl, from its first byte to its outcome.
#pragma once

#include <chrono>
#include <curl/curl.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cluster/http/endpoint.hpp"
#include "cluster/http/failure.hpp"
#include "cluster/http/http_transport.hpp"

namespace upshift::cluster::http {

using Steady = std::chrono::steady_clock;

// A body of this type is sent as the string that it is.
inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

// What all exchanges of a transport have in common. Outlives them.
struct Destination {
  Access access;
  Endpoint server;
  std::optional<Endpoint> proxy;
  HttpOptions options;
  // "HOST", "HOST:PORT": where the connection goes to, while the name in `server` is the one that is sent and verified.
  std::string connect_to = {};
  bool trusts_system_too = false;  // beside access.certificate_authority
  Peer peer = Peer::kApiServer;
};

// An answer as it came.
struct RawAnswer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
};

class Exchange {
 public:
  // Takes pieces of the body of a 2xx answer; false ends the exchange.
  using BodySink = std::function<bool(std::string_view)>;

  // A watch where `sink` is given: it may be silent for as long as watches may.
  Exchange(const Destination& destination, Request request, Credential credential, BodySink sink = {});
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  CURL* handle() const { return handle_.get(); }
  const Request& request() const { return request_; }

  // By when something has to happen.
  Steady::time_point deadline() const;
  // The end: libcurl's, or that the deadline has passed.
  void finish(CURLcode code);
  void give_up();
  bool finished() const { return finished_; }
  // Whether the sink has been given something since this was asked last.
  bool take_fed() { return std::exchange(fed_, false); }

  // After the end. nullopt: a whole answer came (for a watch: until the sink or the server ended it in order).
  const std::optional<Error>& error() const { return error_; }
  // The answer, once, by one of these two. UNAVAILABLE where it is declared as JSON and is not.
  Result<RawAnswer> take_raw();
  Result<Response> take_response();
  int status() const;
  bool sent() const { return times_sent_ > 0; }
  bool new_connection() const;
  std::uint64_t bytes_received() const;
  // For the log: without anything that may be secret.
  std::string summary() const;

 private:
  struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using List = std::unique_ptr<curl_slist, FreeList>;

  void configure();
  void configure_url();
  void configure_trust();
  void configure_proxy();
  void configure_body();
  void configure_headers();
  bool names_header(std::string_view lower_case_name) const;
  void append(List& list, const std::string& line) const;
  template <typename T>
  void set(CURLoption option, T value) const {
    curl_easy_setopt(handle_.get(), option, value);
  }
  template <typename T>
  T info(CURLINFO which) const {
    T value{};
    curl_easy_getinfo(handle_.get(), which, &value);
    return value;
  }

  static CURLcode on_tls(CURL*, void* tls, void* self);
  static int on_socket(void* self, curl_socket_t socket, curlsocktype purpose);
  static int on_ready(void* self, char*, char*, int, int);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  bool take_body(std::string_view piece);

  LostRequest description() const;
  Error error_of(CURLcode code) const;
  Error error_of_connecting(CURLcode code) const;
  Error timed_out() const;

  const Destination& destination_;
  Request request_;
  Credential credential_;
  BodySink sink_;
  std::string body_to_send_;
  std::array<char, CURL_ERROR_SIZE> words_{};
  List headers_to_send_;
  List connect_to_;

  Steady::time_point started_ = Steady::now();
  Steady::time_point moved_ = started_;  // when it last became ready to send or a piece of the answer came
  Steady::time_point ended_ = started_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;  // the last one opened for this exchange
  int times_sent_ = 0;
  bool answered_ = false;  // the first line of the answer has come
  bool too_large_ = false;
  bool ended_by_sink_ = false;
  bool finished_ = false;
  bool fed_ = false;
  Response response_;
  std::string body_;
  std::optional<Error> error_;
  // Last, so that it goes first: it points into the members above.
  std::unique_ptr<CURL, FreeHandle> handle_{curl_easy_init()};
};

}  // namespace upshift::cluster::http
