#include <fmt/format.h>

#include "base/text.hpp"
#include "cluster/conditions.hpp"

namespace upshift::cluster {
namespace {

class PresenceCondition final : public Condition {
 public:
  PresenceCondition(Presence wanted, ResourceType type, std::string name, Cache& cache)
      : wanted_(wanted), type_(std::move(type)), name_(std::move(name)), cache_(cache) {}

  std::string text() const override {
    return fmt::format("{}/{} {}", type_.kind, name_, wanted_ == Presence::kExists ? "to appear" : "to be gone");
  }

  Result<Verdict> judge() override {
    UPSHIFT_ASSIGN(const Json* object, cache_.get(type_, name_));
    const auto name = type_.kind + "/" + name_;
    if (wanted_ == Presence::kExists) {
      if (object != nullptr) return met(name + " exists");
      return pending(name + " does not exist yet", "look at who should create it");
    }
    if (object == nullptr) return met(name + " is gone");
    return still_there(name, *object);
  }

  Duration budget() override { return std::chrono::minutes(5); }

 private:
  static Verdict still_there(const std::string& name, const Json& object) {
    const auto deleted = string_at(object, "/metadata/deletionTimestamp");
    if (deleted.empty()) return pending(name + " is still there", "delete it, or look at who creates it again");
    std::vector<std::string> finalizers;
    for (const auto& one : array_at(object, "/metadata/finalizers")) {
      if (one.is_string()) finalizers.push_back(one.get<std::string>());
    }
    if (finalizers.empty()) return pending(fmt::format("{} is being deleted since {}", name, deleted));
    return pending(fmt::format("{} is being deleted since {} and held by {}", name, deleted, join(finalizers, ", ")),
                   "look at the controllers that own these finalizers");
  }

  Presence wanted_;
  ResourceType type_;
  std::string name_;
  Cache& cache_;
};

}  // namespace

std::unique_ptr<Condition> make_presence_condition(Presence wanted, ResourceType type, std::string name, Cache& cache) {
  return std::make_unique<PresenceCondition>(wanted, std::move(type), std::move(name), cache);
}

}  // namespace upshift::cluster
