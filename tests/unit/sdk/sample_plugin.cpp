// A plugin linked into the test: one step of each sort.
#include "sample_plugin.hpp"

#include <stdexcept>

#include "upshift/sdk.hpp"

namespace upshift::sdk::embedded {
extern const char kId[];
extern const char kVersion[];
extern const char kManifest[];
const char kId[] = "test.sample";
const char kVersion[] = "1.0.0";
const char kManifest[] = R"({"manifest": 1, "id": "test.sample"})";
}  // namespace upshift::sdk::embedded

namespace {

namespace sdk = upshift::sdk;
using sdk::Json;

// One class for a table of secrets.
class MakeSecret : public sdk::Step {
 public:
  explicit MakeSecret(std::string name) : name_(std::move(name)) {}
  sdk::CheckResult check(sdk::Context& c) override {
    return c.get("Secret", name_) ? sdk::done("there") : sdk::pending("missing");
  }
  sdk::ApplyResult apply(sdk::Context& c) override {
    const bool made = c.create_missing({{"kind", "Secret"}, {"metadata", {{"name", name_}}}});
    c.set_value("made", name_);
    return sdk::applied(made ? "made" : "was there")
        .await(sdk::exists("Secret", name_).timeout("5m"))
        .await(sdk::rollout("web"));
  }

 protected:
  std::string name_;
};

// Inherits check and apply, adds the others.
struct MakeSecretCarefully : MakeSecret {
  using MakeSecret::MakeSecret;
  sdk::VerifyResult verify(sdk::Context& c) override {
    return c.require("Secret", name_).contains("data") ? sdk::verified("has data") : sdk::not_yet("no data yet");
  }
  sdk::UndoResult undo(sdk::Context& c) override {
    c.remove("Secret", name_);
    return sdk::undone("removed");
  }
};

struct Simulated : sdk::Simulation {
  void start(sdk::SimulationContext& c) override {
    c.state() = {{"execs", 0}};
    c.after_ms(2000, "tick");
  }
  std::optional<sdk::ExecResult> exec(sdk::SimulationContext& c, const sdk::ExecEvent& event) override {
    if (event.deployment_config != "web") return std::nullopt;
    c.state()["execs"] = c.state()["execs"].get<int>() + 1;
    return sdk::ExecResult{0, event.command.front() + event.standard_input, ""};
  }
  std::optional<sdk::HttpReply> http(sdk::SimulationContext&, const sdk::HttpRequest& request) override {
    return sdk::HttpReply{request.method == "GET" ? 200 : 405, request.url};
  }
  void timer(sdk::SimulationContext& c, const Json& data) override {
    c.create({{"kind", "Route"}, {"metadata", {{"name", data}}}});
  }
};

sdk::ApplyResult apply_by_parameter(sdk::Context& c) {
  const std::string what = c.parameter("what");
  if (what == "failure") throw sdk::Failure(sdk::Status::kUnavailable, "the moon is down", "Wait.", "Moon/luna");
  if (what == "exception") throw std::runtime_error("from below");
  if (what == "number") throw 42;
  if (what == "type") return sdk::applied(c.parameter("number"));
  if (what == "refused") c.require("Secret", "none");
  if (what == "host") c.patch_merge("Secret", "none", {{"data", {}}});
  if (what == "status ok") throw sdk::Failure(sdk::Status::kOk, "odd");
  c.warn("careful", "it is hot", "Pan/1");
  return sdk::applied("fine")
      .await(sdk::import("web", "2.6"))
      .await(sdk::absent("Pod", "x"))
      .await(sdk::route_admitted("h", "s"));
}

sdk::Definition define() {
  sdk::Definition plugin;
  for (const char* name : {"one", "two"}) plugin.step<MakeSecret>(std::string("secrets/") + name, name);
  plugin.step<MakeSecretCarefully>("secrets/careful", "careful");
  plugin.step("trouble/step", sdk::make({.check =
                                             [](sdk::Context& c) {
                                               c.remove("Secret", "one");
                                               return sdk::done("removed in a check");
                                             },
                                         .apply = apply_by_parameter}));
  plugin.detect("3scale", [](sdk::Context& c) {
    const auto secret = c.get("Secret", "one");
    if (!secret) return sdk::not_found("no secret");
    return sdk::found("2.5", "3scale 2.5").variant("subdomain").evidence("Secret/one", "2.5");
  });
  plugin.simulate<Simulated>();
  return plugin;
}

sdk::Definition define_twice() {
  sdk::Definition plugin;
  plugin.step<MakeSecret>("same", "x");
  plugin.step<MakeSecret>("same", "y");
  return plugin;
}

}  // namespace

UPSHIFT_PLUGIN(define)

const upshift_plugin* table_that_defines_a_step_twice() {
  static constexpr upshift_plugin kTable = sdk::detail::table<&define_twice>();
  return &kTable;
}
