#include "engine/seen_objects.hpp"

namespace upshift::engine {
namespace {

constexpr Duration kMoment = std::chrono::seconds(5);
// A step that looks at more objects than this one by one is not served from memory.
constexpr std::size_t kMost = 256;
constexpr std::size_t kLongestList = 500;

}  // namespace

void SeenObjects::remember(const cluster::ObjectRef& ref, const std::optional<cluster::ReceivedObject>& object,
                           TimePoint at) {
  auto path = object_path(ref);
  const bool versioned = !object || !object->version().empty();
  if (!versioned || (seen_.size() >= kMost && !seen_.contains(path))) return;
  seen_[std::move(path)] = {object, at, epoch_};
}

const std::optional<cluster::ReceivedObject>* SeenObjects::recall(const cluster::ObjectRef& ref, TimePoint now) const {
  const auto found = seen_.find(object_path(ref));
  return found == seen_.end() || !holds(found->second, now) ? nullptr : &found->second.object;
}

template <typename Read>
bool SeenObjects::holds(const Read& read, TimePoint now) const {
  return read.epoch == epoch_ && now - read.at <= kMoment;
}

void SeenObjects::remember_list(const std::string& path, const std::string& labels, const Json& items, TimePoint at) {
  if (items.size() <= kLongestList) listed_[{path, labels}] = {items, at, epoch_};
}

const Json* SeenObjects::recall_list(const std::string& path, const std::string& labels, TimePoint now) const {
  const auto found = listed_.find({path, labels});
  return found == listed_.end() || !holds(found->second, now) ? nullptr : &found->second.items;
}

void SeenObjects::forget() {
  seen_.clear();
  listed_.clear();
}

std::optional<std::optional<Json>> SeenObjects::take_base(const cluster::ObjectRef& ref) {
  auto found = seen_.extract(object_path(ref));
  if (found.empty()) return std::nullopt;
  auto& object = found.mapped().object;
  return object ? std::optional(std::move(object->tree())) : std::nullopt;
}

}  // namespace upshift::engine
