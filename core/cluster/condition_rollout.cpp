#include <fmt/format.h>

#include "cluster/conditions.hpp"
#include "cluster/rollout_cause.hpp"

namespace upshift::cluster {
namespace {

using std::chrono::minutes;

// The newest of the DeploymentConfig's own conditions, in its words.
std::string last_words(const Json& config) {
  const Json* newest = nullptr;
  for (const auto& one : array_at(config, "/status/conditions")) {
    if (newest == nullptr || string_at(one, "/lastUpdateTime") >= string_at(*newest, "/lastUpdateTime")) newest = &one;
  }
  return newest == nullptr ? "" : string_at(*newest, "/message");
}

class RolloutCondition final : public Condition {
 public:
  RolloutCondition(std::string name, Cache& cache)
      : name_(std::move(name)), cache_(cache), memory_(remember_rollouts(cache)) {}

  std::string text() const override { return "rollout of DeploymentConfig/" + name_; }

  Result<Verdict> judge() override {
    UPSHIFT_ASSIGN(const RolloutView view, view_rollout(cache_, *memory_, name_));
    if (view.config == nullptr) {
      return hopeless(about("does not exist"), "look who deleted it, create it again and resume");
    }
    if (find(*view.config, "/metadata/deletionTimestamp") != nullptr) {
      return hopeless(about("is being deleted"), "look who deleted it, create it again and resume");
    }
    remember_budget(view);
    // While a version is rolled out its controller does not say which generation it has seen.
    if (!view.seen() && !(is_rolled_out(view) && is_present(view))) {
      return pending(about(fmt::format("generation {} has not been seen by its controller yet",
                                       int_at(*view.config, "/metadata/generation"))),
                     "look at the DeploymentConfig controller of the cluster");
    }
    UPSHIFT_ASSIGN(const TriggerState triggers, image_triggers(cache_, view));
    if (auto verdict = before_a_version(view, triggers)) return std::move(*verdict);
    if (view.phase == "Failed") return failed(view);
    if (auto verdict = in_the_way(view)) return std::move(*verdict);
    return view.phase == "Complete" ? after_completion(view) : under_way(view);
  }

  Duration budget() override { return budget_; }

 private:
  std::string about(const std::string& what) const { return fmt::format("DeploymentConfig/{}: {}", name_, what); }

  // The deployer gives up after the strategy's timeout; each hook may take its time before and after that.
  void remember_budget(const RolloutView& view) {
    budget_ = Duration(view.strategy_timeout()) + minutes(5);
    for (const char* hook : {"pre", "mid", "post"}) {
      if (view.strategy_parameters().contains(hook)) budget_ += minutes(30);
    }
  }

  static bool is_rolled_out(const RolloutView& view) {
    return view.controller != nullptr && view.phase != "Complete" && view.phase != "Failed";
  }

  // Compared once for each version of either side: the template that a controller was made of stands in it as text.
  bool is_present(const RolloutView& view) {
    if (view.controller == nullptr) return false;
    const auto sides = fmt::format("{} {} {} {}", view.controller_name, view.controller->uid(),
                                   int_at(*view.config, "/metadata/generation"), view.seen());
    if (sides != compared_) is_present_ = is_from_present_template(view);
    compared_ = sides;
    return is_present_;
  }

  // Whatever keeps the version that is wanted from being made at all; nullopt once it is there.
  std::optional<Verdict> before_a_version(const RolloutView& view, const TriggerState& triggers) {
    const auto& tag = triggers.tag;
    switch (triggers.state) {
      case Triggers::kImageRefused:
        return hopeless(about(fmt::format("its image cannot be had: {} cannot be imported ({}): {}", tag.source,
                                          tag.reason, tag.message)),
                        import_advice(tag));
      case Triggers::kImageMissing: {
        auto verdict = pending(about(fmt::format("its image trigger waits for {}, which does not exist", tag.source)),
                               "create the tag and resume");
        verdict.quiet_limit = minutes(1);
        return verdict;
      }
      case Triggers::kImageWaits:
        return pending(about(fmt::format("waits for the import of {} from {}", tag.source, tag.reference)),
                       "look whether the cluster reaches the registry");
      case Triggers::kFires:
        if (view.paused()) return paused();
        return quick(about(fmt::format("its image trigger has not taken the new image of {} yet", tag.source)));
      case Triggers::kSettled:
        break;
    }
    if (is_present(view)) return {};
    if (view.paused()) return paused();
    if (view.version > 0 && view.controller == nullptr) return uncreated(view);
    if (!has_config_trigger(view) && !image_will_roll_out(view)) {
      return hopeless(about("has no ConfigChange trigger, so nothing rolls out its changed template"),
                      fmt::format("`oc rollout latest dc/{}` and resume", name_));
    }
    return quick(about(fmt::format("version {} is about to be made", view.version + 1)));
  }

  Verdict paused() const {
    return hopeless(about("is paused, so nothing rolls out"),
                    fmt::format("`oc rollout resume dc/{}` and resume the upgrade", name_));
  }

  static Verdict quick(std::string reason) {
    auto verdict =
        pending(std::move(reason), "look at the DeploymentConfig and image trigger controllers of the cluster");
    verdict.quiet_limit = minutes(5);
    return verdict;
  }

  Verdict uncreated(const RolloutView& view) const {
    // Warnings of earlier versions stand for hours.
    const auto version = fmt::format("version {}:", view.version);
    for (const Json* event : view.warnings) {
      const auto message = string_at(*event, "/message");
      if (string_at(*event, "/reason") != "DeploymentCreationFailed" || message.find(version) == std::string::npos) {
        continue;
      }
      return hopeless(about(fmt::format("version {} cannot be made: {}", view.version, message)),
                      "mend what the message names, then resume");
    }
    return quick(about(fmt::format("ReplicationController/{} is not there yet", view.controller_name)));
  }

  Verdict failed(const RolloutView& view) const {
    const auto cause = cause_of_failure(view, *memory_);
    auto verdict = hopeless(about(fmt::format("version {} failed: {}", view.version, cause.what)), cause.advice);
    verdict.log = cause.log;
    return verdict;
  }

  // A trouble is an obstacle only while it lasts; it makes the wait hopeless when it has lasted longer than it may.
  std::optional<Verdict> in_the_way(const RolloutView& view) const {
    if (view.phase == "Complete" && all_available(view)) return {};
    const TimePoint now = cache_.client().clock().now();
    const auto obstacle = obstacle_of(view, *memory_, now);
    if (!obstacle || !obstacle->lasts) return {};
    const auto& trouble = obstacle->trouble;
    const auto text = about(fmt::format("version {}: {}", view.version, trouble.what));
    const bool over = trouble.patience != kForEver && now - obstacle->since >= trouble.patience;
    auto verdict = over ? hopeless(text, trouble.advice) : pending(text, trouble.advice);
    // Every pod is not Ready for a while; its log is of interest only when that lasts.
    if (over || trouble.crashed || now - obstacle->since >= minutes(5)) verdict.log = trouble.log;
    if (over) return verdict;
    verdict.mark = progress_of(view) + (trouble.patience == kForEver ? "" : trouble.advice);
    verdict.quiet_limit =
        trouble.patience == kForEver ? quiet_limit(view) : std::min(trouble.patience, quiet_limit(view));
    return verdict;
  }

  bool all_available(const RolloutView& view) const {
    const auto wanted = view.wanted_replicas();
    return int_at(*view.config, "/status/replicas") == wanted &&
           int_at(*view.config, "/status/updatedReplicas") == wanted &&
           int_at(*view.config, "/status/availableReplicas") == wanted;
  }

  Verdict after_completion(const RolloutView& view) const {
    if (!all_available(view)) return under_way(view);
    if (!view.older_pods.empty()) {
      return pending(about(fmt::format("Pod/{} of an older version is still there",
                                       string_at(*view.older_pods.front(), "/metadata/name"))),
                     "look why it does not end");
    }
    return met(about(fmt::format("version {} is complete", view.version)));
  }

  Verdict under_way(const RolloutView& view) const {
    std::string what = fmt::format("version {} is {}, {} of {} pods available", view.version,
                                   view.phase == "Complete" ? "rolled out" : "being rolled out (" + view.phase + ")",
                                   int_at(*view.config, "/status/availableReplicas"), view.wanted_replicas());
    for (const Json* hook : view.hooks) {
      if (!has_ended(*hook)) {
        what = fmt::format("version {} runs its {} hook in Pod/{}", view.version, hook_of(*hook),
                           string_at(*hook, "/metadata/name"));
      }
    }
    if (const auto words = last_words(*view.config); !words.empty()) what += fmt::format(" (\"{}\")", words);
    auto verdict = pending(about(what), fmt::format("look at `oc describe dc/{}` and the events of its pods", name_));
    verdict.mark = progress_of(view);
    verdict.quiet_limit = quiet_limit(view);
    return verdict;
  }

  static std::string progress_of(const RolloutView& view) {
    std::string mark = fmt::format("{} {} {} {}", view.version, view.phase, view.pods.size(),
                                   int_at(*view.config, "/status/availableReplicas"));
    for (const Json* hook : view.hooks) mark += hook_of(*hook) + string_at(*hook, "/status/phase");
    return mark;
  }

  static Duration quiet_limit(const RolloutView& view) {
    for (const Json* hook : view.hooks) {
      if (!has_ended(*hook)) return minutes(30);
    }
    return view.phase == "Running" ? Duration(view.strategy_timeout()) + minutes(1) : Duration(minutes(5));
  }

  std::string name_;
  Cache& cache_;
  std::shared_ptr<RolloutMemory> memory_;
  Duration budget_ = minutes(15);
  std::string compared_;
  bool is_present_ = false;
};

}  // namespace

std::unique_ptr<Condition> make_rollout_condition(std::string deployment_config, Cache& cache) {
  return std::make_unique<RolloutCondition>(std::move(deployment_config), cache);
}

}  // namespace upshift::cluster
