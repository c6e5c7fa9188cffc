#include "emulator/http_fault.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.hpp"
#include "emulator/api.hpp"

namespace upshift::emulator {
namespace {

using Kind = HttpFault::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 11> kKinds = {{{"refuse", Kind::kRefuse},
                                                                       {"delay", Kind::kDelay},
                                                                       {"cut_before", Kind::kCutBefore},
                                                                       {"cut_after", Kind::kCutAfter},
                                                                       {"status", Kind::kStatus},
                                                                       {"expired_token", Kind::kExpiredToken},
                                                                       {"truncate", Kind::kTruncate},
                                                                       {"slow", Kind::kSlow},
                                                                       {"gone", Kind::kGone},
                                                                       {"cut_watch", Kind::kCutWatch},
                                                                       {"duplicate", Kind::kDuplicate}}};

constexpr std::array<std::string_view, 5> kTexts = {"fault", "method", "path", "reason", "message"};
constexpr std::array<std::string_view, 7> kNumbers = {"first",    "times", "code",  "retry_after",
                                                      "delay_ms", "bytes", "events"};
constexpr std::int64_t kLargest = 1'000'000'000;

bool contains(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string kind_names() {
  std::vector<std::string> names;
  for (const auto& [name, kind] : kKinds) names.emplace_back(name);
  return join(names, ", ");
}

Status check_members(const Json& description) {
  if (!description.is_object()) {
    return failure(StatusCode::kInvalidArgument, "a fault is a JSON object", "Write {\"fault\": \"status\", …}.");
  }
  for (const auto& [name, value] : description.items()) {
    const bool text = contains(kTexts, name);
    if (!text && !contains(kNumbers, name)) {
      return failure(StatusCode::kInvalidArgument, fmt::format("a fault has no member '{}'", name),
                     "Known are " + join({kTexts.begin(), kTexts.end()}, ", ") + ", " +
                         join({kNumbers.begin(), kNumbers.end()}, ", ") + ".");
    }
    const bool fits = text ? value.is_string() : value.is_number_integer() && value >= 0 && value <= kLargest;
    if (!fits) {
      return failure(StatusCode::kInvalidArgument,
                     fmt::format("a fault's '{}' must be {}", name, text ? "a string" : "a whole number"));
    }
  }
  return {};
}

std::string reason_of(int code) {
  switch (code) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 409:
      return "Conflict";
    case 410:
      return "Expired";
    case 429:
      return "TooManyRequests";
    case 503:
      return "ServiceUnavailable";
    case 504:
      return "Timeout";
    default:
      return "InternalError";
  }
}

}  // namespace

Result<HttpFault> parse_http_fault(const Json& description) {
  UPSHIFT_TRY(check_members(description));
  const std::string name = string_at(description, "/fault");
  const auto known = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& it) { return it.first == name; });
  if (known == kKinds.end()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("there is no fault '{}'", name),
                   "Known are " + kind_names() + ".");
  }
  HttpFault fault;
  fault.kind = known->second;
  // As a rehearsal's faults say it: requests that the server refuses, always.
  const bool in_words =
      fault.kind == Kind::kRefuse &&
      (description.contains("code") || description.contains("reason") || description.contains("message"));
  if (in_words) {
    fault.kind = Kind::kStatus;
    fault.code = 403;
    fault.times = 0;
  }
  const auto number = [&](std::string_view pointer, std::int64_t fallback) {
    return static_cast<int>(int_at(description, pointer, fallback));
  };
  fault.method = string_at(description, "/method", fault.method);
  fault.path = string_at(description, "/path", fault.path);
  fault.first = std::max(1, number("/first", fault.first));
  fault.times = number("/times", fault.times);
  fault.code = number("/code", fault.code);
  if (fault.code < 400 || fault.code > 599) {
    return failure(StatusCode::kInvalidArgument, "a fault's 'code' must be from 400 to 599");
  }
  fault.reason = string_at(description, "/reason", reason_of(fault.code));
  fault.message = string_at(description, "/message", "this request fails on demand");
  fault.retry_after = number("/retry_after", 0);
  fault.delay = Duration(number("/delay_ms", fault.delay.count()));
  fault.bytes = static_cast<std::size_t>(std::max(1, number("/bytes", 16)));
  fault.events = static_cast<std::size_t>(number("/events", 0));
  return fault;
}

std::vector<Json> fault_descriptions(const Json& document) {
  const Json* const inner = find(document, "/faults");
  const Json& list = inner != nullptr ? *inner : document;
  if (!list.is_array()) return {list};
  return {list.begin(), list.end()};
}

FaultPlan::Id FaultPlan::add(HttpFault fault, std::optional<Id> id) {
  last_id_ = id.value_or(last_id_ + 1);
  counted_.push_back({last_id_, std::move(fault), 0});
  return last_id_;
}

Status FaultPlan::add(const Json& descriptions) {
  std::vector<HttpFault> parsed;
  for (const Json& description : fault_descriptions(descriptions)) {
    UPSHIFT_ASSIGN(HttpFault fault, parse_http_fault(description));
    parsed.push_back(std::move(fault));
  }
  for (HttpFault& fault : parsed) add(std::move(fault));
  return {};
}

bool FaultPlan::remove(Id id) {
  return std::erase_if(counted_, [&](const Counted& it) { return it.id == id; }) > 0;
}

std::optional<HttpFault> FaultPlan::on_request(std::string_view method, std::string_view path, std::string_view host) {
  const std::string whole = std::string(host) + std::string(path);
  std::optional<HttpFault> holds;
  for (Counted& it : counted_) {
    if (!matches_glob(it.fault.method, method)) continue;
    if (!matches_glob(it.fault.path, path) && !matches_glob(it.fault.path, whole)) continue;
    ++it.seen;
    const bool active = it.seen >= it.fault.first && (it.fault.times == 0 || it.seen - it.fault.first < it.fault.times);
    if (active && !holds) holds = it.fault;
  }
  return holds;
}

int FaultPlan::seen(Id id) const {
  const auto found = std::find_if(counted_.begin(), counted_.end(), [&](const Counted& it) { return it.id == id; });
  return found == counted_.end() ? 0 : found->seen;
}

std::optional<cluster::Response> refusal_by(const HttpFault& fault) {
  if (fault.kind == Kind::kExpiredToken) return status_failure(401, "Unauthorized", "Unauthorized");
  if (fault.kind != Kind::kStatus) return std::nullopt;
  Json details = Json::object();
  if (fault.retry_after > 0) details["retryAfterSeconds"] = fault.retry_after;
  cluster::Response response = status_failure(fault.code, fault.reason, fault.message, std::move(details));
  if (fault.retry_after > 0) response.headers["retry-after"] = std::to_string(fault.retry_after);
  return response;
}

bool prevents(Kind kind) {
  return kind == Kind::kRefuse || kind == Kind::kCutBefore || kind == Kind::kStatus || kind == Kind::kExpiredToken;
}

std::string_view to_string(Kind kind) {
  const auto known = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& it) { return it.second == kind; });
  return known->first;
}

}  // namespace upshift::emulator
