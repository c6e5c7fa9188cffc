#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "cluster/http/http_transport.hpp"
#include "engine/run.hpp"
#include "scenario/served_project.hpp"
#include "served_bench.hpp"
#include "support/memory_journal.hpp"
#include "support/scripted_plugin.hpp"

namespace upshift::bench {
namespace {

using Steady = std::chrono::steady_clock;
constexpr int kSteps = 40;
constexpr double kMostMilliseconds = 100;

std::string name_of(int step) {
  return "awaited-" + std::to_string(step);
}

std::unique_ptr<cluster::http::HttpTransport> connect(const testing::ServedProject& served) {
  auto access = cluster::http::find_access({.server = served.url(),
                                            .token_file = served.file("token"),
                                            .certificate_authority = served.file("ca.pem"),
                                            .name_space = "3scale"},
                                           cluster::http::Surroundings::of_this_process());
  if (!access) return nullptr;
  auto transport = cluster::http::HttpTransport::create(std::move(*access));
  return transport ? std::move(*transport) : nullptr;
}

// The steps that wait, told from the engine's thread to the one that makes what they wait for.
class Waiting {
 public:
  void push(int step) {
    const std::lock_guard lock(mutex_);
    steps_.push_back(step);
    changed_.notify_one();
  }
  int pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !steps_.empty(); });
    const int step = steps_.front();
    steps_.erase(steps_.begin());
    return step;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<int> steps_;
};

class Watcher final : public EventSink {
 public:
  explicit Watcher(Waiting& waiting) : waiting_(waiting) {}
  void on_event(const Event& event) override {
    const int step = event.step.empty() ? -1 : std::stoi(event.step);
    if (event.kind == Event::Kind::kWaiting && step != told_) waiting_.push(told_ = step);
    if (event.kind == Event::Kind::kStepEnded) ended.push_back(Steady::now());
  }
  std::vector<Steady::time_point> ended;

 private:
  Waiting& waiting_;
  int told_ = -1;
};

plan::Plan plan_of_waits(testing::ScriptedPlugin& plugin) {
  plan::Plan plan{"shop", "1", "2", {"1-2"}, {}, {}, {}};
  for (int i = 0; i < kSteps; ++i) {
    plan::Step step;
    step.id = step.subject = std::to_string(i);
    step.plugin = "scripted";
    step.title = "Wait";
    if (i > 0) step.after = {std::to_string(i - 1)};
    const Json awaited = {{"condition", "exists"}, {"kind", "ConfigMap"}, {"name", name_of(i)}};
    plugin.answer(plugin::Operation::kApply, step.subject, {{"summary", ""}, {"await", Json::array({awaited})}});
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

// When each awaited object was asked for: a moment before the server had it.
std::vector<Steady::time_point> make_awaited(const testing::ServedProject& served, Waiting& waiting) {
  std::vector<Steady::time_point> sent;
  const auto transport = connect(served);
  for (int i = 0; transport != nullptr && i < kSteps; ++i) {
    const Json object = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name_of(waiting.pop())}}}};
    sent.push_back(Steady::now());
    static_cast<void>(transport->send({"POST", "/api/v1/namespaces/3scale/configmaps", {}, "", object}));
  }
  return sent;
}

}  // namespace

bool measure_reaction() {
  const testing::ServedProject served;
  const auto transport = connect(served);
  if (transport == nullptr) return false;
  cluster::Client client(*transport, "3scale");
  cluster::Cache cache(client);
  testing::MemoryJournal journal;
  testing::ScriptedPlugin plugin;
  const auto files = engine::make_memory_file_store();
  const auto plan = plan_of_waits(plugin);
  Waiting waiting;
  Watcher watcher(waiting);
  engine::Dependencies with{.client = client, .cache = cache, .journal = journal, .events = watcher, .files = *files};
  with.plugin = [&](const std::string&) { return &plugin; };
  std::vector<Steady::time_point> sent;
  std::thread maker([&] { sent = make_awaited(served, waiting); });
  const auto result = engine::run(plan, with);
  maker.join();
  if (result.exit_status() != 0 || sent.size() != kSteps || watcher.ended.size() != kSteps) {
    std::fprintf(stderr, "bench: the waits failed: %s\n", result.summary.c_str());
    return false;
  }
  std::vector<double> took;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    took.push_back(std::chrono::duration<double, std::milli>(watcher.ended[i] - sent[i]).count());
  }
  std::sort(took.begin(), took.end());
  std::printf(
      "reaction over HTTPS, from before the request that makes what is awaited to the end of the step: median "
      "%.1f ms, longest %.1f ms of %d (limit %.0f)\n",
      took[took.size() / 2], took.back(), kSteps, kMostMilliseconds);
  return took.back() < kMostMilliseconds;
}

}  // namespace upshift::bench
