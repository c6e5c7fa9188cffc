#include "cluster/cache.hpp"

#include <charconv>

namespace upshift::cluster {
namespace {

constexpr Duration kShortLived = std::chrono::seconds(5);
constexpr Duration kLongestPause = std::chrono::seconds(30);
// A stream that is open for longer than a connection takes has reached a server, though it may have nothing to tell.
constexpr Duration kSettled = std::chrono::seconds(15);
constexpr Duration kForgotten = std::chrono::minutes(1);

// How old the last word of a stream may be when it answers a read.
constexpr Duration kFresh = std::chrono::seconds(5);

// 0 where it is not a number: such versions cannot be compared and the later word counts.
std::uint64_t version_of(const ReceivedObject& object) {
  const auto text = object.version();
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// A project has thousands of events of which only warnings tell a cause.
std::string fields_of(const ResourceType& type) {
  return type.group.empty() && type.kind == "Event" ? "type=Warning" : "";
}

bool is_older(const ReceivedObject& candidate, const ReceivedObject& known) {
  const auto a = version_of(candidate);
  const auto b = version_of(known);
  return a != 0 && b != 0 && a < b;
}

// What an answer has told, the stream tells again. The end of an object may come with its last version.
bool is_known(const WatchEvent& event, const ReceivedObject& known) {
  const auto version = event.object.version();
  return event.type != WatchEvent::Type::kDeleted && !version.empty() && version == known.version();
}

}  // namespace

Cache::~Cache() {
  for (auto& [name, type] : types_) {
    if (type->live) client_.transport().stop_watch(type->watch);
  }
}

Cache::Followed& Cache::followed(const ResourceType& type) {
  auto& slot = types_[type.qualified_name()];
  if (!slot) {
    slot = std::make_unique<Followed>();
    slot->type = type;
  }
  return *slot;
}

void Cache::observe(const ResourceType& type, Observer observer) {
  auto& one = followed(type);
  for (const auto& [name, object] : one.objects) observer({WatchEvent::Type::kAdded, object.tree()});
  one.observers.push_back(std::move(observer));
}

Status Cache::refresh(Followed& type) {
  type.read = client_.clock().now();
  if (type.live) return {};
  if (client_.clock().now() < type.retry_at) return type.listed ? Status() : failure(type.error);
  auto status = type.listed && !type.version.empty() ? start_stream(type) : read_whole(type);
  if (!status) {
    note(type, status.error());
    type.pause = std::min(std::max<Duration>(type.pause * 2, std::chrono::seconds(1)), kLongestPause);
    type.retry_at = client_.clock().now() + type.pause;
    type.error = status.error();
  }
  return status;
}

void Cache::note(Followed& type, const Error& error) {
  if (error.code != StatusCode::kUnavailable && error.code != StatusCode::kUnauthenticated) return;
  if (!type.trouble) type.trouble_since = client_.clock().now();
  type.trouble = error;
}

bool Cache::is_settled(const Followed& type) const {
  return type.live && client_.clock().now() - type.started >= kSettled;
}

const Cache::Followed* Cache::longest_in_trouble() const {
  const Followed* longest = nullptr;
  for (const auto& [name, type] : types_) {
    if (!type->trouble || is_settled(*type) || client_.clock().now() - type->read > kForgotten) continue;
    if (longest == nullptr || type->trouble_since < longest->trouble_since) longest = type.get();
  }
  return longest;
}

const Error* Cache::trouble() const {
  const auto* type = longest_in_trouble();
  return type == nullptr ? nullptr : &*type->trouble;
}

TimePoint Cache::trouble_since() const {
  const auto* type = longest_in_trouble();
  return type == nullptr ? TimePoint() : type->trouble_since;
}

// One attempt, so that no handler runs and no pointer that a reader holds goes stale.
Status Cache::read_whole(Followed& type) {
  UPSHIFT_ASSIGN(ObjectList list,
                 client_.list(type.type, {.labels = "", .fields = fields_of(type.type), .once = true}));
  std::map<std::string, ReceivedObject, std::less<>> before;
  before.swap(type.objects);
  for (auto& item : list.items) {
    const auto name = string_at(item, "/metadata/name");
    const auto known = before.find(name);
    const bool changed = known == before.end() || known->second.tree() != item;
    const auto kind = known == before.end() ? WatchEvent::Type::kAdded : WatchEvent::Type::kModified;
    if (known != before.end()) before.erase(known);
    const auto& stored = type.objects[name] = ReceivedObject(std::move(item));
    if (!changed) continue;
    for (const auto& observer : type.observers) observer({kind, stored.tree()});
  }
  for (const auto& [name, object] : before) {
    for (const auto& observer : type.observers) observer({WatchEvent::Type::kDeleted, object.tree()});
  }
  type.expected.clear();
  type.told_at = client_.clock().now();
  type.listed = true;
  type.trouble.reset();
  type.version = list.resource_version;
  return start_stream(type);
}

Status Cache::start_stream(Followed& type) {
  Request request{"GET", collection_path(type.type, type.type.namespaced ? client_.name_space() : ""), {}, "", nullptr};
  request.query.emplace_back("resourceVersion", type.version);
  if (const auto fields = fields_of(type.type); !fields.empty()) request.query.emplace_back("fieldSelector", fields);
  UPSHIFT_ASSIGN(type.watch, client_.transport().start_watch(
                                 request, [this, &type](WatchEvent event) { on_event(type, std::move(event)); }));
  type.live = true;
  type.moved = false;
  type.started = client_.clock().now();
  return {};
}

void Cache::on_event(Followed& type, WatchEvent event) {
  if (event.type == WatchEvent::Type::kError) return on_end(type, event.object);
  type.moved = true;
  type.told_at = client_.clock().now();
  type.trouble.reset();
  if (auto version = event.object.version(); !version.empty()) type.version = std::move(version);
  if (event.type == WatchEvent::Type::kBookmark) return;
  settle(type, event);
  put(type, std::move(event));
}

void Cache::settle(Followed& type, const WatchEvent& event) {
  const auto expected = type.expected.find(event.object.name());
  if (expected == type.expected.end()) return;
  const auto known = type.objects.find(expected->first);
  const bool caught_up = known == type.objects.end() || !is_older(event.object, known->second);
  const bool removes = expected->second;
  if (caught_up && (!removes || event.type == WatchEvent::Type::kDeleted)) type.expected.erase(expected);
}

void Cache::on_end(Followed& type, const Json& status) {
  const TimePoint now = client_.clock().now();
  const auto code = int_at(status, "/code");
  const auto reason = string_at(status, "/reason");
  if (is_settled(type)) type.trouble.reset();
  type.live = false;
  if (code != 0) type.version.clear();
  if (reason == "StreamEnded") type.trouble.reset();
  if (reason == "ConnectionLost" || code >= 500) {
    note(type, {StatusCode::kUnavailable, string_at(status, "/message", "the stream of events was lost"), "", "", {}});
  }
  const bool useless = !type.moved && now - type.started < kShortLived;
  type.pause =
      useless ? std::min(std::max<Duration>(type.pause * 2, std::chrono::seconds(1)), kLongestPause) : Duration::zero();
  type.retry_at = now + type.pause;
}

void Cache::put(Followed& type, WatchEvent event) {
  const auto name = event.object.name();
  const auto known = type.objects.find(name);
  if (known != type.objects.end() && (is_older(event.object, known->second) || is_known(event, known->second))) return;
  if (event.type == WatchEvent::Type::kDeleted) {
    if (known != type.objects.end()) type.objects.erase(known);
  }
  for (const auto& observer : type.observers) observer(event);
  if (event.type != WatchEvent::Type::kDeleted) type.objects.insert_or_assign(name, std::move(event.object));
}

void Cache::absorb(const ObjectRef& ref, const Json& object) {
  const auto found = types_.find(ref.type.qualified_name());
  if (found == types_.end() || !found->second->listed || !object.is_object()) return;
  if (string_at(object, "/metadata/name") != ref.name) return;
  put(*found->second, {WatchEvent::Type::kModified, object});
}

std::optional<ReceivedObject> Cache::told(const ObjectRef& ref) const {
  const auto found = types_.find(ref.type.qualified_name());
  if (found == types_.end() || ref.name_space != client_.name_space()) return {};
  const auto& type = *found->second;
  const TimePoint now = client_.clock().now();
  const bool fresh = type.live && type.listed && now - type.told_at <= kFresh && now >= trusted_from_;
  const auto object = type.objects.find(ref.name);
  if (!fresh || object == type.objects.end() || type.expected.contains(ref.name)) return {};
  return object->second.as_it_came();
}

void Cache::expect(const ObjectRef& ref, bool removes) {
  const auto found = types_.find(ref.type.qualified_name());
  if (found != types_.end()) found->second->expected[ref.name] = removes;
}

void Cache::doubt() {
  trusted_from_ = client_.clock().now() + kFresh;
}

Status Cache::follow(const ResourceType& type) {
  auto& one = followed(type);
  auto status = refresh(one);
  return one.listed ? Status() : status;
}

Result<const ReceivedObject*> Cache::find(const ResourceType& type, std::string_view name) {
  UPSHIFT_TRY(follow(type));
  const auto& one = followed(type);
  const auto found = one.objects.find(name);
  return found == one.objects.end() ? nullptr : &found->second;
}

Result<const Json*> Cache::get(const ResourceType& type, std::string_view name) {
  UPSHIFT_ASSIGN(const ReceivedObject* const found, find(type, name));
  return found == nullptr ? nullptr : &found->tree();
}

Result<std::vector<const Json*>> Cache::list(const ResourceType& type, const NameFilter& wanted) {
  UPSHIFT_TRY(follow(type));
  const auto& one = followed(type);
  std::vector<const Json*> all;
  for (const auto& [name, object] : one.objects) {
    if (!wanted || wanted(name)) all.push_back(&object.tree());
  }
  return all;
}

TimePoint Cache::next_retry() const {
  TimePoint next = TimePoint::max();
  for (const auto& [name, type] : types_) {
    if (!type->live) next = std::min(next, type->retry_at);
  }
  return next;
}

}  // namespace upshift::cluster
