#include "simulated_product.hpp"

#include "routes.hpp"

namespace upshift::zync_routes {
namespace {

constexpr std::int64_t kQueueMs = 2000, kLookMs = 1000, kRetryMs = 5000;
// Zync retries for days; a rehearsal has seen enough after a few minutes.
constexpr std::int64_t kMostTries = 60;

// An image that is built in the project has no name of the product's; what it is built from tells.
bool is_built_from_2_6(sdk::Context& c) {
  const auto build = c.get("BuildConfig", "3scale-amp-system-oracle");
  return build && sdk::string_at(*build, "/spec/strategy/dockerStrategy/from/name") == "amp-system:2.6";
}

bool runs_2_6(sdk::Context& c) {
  const auto sidekiq = c.get("DeploymentConfig", "system-sidekiq");
  const Json* found = sidekiq ? threescale::container(*sidekiq, "system-sidekiq") : nullptr;
  if (found == nullptr) return false;
  return runs_image_of_2_6(c, *found, "3scale-amp26/system", "amp-system") || is_built_from_2_6(c);
}

void again(sdk::SimulationContext& c, const char* job, std::int64_t tries, std::int64_t delay) {
  if (tries < kMostTries) c.after_ms(delay, {{"job", job}, {"tries", tries}});
}

}  // namespace

bool runs_image_of_2_6(sdk::Context& c, const Json& container, std::string_view repository,
                       const std::string& image_stream) {
  const std::string image = sdk::string_at(container, "/image");
  if (image.find(repository) != std::string::npos) return true;
  const auto stream = c.get("ImageStream", image_stream);
  const std::string wanted = stream ? threescale::resolved(*stream, "2.6") : "";
  return !wanted.empty() && threescale::is_same_image(image, wanted);
}

void SimulatedProduct::start(sdk::SimulationContext& c) {
  c.state() = state_of_project(c);
}

std::optional<sdk::ExecResult> SimulatedProduct::exec(sdk::SimulationContext& c, const sdk::ExecEvent& event) {
  std::string line;
  for (const std::string& word : event.command) line += word + " ";
  if (line.find("rake zync:resync:domains") == std::string::npos) return std::nullopt;
  if (event.deployment_config != "system-sidekiq" && event.deployment_config != "system-app") return std::nullopt;
  if (!runs_2_6(c)) {
    return sdk::ExecResult{1, "", "rake aborted!\nDon't know how to build task 'zync:resync:domains'\n"};
  }
  again(c, "make", 0, kQueueMs);
  return sdk::ExecResult{0, "0% completed\n100% completed\n",
                         "No valid API key has been set, notifications will not be sent\n"};
}

std::optional<sdk::HttpReply> SimulatedProduct::http(sdk::SimulationContext& c, const sdk::HttpRequest& request) {
  return answer_api(c, c.state(), request);
}

void SimulatedProduct::timer(sdk::SimulationContext& c, const Json& data) {
  const std::int64_t tries = sdk::int_at(data, "/tries");
  if (sdk::string_at(data, "/job") == "look") {
    if (drop_refused_routes(c)) again(c, "make", tries + 1, kRetryMs);
  } else if (make_routes(c, c.state())) {
    again(c, "look", tries, kLookMs);
  } else {
    again(c, "make", tries + 1, kRetryMs);
  }
}

}  // namespace upshift::zync_routes
