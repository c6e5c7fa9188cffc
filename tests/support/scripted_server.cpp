#include "support/scripted_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace upshift::testing {
namespace {

constexpr std::size_t kPiece = 16384;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int bound_socket(std::uint16_t& port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (descriptor < 0 || ::bind(descriptor, raw, size) != 0 || ::getsockname(descriptor, raw, &size) != 0) {
    throw std::runtime_error("cannot bind a port on loopback");
  }
  port = ntohs(address.sin_port);
  return descriptor;
}

class PlainWire : public Wire {
 public:
  explicit PlainWire(int descriptor) : descriptor_(descriptor) {}
  std::string read_some() override {
    std::array<char, kPiece> buffer{};
    const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }
  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void reset() override {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    const auto nowhere = sockaddr{AF_UNSPEC, {}};
    ::connect(descriptor_, &nowhere, sizeof nowhere);
  }
  void tunnel_to(std::uint16_t port) override {
    const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(port);
    bool open = ::connect(other, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (open) {
      std::array<pollfd, 2> polled{pollfd{descriptor_, POLLIN, 0}, pollfd{other, POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0) continue;
      open = pass_on(polled[0], other) && pass_on(polled[1], descriptor_);
    }
    ::close(other);
  }

 private:
  static bool pass_on(const pollfd& from, int to) {
    if (from.revents == 0) return true;
    std::array<char, kPiece> buffer{};
    const ssize_t count = ::recv(from.fd, buffer.data(), buffer.size(), 0);
    return count > 0 && ::send(to, buffer.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
  }

  int descriptor_;
};

class TlsWire final : public PlainWire {
 public:
  TlsWire(int descriptor, SSL* ssl) : PlainWire(descriptor), ssl_(ssl) {}
  ~TlsWire() override { SSL_free(ssl_); }
  bool shake_hands(int descriptor) { return SSL_set_fd(ssl_, descriptor) == 1 && SSL_accept(ssl_) == 1; }
  std::string client_name() const {
    const X509* certificate = SSL_get0_peer_certificate(ssl_);
    if (certificate == nullptr) return {};
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
    return name.data();
  }
  std::string read_some() override {
    std::array<char, kPiece> buffer{};
    const int count = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
    return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }
  bool write(std::string_view bytes) override {
    return bytes.empty() || SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  }

 private:
  SSL* ssl_;
};

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

SeenRequest parse_head(std::string_view head) {
  SeenRequest request;
  const auto line = head.substr(0, head.find("\r\n"));
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  request.method = line.substr(0, first);
  if (last > first) request.target = line.substr(first + 1, last - first - 1);
  while (true) {
    const auto end = head.find("\r\n");
    if (end == std::string_view::npos) return request;
    head.remove_prefix(end + 2);
    const auto header = head.substr(0, head.find("\r\n"));
    const auto colon = header.find(": ");
    if (colon == std::string_view::npos) continue;
    request.headers[lowered(std::string(header.substr(0, colon)))] = header.substr(colon + 2);
  }
}

}  // namespace

std::string SeenRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

void Wire::await_close() {
  while (!read_some().empty()) {
  }
}

void Wire::answer(int status, std::string_view body, const std::map<std::string, std::string>& headers,
                  std::string_view content_type) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\nContent-Type: " + std::string(content_type) +
                     "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  write(text + "\r\n" + std::string(body));
}

struct ScriptedServer::Tls {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  mutable std::mutex mutex;
  std::vector<std::string> offered;

  ~Tls() { SSL_CTX_free(context); }

  void use(const ServerOptions& options) {
    const auto memory = [](const std::string& pem) {
      return std::unique_ptr<BIO, int (*)(BIO*)>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    };
    X509* certificate = PEM_read_bio_X509(memory(options.identity->certificate).get(), nullptr, nullptr, nullptr);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(memory(options.identity->key).get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    SSL_CTX_set_alpn_select_cb(context, &Tls::select, this);
    if (options.client_authority.empty()) return;
    X509* authority = PEM_read_bio_X509(memory(options.client_authority).get(), nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
    X509_free(authority);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }

  // Notes what the client offers and takes HTTP/1.1 of it.
  static int select(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned int size, void* self) {
    auto& tls = *static_cast<Tls*>(self);
    const std::lock_guard lock(tls.mutex);
    bool found = false;
    for (unsigned int at = 0; at < size; at += in[at] + 1U) {
      const std::string name(reinterpret_cast<const char*>(in + at + 1), in[at]);
      tls.offered.push_back(name);
      if (name != "http/1.1") continue;
      *out = in + at + 1;
      *out_size = in[at];
      found = true;
    }
    return found ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
  }
};

struct ScriptedServer::Peer {
  int descriptor = -1;
  int number = 0;
  std::thread thread;
};

ScriptedServer::ScriptedServer(Script script, ServerOptions options)
    : script_(std::move(script)), options_(std::move(options)), listener_(bound_socket(port_)) {
  if (options_.identity) {
    tls_ = std::make_unique<Tls>();
    tls_->use(options_);
  }
  if (::listen(listener_, 64) != 0) throw std::runtime_error("cannot listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    for (const auto& peer : peers_) ::shutdown(peer.descriptor, SHUT_RDWR);
  }
  acceptor_.join();
  for (auto& peer : peers_) {
    peer.thread.join();
    ::close(peer.descriptor);
  }
  ::close(listener_);
}

std::string ScriptedServer::url(const std::string& host) const {
  return (options_.identity ? "https://" : "http://") + host + ":" + std::to_string(port_);
}

std::vector<SeenRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

std::vector<std::string> ScriptedServer::offered_protocols() const {
  const std::lock_guard lock(tls_->mutex);
  return tls_->offered;
}

std::vector<std::string> ScriptedServer::client_names() const {
  const std::lock_guard lock(mutex_);
  return client_names_;
}

void ScriptedServer::accept_all() {
  while (true) {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (stopping_ || descriptor < 0) {
      if (descriptor >= 0) ::close(descriptor);
      return;
    }
    auto& peer = peers_.emplace_back();
    peer.descriptor = descriptor;
    peer.number = ++connections_;
    peer.thread = std::thread([this, &peer] { serve(peer); });
  }
}

void ScriptedServer::serve(Peer& peer) {
  // OpenSSL writes without MSG_NOSIGNAL.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  std::unique_ptr<Wire> wire;
  if (options_.silent) {
    PlainWire(peer.descriptor).await_close();
  } else if (!options_.greeting.empty()) {
    PlainWire plain(peer.descriptor);
    plain.read_some();
    plain.write(options_.greeting);
  } else if (tls_) {
    auto secure = std::make_unique<TlsWire>(peer.descriptor, SSL_new(tls_->context));
    if (secure->shake_hands(peer.descriptor)) {
      const std::lock_guard lock(mutex_);
      if (auto name = secure->client_name(); !name.empty()) client_names_.push_back(std::move(name));
      wire = std::move(secure);
    }
    ERR_clear_error();
  } else {
    wire = std::make_unique<PlainWire>(peer.descriptor);
  }
  std::string buffer;
  while (wire && serve_one(*wire, buffer, peer.number)) {
  }
  wire.reset();
  ::shutdown(peer.descriptor, SHUT_RDWR);
}

bool ScriptedServer::serve_one(Wire& wire, std::string& buffer, int connection) {
  const auto fill_to = [&](auto is_enough) {
    while (!is_enough()) {
      const auto piece = wire.read_some();
      if (piece.empty()) return false;
      buffer += piece;
    }
    return true;
  };
  if (!fill_to([&] { return buffer.find("\r\n\r\n") != std::string::npos; })) return false;
  const auto end = buffer.find("\r\n\r\n");
  SeenRequest request = parse_head(std::string_view(buffer).substr(0, end));
  request.connection = connection;
  buffer.erase(0, end + 4);
  const auto length = request.header("content-length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  if (!fill_to([&] { return buffer.size() >= size; })) return false;
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(request);
  }
  return script_(wire, request);
}

std::uint16_t unused_port() {
  std::uint16_t port = 0;
  ::close(bound_socket(port));
  return port;
}

}  // namespace upshift::testing
