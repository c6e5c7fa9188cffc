#include "support/faulty_transport.hpp"

#include <array>
#include <fmt/format.h>

namespace upshift::testing {
namespace {

using cluster::Request;
using cluster::Response;
using cluster::WatchEvent;

constexpr Duration kPause = std::chrono::seconds(60);

struct Named {
  Fault fault;
  std::string_view name;
};
constexpr std::array kNames = {Named{Fault::kRefused, "refused"},
                               Named{Fault::kCutBefore, "cut before acting"},
                               Named{Fault::kCutAfter, "cut after acting"},
                               Named{Fault::kTruncated, "truncated body"},
                               Named{Fault::kUnauthorizedOnce, "401 once"},
                               Named{Fault::kUnauthorizedFromNow, "401 from now on"},
                               Named{Fault::kConflict, "409"},
                               Named{Fault::kExpired, "410"},
                               Named{Fault::kExpiredLater, "410 later"},
                               Named{Fault::kTooMany, "429"},
                               Named{Fault::kTooManyWithRetryAfter, "429 with Retry-After"},
                               Named{Fault::kErrorBefore, "500 before acting"},
                               Named{Fault::kErrorAfter, "500 after acting"},
                               Named{Fault::kUnavailable, "503"},
                               Named{Fault::kDelayed, "delayed"},
                               Named{Fault::kSlow, "slow body"},
                               Named{Fault::kTwice, "events twice"},
                               Named{Fault::kGoneFromNow, "gone from now on"}};

Json status_body(int code, std::string_view reason, std::string_view message) {
  return {{"kind", "Status"},   {"apiVersion", "v1"}, {"status", "Failure"},
          {"message", message}, {"reason", reason},   {"code", code}};
}

// The answer of an API server, where the fault is one.
std::optional<Response> answer_of(Fault fault) {
  const auto answer = [](int code, std::string_view reason, std::string_view message) {
    return Response{code, status_body(code, reason, message), {{"content-type", "application/json"}}};
  };
  switch (fault) {
    case Fault::kUnauthorizedOnce:
    case Fault::kUnauthorizedFromNow:
      return answer(401, "Unauthorized", "Unauthorized");
    case Fault::kConflict:
      return answer(409, "Conflict", "Operation cannot be fulfilled: the object has been modified");
    case Fault::kExpired:
    case Fault::kExpiredLater:
      return answer(410, "Expired", "too old resource version");
    case Fault::kTooMany:
      return answer(429, "TooManyRequests", "the server has received too many requests");
    case Fault::kTooManyWithRetryAfter: {
      auto response = answer(429, "TooManyRequests", "the server has received too many requests");
      response.headers["retry-after"] = "7";
      return response;
    }
    case Fault::kErrorBefore:
    case Fault::kErrorAfter:
      return answer(500, "InternalError", "Internal error occurred: etcdserver: request timed out");
    case Fault::kUnavailable:
      return answer(503, "ServiceUnavailable", "apiserver not ready");
    default:
      return std::nullopt;
  }
}

constexpr std::string_view kNotSent = "The request was not sent.";

// No whole answer came: in the words of the HTTP transport.
std::optional<Error> loss_of(Fault fault, const std::string& what) {
  const auto lost = [&what](std::string_view how, std::string_view fate) {
    return Error{StatusCode::kUnavailable,
                 fmt::format("no answer from https://api.test to {}: {}", what, how),
                 fmt::format("{} Look at the health of the API server.", fate),
                 "",
                 {},
                 fate == kNotSent};
  };
  switch (fault) {
    case Fault::kRefused:
    case Fault::kGoneFromNow:
      return lost("the connection was refused", kNotSent);
    case Fault::kCutBefore:
    case Fault::kCutAfter:
      return lost("the connection was lost before an answer", "It may have been acted on.");
    case Fault::kTruncated:
      return lost("the answer was cut off", "It may have been acted on.");
    default:
      return std::nullopt;
  }
}

bool acts_first(Fault fault) {
  return fault == Fault::kCutAfter || fault == Fault::kTruncated || fault == Fault::kErrorAfter ||
         fault == Fault::kSlow;
}

// The last part of the path, or the name of what is created.
std::string object_of(const Request& request) {
  const auto name = string_at(request.body, "/metadata/name");
  return request.method == "POST" && !name.empty() ? name : request.path.substr(request.path.rfind('/') + 1);
}

std::string host_of(const std::string& url) {
  const auto start = url.find("://") + 3;
  return url.substr(start, url.find('/', start) - start);
}

// What is asked for, without the condition on a version or uid under which it is.
std::string intent_of(Json body) {
  if (body.is_array()) {
    std::erase_if(body.get_ref<Json::array_t&>(),
                  [](const Json& operation) { return string_at(operation, "/path") == "/metadata/resourceVersion"; });
  } else if (body.is_object()) {
    body.erase("preconditions");
    if (const auto metadata = body.find("metadata"); metadata != body.end() && metadata->is_object()) {
      metadata->erase("resourceVersion");
    }
  }
  return body.is_null() ? "" : to_text(body);
}

}  // namespace

std::string_view to_string(Fault fault) {
  return std::find_if(kNames.begin(), kNames.end(), [&](const Named& each) { return each.fault == fault; })->name;
}

std::span<const Fault> all_faults() {
  static const std::vector<Fault> kAll = [] {
    std::vector<Fault> all;
    for (const Named& each : kNames) all.push_back(each.fault);
    return all;
  }();
  return kAll;
}

bool applies(Fault fault, const Call& call) {
  if (fault == Fault::kExpired) return call.is_watch() || call.continued;
  if (fault == Fault::kExpiredLater || fault == Fault::kTwice) return call.is_watch();
  return true;
}

std::vector<std::string> causes_of(Fault fault) {
  if (fault == Fault::kErrorBefore || fault == Fault::kErrorAfter) return {"etcdserver", "InternalError", "500"};
  if (const auto answer = answer_of(fault)) {
    return {string_at(answer->body, "/message"), string_at(answer->body, "/reason"), std::to_string(answer->status)};
  }
  if (const auto loss = loss_of(fault, "")) return {loss->summary.substr(loss->summary.rfind(": ") + 2)};
  return {};
}

std::optional<Fault> FaultyTransport::next(Call call) {
  calls_.push_back(std::move(call));
  if (calls_.size() > most_requests && endless) endless(fmt::format("{} requests were sent", calls_.size()));
  if (from_now_) return from_now_;
  if (!before) return std::nullopt;
  const auto fault = before(calls_.size() - 1, calls_.back());
  if (fault != Fault::kUnauthorizedFromNow && fault != Fault::kGoneFromNow) return fault;
  from_now_ = fault;
  const Json status = answer_of(*fault) ? answer_of(*fault)->body : status_body(0, "ConnectionLost", "lost");
  for (const auto& [id, stream] : streams_) {
    late_.push_back({clock().now(), id, {WatchEvent::Type::kError, status}});
  }
  return fault;
}

void FaultyTransport::pass(Duration time) {
  const TimePoint until = clock().now() + time;
  holding_ = true;
  while (clock().now() < until) real_.wait(until);
  holding_ = false;
}

Result<Response> FaultyTransport::act(const Request& request) {
  Request asked = request;
  if (largest_page > 0 && !asked.query_value("limit").empty()) {
    for (auto& [name, value] : asked.query) {
      if (name == "limit") value = std::to_string(largest_page);
    }
  }
  auto answer = real_.send(asked);
  if (answer && answer->ok() && request.method != "GET") {
    acted_.push_back({request.method + " " + request.path, intent_of(request.body)});
  }
  return answer;
}

Result<Response> FaultyTransport::send(const Request& request) {
  const auto fault = next({request.method, request.path, object_of(request), !request.query_value("continue").empty()});
  if (!fault) return act(request);
  if (fault == Fault::kDelayed) {
    pass(kPause);
    return act(request);
  }
  std::optional<Result<Response>> real;
  if (acts_first(*fault)) real = act(request);
  if (fault == Fault::kSlow) {
    pass(kPause);
    return std::move(*real);
  }
  if (auto loss = loss_of(*fault, request.method + " " + request.path)) return failure(std::move(*loss));
  return *answer_of(*fault);
}

Result<cluster::ExecResult> FaultyTransport::exec(const cluster::ExecRequest& request) {
  const auto act_on = [&] {
    auto result = real_.exec(request);
    if (result) acted_.push_back({"EXEC " + request.container, to_text(Json(request.command))});
    return result;
  };
  const auto fault = next({"EXEC", request.pod, request.pod, false});
  if (!fault) return act_on();
  if (fault == Fault::kDelayed) {
    pass(kPause);
    return act_on();
  }
  std::optional<Result<cluster::ExecResult>> real;
  if (acts_first(*fault) && fault != Fault::kErrorAfter) real = act_on();
  if (fault == Fault::kSlow) {
    pass(kPause);
    return std::move(*real);
  }
  const auto what = "exec in pod " + request.pod;
  if (auto loss = loss_of(*fault, what)) return failure(std::move(*loss));
  // A refused upgrade: no command runs.
  const auto refused = *answer_of(*fault);
  const auto code = refused.status == 401   ? StatusCode::kUnauthenticated
                    : refused.status == 409 ? StatusCode::kAborted
                    : refused.status == 429 ? StatusCode::kResourceExhausted
                                            : StatusCode::kUnavailable;
  return failure(Error{code,
                       fmt::format("{} was refused: {}", what, string_at(refused.body, "/message")),
                       "The command did not run.",
                       "",
                       {},
                       true});
}

Result<engine::HttpAnswer> FaultyTransport::send(const engine::HttpCall& call) {
  const auto fault = next({"HTTP " + call.method, call.url, host_of(call.url), false});
  const auto act_on = [&] {
    auto answer = http_->send(call);
    if (answer && answer->status < 400 && call.method != "GET") {
      acted_.push_back({"HTTP " + call.method + " " + call.url, to_text(Json(call.form))});
    }
    return answer;
  };
  if (!fault) return act_on();
  if (fault == Fault::kDelayed) {
    pass(kPause);
    return act_on();
  }
  std::optional<Result<engine::HttpAnswer>> real;
  if (acts_first(*fault)) real = act_on();
  if (fault == Fault::kSlow) {
    pass(kPause);
    return std::move(*real);
  }
  if (auto loss = loss_of(*fault, call.method + " " + call.url)) return failure(std::move(*loss));
  return engine::HttpAnswer{answer_of(*fault)->status, "{}"};
}

Result<cluster::WatchId> FaultyTransport::start_watch(const Request& request, cluster::WatchHandler handler) {
  const auto fault = next({"WATCH", request.path, object_of(request), false});
  const auto id = ++last_stream_;
  streams_[id] = {std::move(handler), std::nullopt, fault};
  const auto refuse = [&](Json status) {
    late_.push_back({clock().now(), id, {WatchEvent::Type::kError, std::move(status)}});
    return id;
  };
  if (fault == Fault::kRefused || fault == Fault::kCutBefore || fault == Fault::kGoneFromNow) {
    return refuse(status_body(0, "ConnectionLost", loss_of(*fault, "GET " + request.path)->summary));
  }
  if (fault && fault != Fault::kExpiredLater && answer_of(*fault)) return refuse(answer_of(*fault)->body);
  if (fault == Fault::kDelayed) pass(kPause);
  auto real = real_.start_watch(request, [this, id](const WatchEvent& event) { on_event(id, event); });
  if (!real) {
    streams_.erase(id);
    return failure(std::move(real.error()));
  }
  streams_[id].real = *real;
  return id;
}

void FaultyTransport::on_event(cluster::WatchId id, const WatchEvent& event) {
  const bool slow = streams_.at(id).fault == Fault::kSlow;
  if (holding_ || slow) {
    late_.push_back({clock().now() + (slow ? kPause : Duration()), id, event});
  } else {
    tell(id, event);
  }
}

void FaultyTransport::tell(cluster::WatchId id, const WatchEvent& event) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  const auto fault = found->second.fault;
  const auto handler = found->second.handler;
  if (event.type == WatchEvent::Type::kError) {
    if (found->second.real) real_.stop_watch(*found->second.real);
    streams_.erase(found);
    return handler(event);
  }
  if (fault == Fault::kExpiredLater) return end(id, answer_of(*fault)->body);
  if (fault != Fault::kTruncated) handler(event);
  if (fault == Fault::kTwice) handler(event);
  if (fault == Fault::kTruncated || fault == Fault::kCutAfter) {
    end(id, status_body(0, "ConnectionLost", loss_of(*fault, "the watch")->summary));
  }
}

void FaultyTransport::end(cluster::WatchId id, Json status) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  const auto handler = found->second.handler;
  if (found->second.real) real_.stop_watch(*found->second.real);
  streams_.erase(found);
  handler({WatchEvent::Type::kError, std::move(status)});
}

void FaultyTransport::stop_watch(cluster::WatchId id) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  if (found->second.real) real_.stop_watch(*found->second.real);
  streams_.erase(found);
}

bool FaultyTransport::tell_late() {
  bool told = false;
  for (std::size_t left = late_.size(); left > 0 && !late_.empty(); --left) {
    const Late one = std::move(late_.front());
    late_.pop_front();
    if (one.due > clock().now()) {
      late_.push_back(one);
      continue;
    }
    told = true;
    tell(one.stream, one.event);
  }
  return told;
}

void FaultyTransport::wait(TimePoint until) {
  ++waits_;
  if (waits_ > most_waits && endless) endless(fmt::format("it waited {} times", waits_));
  if (tell_late()) return;
  TimePoint next_due = until;
  for (const auto& one : late_) next_due = std::min(next_due, one.due);
  real_.wait(next_due);
  if (clock().now() < until) tell_late();
}

}  // namespace upshift::testing
