#include "engine/lock_record.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace upshift::engine {
namespace {

constexpr Duration kUnreadable = std::chrono::minutes(2);
constexpr Duration kLeast = std::chrono::seconds(1);
constexpr Duration kMost = std::chrono::hours(24);
constexpr const char* kUnlocked = "upshift.io/unlocked";

std::int64_t number(const std::string& text, std::int64_t otherwise) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

}  // namespace

std::string LockRecord::display() const {
  return fmt::format("held by {} at {} (process {}) for {}{}, since {}, last renewed {}, time to live {}", user, host,
                     process, run, step.empty() ? "" : ", step " + step, to_rfc3339(since), to_rfc3339(renewed),
                     to_text(time_to_live));
}

cluster::ObjectRef lock_ref() {
  return {*cluster::find_kind("ConfigMap"), "", kLockName};
}

LockRecord read_lock(const Json& object) {
  const Json& data = object_at(object, "/data");
  LockRecord record;
  record.holder = string_at(data, "/holder");
  // Something else of that name: never taken for free.
  if (!data.contains("holder")) record.holder = "unknown";
  record.session = string_at(data, "/session");
  record.host = string_at(data, "/host");
  record.user = string_at(data, "/user");
  record.process = number(string_at(data, "/process"), 0);
  record.run = string_at(data, "/run");
  record.step = string_at(data, "/step");
  record.since = parse_rfc3339(string_at(data, "/since")).value_or(TimePoint());
  record.renewed = parse_rfc3339(string_at(data, "/renewed")).value_or(TimePoint());
  const auto lives = number(string_at(data, "/time-to-live-ms"), kUnreadable.count());
  record.time_to_live = std::clamp(Duration(lives), kLeast, kMost);
  record.renewals = number(string_at(data, "/renewals"), 0);
  const auto unlocked = string_at(object, std::string("/metadata/annotations/") + escape_pointer(kUnlocked));
  if (!unlocked.empty()) record.unlocked = parse_json(unlocked, "the note of an unlock").value_or(Json());
  record.uid = string_at(object, "/metadata/uid");
  record.version = string_at(object, "/metadata/resourceVersion");
  return record;
}

Json to_object(const LockRecord& record) {
  Json object = {{"apiVersion", "v1"},
                 {"kind", "ConfigMap"},
                 {"metadata", {{"name", kLockName}, {"labels", {{kManagedBy, kManagedByUs}}}}},
                 {"data",
                  {{"holder", record.holder},
                   {"session", record.session},
                   {"host", record.host},
                   {"user", record.user},
                   {"process", std::to_string(record.process)},
                   {"run", record.run},
                   {"step", record.step},
                   {"since", to_rfc3339(record.since)},
                   {"renewed", to_rfc3339(record.renewed)},
                   {"time-to-live-ms", std::to_string(record.time_to_live.count())},
                   {"renewals", std::to_string(record.renewals)}}}};
  if (!record.unlocked.is_null()) object["metadata"]["annotations"][kUnlocked] = to_text(record.unlocked);
  if (!record.version.empty()) object["metadata"]["resourceVersion"] = record.version;
  if (!record.uid.empty()) object["metadata"]["uid"] = record.uid;
  return object;
}

}  // namespace upshift::engine
