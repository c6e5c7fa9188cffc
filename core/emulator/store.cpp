#include "emulator/store.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upshift::emulator {
namespace {

constexpr std::size_t kLogLimit = 20'000;

// Kinds whose metadata.generation counts changes of the spec.
bool has_generation(const ResourceType& type) {
  static constexpr std::string_view kKinds[] = {"DeploymentConfig", "ImageStream",         "ReplicationController",
                                                "Deployment",       "ReplicaSet",          "StatefulSet",
                                                "CronJob",          "PodDisruptionBudget", "Job"};
  return std::find(std::begin(kKinds), std::end(kKinds), type.kind) != std::end(kKinds);
}

}  // namespace

Store::Store(const Clock& clock, std::uint64_t seed) : clock_(clock), seed_(seed * 0x9E3779B97F4A7C15ULL + 1) {}

Store::Key Store::key_of(const ObjectRef& ref) {
  return {ref.type.group, ref.type.resource, ref.type.namespaced ? ref.name_space : std::string{}, ref.name};
}

const Json* Store::get(const ObjectRef& ref) const {
  const auto found = objects_.find(key_of(ref));
  return found == objects_.end() ? nullptr : &found->second;
}

std::vector<const Json*> Store::list(const ResourceType& type, std::string_view name_space) const {
  std::vector<const Json*> out;
  const std::string first_space = type.namespaced ? std::string(name_space) : std::string{};
  for (auto at = objects_.lower_bound(Key{type.group, type.resource, first_space, {}}); at != objects_.end(); ++at) {
    if (at->first.group != type.group || at->first.resource != type.resource) break;
    if (!first_space.empty() && at->first.name_space != first_space) break;
    out.push_back(&at->second);
  }
  return out;
}

std::vector<const Json*> Store::all() const {
  std::vector<const Json*> out;
  for (const ResourceType& type : cluster::known_types()) {
    const auto objects = list(type, {});
    out.insert(out.end(), objects.begin(), objects.end());
  }
  return out;
}

const Json& Store::create(const ObjectRef& ref, Json object, bool verbatim) {
  object["apiVersion"] = ref.type.api_version();
  object["kind"] = ref.type.kind;
  Json& metadata = object["metadata"];
  metadata["name"] = ref.name;
  if (ref.type.namespaced) {
    metadata["namespace"] = ref.name_space;
  } else {
    metadata.erase("namespace");
  }
  if (string_at(metadata, "/uid").empty()) {
    do metadata["uid"] = new_uid(ref.display());
    while (loaded_uids_.contains(string_at(metadata, "/uid")));
  } else if (verbatim) {
    loaded_uids_.insert(string_at(metadata, "/uid"));
  }
  if (!verbatim || string_at(metadata, "/creationTimestamp").empty()) {
    metadata["creationTimestamp"] = to_rfc3339(clock_.now());
  }
  if (has_generation(ref.type) && (!verbatim || find(metadata, "/generation") == nullptr)) metadata["generation"] = 1;
  metadata["resourceVersion"] = std::to_string(++resource_version_);
  const auto [at, inserted] = objects_.insert_or_assign(key_of(ref), std::move(object));
  const StoredEvent& event = publish(ref, WatchEvent::Type::kAdded, at->second);
  const Json* current = get(ref);
  return current != nullptr ? *current : (removed_ = event.event.object);
}

const Json& Store::update(const ObjectRef& ref, Json object) {
  Json& slot = objects_.at(key_of(ref));
  // Copies cost more than anything else here: a version apart, the two are compared in place.
  object["metadata"]["resourceVersion"] = slot["metadata"]["resourceVersion"];
  if (slot == object) return slot;
  object["metadata"]["resourceVersion"] = std::to_string(++resource_version_);
  slot = std::move(object);
  const StoredEvent& event = publish(ref, WatchEvent::Type::kModified, slot);
  const Json* current = get(ref);
  return current != nullptr ? *current : (removed_ = event.event.object);
}

void Store::remove(const ObjectRef& ref) {
  const auto found = objects_.find(key_of(ref));
  if (found == objects_.end()) return;
  Json last = std::move(found->second);
  objects_.erase(found);
  last["metadata"]["resourceVersion"] = std::to_string(++resource_version_);
  publish(ref, WatchEvent::Type::kDeleted, last);
}

std::uint64_t Store::next_random(std::string_view of) {
  // FNV-1a of the name, then splitmix64 with the count of values made for it.
  std::uint64_t mixed = seed_ ^ 0xCBF29CE484222325ULL;
  for (const char c : of) mixed = (mixed ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  mixed += ++made_[std::string(of)] * 0x9E3779B97F4A7C15ULL;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
  return mixed ^ (mixed >> 31U);
}

std::string Store::new_uid(std::string_view of) {
  const std::uint64_t high = next_random(of);
  const std::uint64_t low = next_random(of);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32U, high >> 16U & 0xFFFFU, high & 0xFFFU,
                     (low >> 48U & 0x3FFFU) | 0x8000U, low & 0xFFFFFFFFFFFFULL);
}

std::string Store::new_suffix(std::string_view of, std::size_t length) {
  static constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string out;
  while (out.size() < length) out += kAlphabet[next_random(of) % kAlphabet.size()];
  return out;
}

std::string Store::new_name(const ResourceType& type, const std::string& name_space, const std::string& prefix) {
  while (true) {
    std::string name = prefix + new_suffix(prefix);
    if (get({type, name_space, name}) == nullptr) return name;
  }
}

const StoredEvent& Store::publish(const ObjectRef& ref, WatchEvent::Type type, const Json& object) {
  if (log_.size() >= kLogLimit) forget_events(log_.front().resource_version);
  // A deque keeps its elements in place while listeners write and so append more.
  const StoredEvent& event = log_.emplace_back(StoredEvent{resource_version_, ref.type, WatchEvent{type, object}});
  // By index: a listener may add another listener.
  for (std::size_t i = 0; i < listeners_.size(); ++i) listeners_[i](event);
  return event;
}

std::optional<std::vector<Json>> Store::list_at(const ResourceType& type, std::string_view name_space,
                                                std::uint64_t version) const {
  // Versions from before the first event never were.
  if (forgotten_ > 0 || log_.empty() || version < log_.front().resource_version) return std::nullopt;
  std::map<Key, const Json*> state;
  for (const StoredEvent& event : log_) {
    if (event.resource_version > version) break;
    if (!(event.type == type)) continue;
    const Json& object = event.event.object;
    const std::string space = string_at(object, "/metadata/namespace");
    if (!name_space.empty() && type.namespaced && space != name_space) continue;
    const Key key{type.group, type.resource, space, string_at(object, "/metadata/name")};
    if (event.event.type == WatchEvent::Type::kDeleted) {
      state.erase(key);
    } else {
      state[key] = &object;
    }
  }
  std::vector<Json> out;
  for (const auto& [key, object] : state) out.push_back(*object);
  return out;
}

void Store::forget_events(std::uint64_t up_to) {
  while (!log_.empty() && log_.front().resource_version <= up_to) {
    forgotten_ = log_.front().resource_version;
    log_.pop_front();
  }
}

std::optional<std::vector<const StoredEvent*>> Store::events_since(std::uint64_t since) const {
  if (since < forgotten_) return std::nullopt;
  std::vector<const StoredEvent*> out;
  const auto first = std::upper_bound(log_.begin(), log_.end(), since, [](std::uint64_t version, const auto& event) {
    return version < event.resource_version;
  });
  for (auto at = first; at != log_.end(); ++at) out.push_back(&*at);
  return out;
}

}  // namespace upshift::emulator
