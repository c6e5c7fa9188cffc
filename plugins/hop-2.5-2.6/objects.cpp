#include "objects.hpp"

#include <algorithm>

#include "facts.hpp"
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"

namespace upshift::hop_2_5_2_6 {
namespace {

using sdk::Json;

constexpr std::string_view kRole = "zync-que-role";
constexpr std::string_view kAccount = "zync-que-sa";

Json secret_env(std::string_view name) {
  return {{"name", name}, {"valueFrom", {{"secretKeyRef", {{"name", "zync"}, {"key", name}}}}}};
}
Json field_env(std::string_view name, std::string_view path) {
  return {{"name", name}, {"valueFrom", {{"fieldRef", {{"fieldPath", path}}}}}};
}

Json que_container(bool has_resources) {
  Json env = Json::array({{{"name", "RAILS_LOG_TO_STDOUT"}, {"value", "true"}},
                          {{"name", "RAILS_ENV"}, {"value", "production"}},
                          secret_env("DATABASE_URL"),
                          secret_env("SECRET_KEY_BASE"),
                          secret_env("ZYNC_AUTHENTICATION_TOKEN")});
  for (const Env& pod : kZyncPod) env.push_back(field_env(pod.name, pod.key));
  const Json probe = {{"httpGet", {{"path", "/metrics"}, {"port", 9394}, {"scheme", "HTTP"}}},
                      {"initialDelaySeconds", 10},
                      {"periodSeconds", 10},
                      {"timeoutSeconds", 60},
                      {"successThreshold", 1},
                      {"failureThreshold", 3}};
  Json container = {{"name", "que"},
                    // The trigger puts the image that the tag resolves to in its place.
                    {"image", "amp-zync:latest"},
                    {"imagePullPolicy", "Always"},
                    {"command", {"/usr/bin/bash"}},
                    {"args", {"-c", "bundle exec rake 'que[--worker-count 10]'"}},
                    {"env", std::move(env)},
                    {"livenessProbe", probe},
                    {"ports", Json::array({{{"name", "metrics"}, {"containerPort", 9394}, {"protocol", "TCP"}}})}};
  if (has_resources) {
    container["resources"] = {{"requests", {{"cpu", "250m"}, {"memory", "250M"}}},
                              {"limits", {{"cpu", "1"}, {"memory", "512Mi"}}}};
  }
  return container;
}

Json rule(std::string_view group, std::vector<std::string_view> resources, std::vector<std::string_view> verbs) {
  return {{"apiGroups", {group}}, {"resources", resources}, {"verbs", verbs}};
}

}  // namespace

Settings read_settings(sdk::Context& c) {
  Settings out;
  const Json listener = c.require("DeploymentConfig", "backend-listener");
  out.app_label = sdk::string_at(listener, "/spec/template/metadata/labels/app");
  const Json system = c.require("ImageStream", "amp-system");
  for (const Json& tag : sdk::array_at(system, "/spec/tags")) {
    if (sdk::bool_at(tag, "/importPolicy/insecure")) out.import_insecure = true;
  }
  return out;
}

Settings settings(sdk::Context& c) {
  const auto app = c.value("app-label");
  const auto insecure = c.value("import-insecure");
  if (!app || !insecure || !app->is_string() || !insecure->is_boolean()) return read_settings(c);
  return {app->get<std::string>(), insecure->get<bool>()};
}

Json image_stream(const NewStream& stream, const Settings& settings, std::string_view registry) {
  const threescale::Image& image = threescale::image_of(stream.name, kTo);
  Json version = {{"name", image.tag},
                  {"annotations", {{"openshift.io/display-name", image.tag_title}}},
                  {"from", {{"kind", "DockerImage"}, {"name", threescale::reference(image, registry)}}},
                  {"referencePolicy", {{"type", "Source"}}}};
  if (settings.import_insecure) version["importPolicy"] = {{"insecure", true}};
  const Json latest = {{"name", "latest"},
                       {"annotations", {{"openshift.io/display-name", image.latest_title}}},
                       {"from", {{"kind", "ImageStreamTag"}, {"name", image.tag}}},
                       {"referencePolicy", {{"type", "Source"}}}};
  return {{"apiVersion", "image.openshift.io/v1"},
          {"kind", "ImageStream"},
          {"metadata",
           {{"name", stream.name},
            {"labels", {{"app", settings.app_label}, {"threescale_component", stream.component}}},
            {"annotations", {{"openshift.io/display-name", stream.title}}}}},
          {"spec", {{"lookupPolicy", {{"local", false}}}, {"tags", Json::array({version, latest})}}}};
}

Json zync_que_role() {
  return {{"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "Role"},
          {"metadata", {{"name", kRole}}},
          {"rules",
           Json::array({rule("apps.openshift.io", {"deploymentconfigs"}, {"get", "list"}),
                        rule("", {"pods", "replicationcontrollers"}, {"get", "list"}),
                        // Early builds of the role lacked update; Zync cannot move a route without it.
                        rule("route.openshift.io", {"routes"}, {"get", "list", "create", "delete", "patch", "update"}),
                        rule("route.openshift.io", {"routes/status"}, {"get"}),
                        rule("route.openshift.io", {"routes/custom-host"}, {"create"})})}};
}

Json zync_que_account() {
  return {{"apiVersion", "v1"},
          {"kind", "ServiceAccount"},
          {"metadata", {{"name", kAccount}}},
          {"imagePullSecrets", Json::array({{{"name", kPullSecret}}})}};
}

Json zync_que_role_binding() {
  return {{"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "RoleBinding"},
          {"metadata", {{"name", "zync-que-rolebinding"}}},
          {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", kRole}}},
          {"subjects", Json::array({{{"kind", "ServiceAccount"}, {"name", kAccount}}})}};
}

QueScale que_scale(sdk::Context& c) {
  QueScale scale;
  const auto zync = c.get("DeploymentConfig", "zync");
  if (!zync) return scale;
  scale.has_resources = threescale::has_resources(*zync);
  if (threescale::has_databases_outside(c))
    scale.replicas = std::max<std::int64_t>(1, sdk::int_at(*zync, "/spec/replicas"));
  return scale;
}

Json zync_que(const Settings& settings, const QueScale& scale) {
  const Json trigger = {{"type", "ImageChange"},
                        {"imageChangeParams",
                         {{"automatic", true},
                          {"containerNames", {"que"}},
                          {"from", {{"kind", "ImageStreamTag"}, {"name", "amp-zync:latest"}}}}}};
  const Json rolling = {{"intervalSeconds", 1},
                        {"updatePeriodSeconds", 1},
                        {"timeoutSeconds", 600},
                        {"maxSurge", "25%"},
                        {"maxUnavailable", "25%"}};
  const Json pod = {{"metadata",
                     {{"labels", {{"app", settings.app_label}, {"deploymentConfig", "zync-que"}}},
                      {"annotations", {{"prometheus.io/port", "9394"}, {"prometheus.io/scrape", "true"}}}}},
                    {"spec",
                     {{"containers", Json::array({que_container(scale.has_resources)})},
                      {"restartPolicy", "Always"},
                      {"serviceAccountName", kAccount},
                      {"terminationGracePeriodSeconds", 30}}}};
  return {
      {"apiVersion", "apps.openshift.io/v1"},
      {"kind", "DeploymentConfig"},
      {"metadata", {{"name", "zync-que"}, {"labels", {{"app", settings.app_label}, {"threescale_component", "zync"}}}}},
      {"spec",
       {{"replicas", scale.replicas},
        {"selector", {{"deploymentConfig", "zync-que"}}},
        {"strategy", {{"type", "Rolling"}, {"rollingParams", rolling}, {"resources", Json::object()}}},
        {"template", pod},
        {"test", false},
        {"triggers", Json::array({{{"type", "ConfigChange"}}, trigger})}}}};
}

}  // namespace upshift::hop_2_5_2_6
