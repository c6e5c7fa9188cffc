#include "emulator/server/watch_stream.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "emulator/server/request_attributes.hpp"
#include "emulator/server/subscription.hpp"

namespace upshift::emulator::server {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using cluster::WatchEvent;
using Time = std::chrono::steady_clock::time_point;
using Kind = HttpFault::Kind;

constexpr auto kBookmarkInterval = std::chrono::minutes(1);

std::string_view name_of(WatchEvent::Type type) {
  switch (type) {
    case WatchEvent::Type::kAdded:
      return "ADDED";
    case WatchEvent::Type::kModified:
      return "MODIFIED";
    case WatchEvent::Type::kDeleted:
      return "DELETED";
    case WatchEvent::Type::kBookmark:
      return "BOOKMARK";
    case WatchEvent::Type::kError:
      break;
  }
  return "ERROR";
}

class WatchStream {
 public:
  WatchStream(Host& host, Wire& wire, HttpStream& http, WatchPlan plan, std::optional<HttpFault> fault)
      : host_(host), wire_(wire), http_(http), plan_(std::move(plan)), fault_(std::move(fault)) {}

  awaitable<void> run() {
    Result<std::shared_ptr<Subscription>> opened = Subscription::open(host_, wire_, plan_.request);
    if (!opened) {
      co_await http_.write(refusal(500, "InternalError", opened.error().summary), false);
      co_return;
    }
    const std::shared_ptr<Subscription> subscription = std::move(*opened);
    co_await http_.start_stream("application/json");
    const Time end = plan_.timeout > Duration::zero() ? std::chrono::steady_clock::now() + plan_.timeout : Time::max();
    Time bookmark_due = std::chrono::steady_clock::now() + kBookmarkInterval;
    while (!ended_ && !subscription->client_gone() && std::chrono::steady_clock::now() < end) {
      if (fault_) co_await act_on_fault();
      if (ended_) break;
      co_await subscription->wait(plan_.bookmarks ? std::min(end, bookmark_due) : end);
      for (const WatchEvent& event : subscription->take()) {
        co_await tell(event);
        if (ended_) break;
      }
      if (!ended_ && plan_.bookmarks && std::chrono::steady_clock::now() >= std::min(end, bookmark_due)) {
        bookmark_due += kBookmarkInterval;
        const std::string line = bookmark();
        co_await http_.write_piece(line);
      }
    }
    if (wire_.socket().is_open() && !subscription->client_gone()) co_await http_.end_stream();
  }

 private:
  awaitable<void> tell(const WatchEvent& event) {
    if (fault_) co_await act_on_fault();
    if (ended_) co_return;
    std::string line = watch_line(event, plan_, host_.emulator.clock().now());
    if (fault_ && fault_->kind == Kind::kDuplicate) line += line;
    if (fault_ && fault_->kind == Kind::kTruncate) {
      line.resize(std::min(line.size() - 1, fault_->bytes));
      co_await http_.write_piece(line);
      wire_.cut();
      ended_ = true;
      co_return;
    }
    if (fault_ && fault_->kind == Kind::kSlow) {
      asio::steady_timer timer(wire_.get_executor(), fault_->delay);
      co_await timer.async_wait(use_awaitable);
    }
    co_await http_.write_piece(line);
    ++told_;
    if (event.type == WatchEvent::Type::kError) ended_ = true;
  }

  // Ends the stream where that is what the fault does and enough has been told.
  awaitable<void> act_on_fault() {
    if (told_ < fault_->events) co_return;
    if (fault_->kind == Kind::kCutWatch) {
      wire_.cut();
      ended_ = true;
    } else if (fault_->kind == Kind::kGone) {
      const WatchEvent gone{WatchEvent::Type::kError,
                            status_failure(410, "Expired", "too old resource version: this watch ends on demand").body};
      ended_ = true;
      const std::string line = watch_line(gone, plan_, host_.emulator.clock().now());
      co_await http_.write_piece(line);
    }
  }

  std::string bookmark() {
    HttpRequest request;
    request.path = plan_.request.path;
    const RequestAttributes attributes = attributes_of(request);
    const cluster::ResourceType* const type = cluster::find_resource(attributes.group, attributes.resource);
    const std::string version = std::to_string(host_.emulator.store().resource_version());
    const WatchEvent event{WatchEvent::Type::kBookmark,
                           {{"kind", type != nullptr ? type->kind : ""},
                            {"apiVersion", type != nullptr ? type->api_version() : ""},
                            {"metadata", {{"resourceVersion", version}, {"creationTimestamp", nullptr}}}}};
    return watch_line(event, plan_, host_.emulator.clock().now());
  }

  Host& host_;
  Wire& wire_;
  HttpStream& http_;
  WatchPlan plan_;
  std::optional<HttpFault> fault_;
  std::size_t told_ = 0;
  bool ended_ = false;
};

bool has_ended(const Json& pod) {
  const std::string phase = string_at(pod, "/status/phase");
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace

std::string watch_line(const WatchEvent& event, const WatchPlan& plan, TimePoint now) {
  Json object = event.object.tree();
  const bool tabular = plan.form == Form::kTable && event.type != WatchEvent::Type::kError;
  if (event.type != WatchEvent::Type::kError) {
    restore_version(plan.other_version, object);
    object = in_form(plan.form, object, plan.include_object, now);
  }
  if (tabular && event.type == WatchEvent::Type::kBookmark) object["rows"] = Json::array();
  // The type first, as servers write it.
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", name_of(event.type), to_text(object));
}

awaitable<void> stream_watch(Host& host, Wire& wire, HttpStream& http, WatchPlan plan, std::optional<HttpFault> fault) {
  WatchStream stream(host, wire, http, std::move(plan), std::move(fault));
  co_await stream.run();
}

awaitable<void> stream_log(Host& host, Wire& wire, HttpStream& http, LogPlan plan) {
  cluster::Request pods{"GET", cluster::collection_path(plan.pod.type, plan.pod.name_space), {}, "", nullptr};
  pods.query = {{"watch", "true"}, {"fieldSelector", "metadata.name=" + plan.pod.name}};
  const cluster::Response first = host.emulator.api().handle(plan.request);
  Result<std::shared_ptr<Subscription>> opened = Subscription::open(host, wire, pods);
  if (!first.ok() || !opened) {
    co_await http.write(to_http(first), false);
    co_return;
  }
  const std::shared_ptr<Subscription> subscription = std::move(*opened);
  std::string written = to_http(first).body;
  co_await http.start_stream("text/plain");
  co_await http.write_piece(written);
  while (!subscription->client_gone()) {
    const Json* const pod = host.emulator.store().get(plan.pod);
    const cluster::Response response = host.emulator.api().handle(plan.request);
    const std::string log = response.ok() ? to_http(response).body : written;
    if (log.size() > written.size() && log.starts_with(written)) {
      const std::string further = log.substr(written.size());
      written = log;
      co_await http.write_piece(further);
    }
    if (pod == nullptr || has_ended(*pod)) break;
    co_await subscription->wait(Time::max());
    subscription->take();
  }
  if (!subscription->client_gone()) co_await http.end_stream();
}

}  // namespace upshift::emulator::server
