#include <fmt/format.h>
#include <map>

#include "base/text.hpp"
#include "emulator/server/table.hpp"

namespace upshift::emulator::server {
namespace {

using Columns = std::vector<Column>;

Json triggers(const Json& config, TimePoint /*now*/) {
  std::vector<std::string> parts;
  for (const Json& trigger : array_at(config, "/spec/triggers")) {
    const std::string type = string_at(trigger, "/type");
    if (type == "ConfigChange") parts.emplace_back("config");
    if (type == "ImageChange") {
      parts.push_back(fmt::format("image({})", string_at(trigger, "/imageChangeParams/from/name")));
    }
  }
  return join(parts, ",");
}

Json stream_tags(const Json& stream, TimePoint /*now*/) {
  std::vector<std::string> names;
  for (const Json& tag : array_at(stream, "/status/tags")) names.push_back(string_at(tag, "/tag"));
  constexpr std::size_t kShown = 3;
  const std::size_t further = names.size() > kShown ? names.size() - kShown : 0;
  if (further > 0) names.resize(kShown);
  return join(names, ",") + (further > 0 ? fmt::format(" + {} more...", further) : "");
}

Json stream_updated(const Json& stream, TimePoint now) {
  std::string newest;
  for (const Json& tag : array_at(stream, "/status/tags")) {
    for (const Json& item : array_at(tag, "/items")) newest = std::max(newest, string_at(item, "/created"));
  }
  return newest.empty() ? "" : age_since(newest, now) + " ago";
}

Json route_host(const Json& route, TimePoint /*now*/) {
  std::string rejected;
  for (const Json& ingress : array_at(route, "/status/ingress")) {
    for (const Json& condition : array_at(ingress, "/conditions")) {
      if (string_at(condition, "/type") == "Admitted" && string_at(condition, "/status") == "False") {
        rejected = string_at(condition, "/reason");
      }
    }
  }
  return rejected.empty() ? string_at(route, "/spec/host") : rejected;
}

Json route_services(const Json& route, TimePoint /*now*/) {
  std::vector<std::string> parts = {string_at(route, "/spec/to/name")};
  for (const Json& backend : array_at(route, "/spec/alternateBackends")) parts.push_back(string_at(backend, "/name"));
  return join(parts, ",");
}

Json route_port(const Json& route, TimePoint /*now*/) {
  const Json* const port = find(route, "/spec/port/targetPort");
  if (port == nullptr) return "<all>";
  return port->is_string() ? port->get<std::string>() : to_text(*port);
}

Json route_termination(const Json& route, TimePoint /*now*/) {
  const std::string termination = string_at(route, "/spec/tls/termination");
  const std::string insecure = string_at(route, "/spec/tls/insecureEdgeTerminationPolicy");
  return insecure.empty() || insecure == "None" ? termination : termination + "/" + insecure;
}

Json template_parameters(const Json& it, TimePoint /*now*/) {
  const Json& parameters = array_at(it, "/parameters");
  std::size_t blank = 0, generated = 0;
  for (const Json& parameter : parameters) {
    if (!string_at(parameter, "/generate").empty()) {
      ++generated;
    } else if (string_at(parameter, "/value").empty()) {
      ++blank;
    }
  }
  if (blank > 0) return fmt::format("{} ({} blank)", parameters.size(), blank);
  if (generated > 0) return fmt::format("{} ({} generated)", parameters.size(), generated);
  return fmt::format("{} (all set)", parameters.size());
}

Json template_description(const Json& it, TimePoint /*now*/) {
  constexpr std::size_t kShown = 80;
  std::string text = string_at(it, "/metadata/annotations/description");
  text = text.substr(0, text.find('\n'));
  return text.size() > kShown ? text.substr(0, kShown - 3) + "..." : text;
}

const std::map<std::string_view, Columns>& table() {
  static const std::map<std::string_view, Columns> columns = {
      {"DeploymentConfig",
       {{"Revision", "integer", 0,
         [](const Json& it, TimePoint) -> Json { return int_at(it, "/status/latestVersion"); }},
        {"Desired", "integer", 0, [](const Json& it, TimePoint) -> Json { return int_at(it, "/spec/replicas"); }},
        {"Current", "integer", 0, [](const Json& it, TimePoint) -> Json { return int_at(it, "/status/replicas"); }},
        {"Triggered By", "string", 0, triggers}}},
      {"ImageStream",
       {{"Image Repository", "string", 0,
         [](const Json& it, TimePoint) -> Json { return string_at(it, "/status/dockerImageRepository"); }},
        {"Tags", "string", 0, stream_tags},
        {"Updated", "string", 0, stream_updated}}},
      {"ImageStreamTag",
       {{"Image Reference", "string", 0,
         [](const Json& it, TimePoint) -> Json { return string_at(it, "/image/dockerImageReference"); }},
        {"Updated", "string", 0, age_cell}}},
      {"Route",
       {{"Host/Port", "string", 0, route_host},
        {"Path", "string", 0, [](const Json& it, TimePoint) -> Json { return string_at(it, "/spec/path"); }},
        {"Services", "string", 0, route_services},
        {"Port", "string", 0, route_port},
        {"Termination", "string", 0, route_termination},
        {"Wildcard", "string", 0,
         [](const Json& it, TimePoint) -> Json { return string_at(it, "/spec/wildcardPolicy", "None"); }}}},
      {"Template",
       {{"Description", "string", 0, template_description},
        {"Parameters", "string", 0, template_parameters},
        {"Objects", "integer", 0, [](const Json& it, TimePoint) -> Json { return array_at(it, "/objects").size(); }}}},
      {"Project",
       {{"Display Name", "string", 0,
         [](const Json& it, TimePoint) -> Json {
           return string_at(it, "/metadata/annotations/openshift.io~1display-name");
         }},
        {"Status", "string", 0, [](const Json& it, TimePoint) -> Json { return string_at(it, "/status/phase"); }}}},
  };
  return columns;
}

}  // namespace

const std::vector<Column>* openshift_columns(std::string_view kind) {
  const auto found = table().find(kind);
  return found == table().end() ? nullptr : &found->second;
}

}  // namespace upshift::emulator::server
