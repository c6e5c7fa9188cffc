#include "cluster/http/watches.hpp"

#include <fmt/format.h>

namespace upshift::cluster::http {
namespace {

void add_unless_named(Request& request, const std::string& name, std::string value) {
  if (request.query_value(name).empty()) request.query.emplace_back(name, std::move(value));
}

}  // namespace

Watches::~Watches() {
  for (auto& [id, watch] : open_) {
    if (watch.exchange) loop_.remove(*watch.exchange);
  }
}

WatchId Watches::start(Request request, Credential credential, WatchHandler handler) {
  request.method = "GET";
  add_unless_named(request, "watch", "true");
  add_unless_named(request, "allowWatchBookmarks", "true");
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(destination_.options.timeouts.watch).count();
  add_unless_named(request, "timeoutSeconds", std::to_string(seconds));
  const WatchId id = ++last_;
  Watch& watch = open_[id];
  watch.handler = std::make_shared<WatchHandler>(std::move(handler));
  const auto take = [this, id, &stream = watch.stream](std::string_view piece) {
    return stream.feed(piece, [this, id](WatchEvent event) { arrived_.push_back({id, std::move(event)}); });
  };
  watch.exchange = std::make_unique<Exchange>(destination_, std::move(request), std::move(credential), take);
  loop_.add(*watch.exchange);
  return id;
}

void Watches::stop(WatchId id) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  if (const auto& exchange = found->second.exchange) {
    loop_.remove(*exchange);
    on_end_(*exchange);
  }
  open_.erase(found);
}

Json Watches::last_status(Watch& watch) {
  Exchange& exchange = *watch.exchange;
  if (const auto& error = exchange.error()) {
    return stream_status(0, "ConnectionLost", fmt::format("{}. {}", error->summary, error->detail));
  }
  if (!watch.stream.problem().empty()) {
    return stream_status(0, "ConnectionLost",
                         fmt::format("{} {}: {}", exchange.request().path, "sent no events", watch.stream.problem()));
  }
  auto response = exchange.take_response();
  if (!response) return stream_status(0, "ConnectionLost", response.error().summary);
  if (response->ok()) return stream_status(0, "StreamEnded", "the server ended the watch");
  if (string_at(response->body, "/kind") == "Status" && int_at(response->body, "/code") == response->status) {
    return std::move(response->body);
  }
  return stream_status(
      response->status, "Refused",
      fmt::format("the server refused the watch of {} with HTTP {}", exchange.request().path, response->status));
}

void Watches::collect_ended() {
  for (auto& [id, watch] : open_) {
    if (!watch.exchange || !watch.exchange->finished()) continue;
    on_end_(*watch.exchange);
    if (!watch.stream.ended_by_error()) arrived_.push_back({id, {WatchEvent::Type::kError, last_status(watch)}});
    watch.exchange.reset();
  }
}

std::size_t Watches::deliver() {
  collect_ended();
  std::size_t delivered = 0;
  for (std::size_t left = arrived_.size(); left > 0 && !arrived_.empty(); --left) {
    Arrived arrived = std::move(arrived_.front());
    arrived_.pop_front();
    const auto found = open_.find(arrived.id);
    if (found == open_.end()) continue;  // stopped meanwhile
    const auto handler = found->second.handler;
    if (arrived.event.type == WatchEvent::Type::kError) stop(arrived.id);
    (*handler)(std::move(arrived.event));
    ++delivered;
  }
  return delivered;
}

}  // namespace upshift::cluster::http
