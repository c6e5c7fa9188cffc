#include "engine/seen_objects.hpp"

namespace upshift::engine {
namespace {

constexpr Duration kMoment = std::chrono::seconds(5);
// A step that looks at more objects than this one by one is not served from memory.
constexpr std::size_t kMost = 256;
constexpr std::size_t kLongestList = 500;

}  // namespace

void SeenObjects::remember(const cluster::ObjectRef& ref, const std::optional<Json>& object, TimePoint at) {
  auto path = object_path(ref);
  const bool versioned = !object || !string_at(*object, "/metadata/resourceVersion").empty();
  if (!versioned || (seen_.size() >= kMost && !seen_.contains(path))) return;
  seen_[std::move(path)] = {object, at, epoch_};
}

const std::optional<Json>* SeenObjects::recall(const cluster::ObjectRef& ref, TimePoint now) const {
  const auto found = seen_.find(object_path(ref));
  return found == seen_.end() || !holds(found->second, now) ? nullptr : &found->second.object;
}

bool SeenObjects::holds(const Seen& seen, TimePoint now) const {
  return seen.epoch == epoch_ && now - seen.at <= kMoment;
}

void SeenObjects::remember_list(const std::string& path, const std::string& labels, const Json& items, TimePoint at) {
  if (items.size() <= kLongestList) listed_[{path, labels}] = {items, at, epoch_};
}

const Json* SeenObjects::recall_list(const std::string& path, const std::string& labels, TimePoint now) const {
  const auto found = listed_.find({path, labels});
  return found == listed_.end() || !holds(found->second, now) ? nullptr : &*found->second.object;
}

void SeenObjects::forget() {
  seen_.clear();
  listed_.clear();
}

std::optional<std::optional<Json>> SeenObjects::take_base(const cluster::ObjectRef& ref) {
  auto found = seen_.extract(object_path(ref));
  if (found.empty()) return std::nullopt;
  return std::move(found.mapped().object);
}

}  // namespace upshift::engine
