#include "settings.hpp"

#include <vector>

#include "threescale/settings_2_4.hpp"

namespace upshift::hop_2_3_2_4 {
namespace {

using sdk::Json;
using threescale::ObjectLack;
using threescale::Snapshot;

constexpr const char* kServiceDiscovery = "service_discovery.yml";

// The product's own file in 2.4: services of the cluster are found with the pod's account.
constexpr const char* kServiceDiscoveryText = R"(production:
  enabled: <%= File.exist?('/var/run/secrets/kubernetes.io/serviceaccount/token') %>
  server_scheme: https
  server_host: kubernetes.default.svc.cluster.local
  server_port: 443
  bearer_token: "<%= File.exist?('/var/run/secrets/kubernetes.io/serviceaccount/token') ? File.read('/var/run/secrets/kubernetes.io/serviceaccount/token') : '' %>"
  # service_account or oauth
  authentication_method: service_account
  # builtin or rh_sso
  oauth_server_type: builtin
  client_id:
  client_secret:
  timeout: 1
  open_timeout: 1
  max_retry: 5
  verify_ssl: <%= OpenSSL::SSL::VERIFY_NONE %>
)";

std::vector<ObjectLack> lacking(Snapshot& objects, const std::string& kind) {
  std::vector<ObjectLack> out;
  for (ObjectLack& lack : threescale::lacking_settings(objects)) {
    if (lack.object->kind == kind) out.push_back(std::move(lack));
  }
  return out;
}

std::string reference(const ObjectLack& lack) {
  return std::string(lack.object->kind) + "/" + std::string(lack.object->name);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string unknown_values(const std::vector<ObjectLack>& lacks) {
  std::string out;
  for (const ObjectLack& lack : lacks) {
    if (lack.unknown.empty()) continue;
    out += (out.empty() ? "" : "; ") + reference(lack) + ": " + joined(lack.unknown);
  }
  return out;
}

// Secrets keep base64.
Json stored(const ObjectLack& lack) {
  Json data = Json::object();
  for (const auto& [key, text] : lack.data.items()) {
    data[key] = lack.object->kind == "Secret" ? Json(sdk::encode_base64(text.get<std::string>())) : text;
  }
  return data;
}

Json new_object(const ObjectLack& lack, const std::string& app_label) {
  Json object = {
      {"apiVersion", "v1"},
      {"kind", lack.object->kind},
      {"metadata",
       {{"name", lack.object->name}, {"labels", {{"app", app_label}, {"3scale.component", lack.object->component}}}}},
      {"data", stored(lack)}};
  if (lack.object->kind == "Secret") object["type"] = "Opaque";
  return object;
}

std::string app_label(Snapshot& objects) {
  const Json* listener = objects.get("DeploymentConfig", "backend-listener");
  return listener == nullptr ? "" : sdk::string_at(*listener, "/spec/template/metadata/labels/app");
}

// A default names a host of the project; with a database elsewhere the application found it in its own files. One
// warning for each object.
void warn_of_foreign_hosts(sdk::Context& c, Snapshot& objects, const std::vector<ObjectLack>& lacks) {
  for (const ObjectLack& lack : lacks) {
    const std::string name(lack.object->name);
    for (const std::string& key : lack.assumed) {
      // Secret and Service have the same name.
      const bool names_it = lack.data[key].get<std::string>().find(name + ":") != std::string::npos;
      if (!names_it || objects.get("Service", name) != nullptr) continue;
      c.warn("Secret/" + name + " will name the host " + name + ", and the project has no Service of that name",
             "Create the secret beforehand, with the key " + key + ", where what it names is outside the project.",
             name);
      break;
    }
  }
}

}  // namespace

sdk::CheckResult CreateSettings::check(sdk::Context& c) {
  Snapshot objects(c);
  const auto lacks = lacking(objects, kind_);
  if (lacks.empty()) return sdk::done("every " + kind_ + " of 2.4 is there");
  if (const std::string unknown = unknown_values(lacks); !unknown.empty()) {
    return sdk::blocked("nothing in the project tells the value of " + unknown + "; create it by hand, then go on");
  }
  if (app_label(objects).empty()) {
    return sdk::blocked(
        "the pods of DeploymentConfig/backend-listener have no label app, which the new objects take over");
  }
  warn_of_foreign_hosts(c, objects, lacks);
  for (const ObjectLack& lack : lacks) {
    if (lack.replaced.empty()) continue;
    c.warn(reference(lack) + " gets other values than it has: " + joined(lack.replaced),
           "Nothing reads them, and they differ from what the containers run with: a template processed anew makes "
           "such values at random. Using them would lock the application out of its own data.",
           std::string(lack.object->name));
  }
  return sdk::pending(std::to_string(lacks.size()) + " objects of kind " + kind_ + " are missing or incomplete");
}

sdk::ApplyResult CreateSettings::apply(sdk::Context& c) {
  Snapshot objects(c);
  std::string names;
  for (const ObjectLack& lack : lacking(objects, kind_)) {
    if (!lack.unknown.empty()) {
      throw sdk::Failure(sdk::Status::kFailedPrecondition,
                         "nothing in the project tells the value of " + joined(lack.unknown) + " of " + reference(lack),
                         "Create it by hand, then run the step again.", std::string(lack.object->name));
    }
    if (lack.exists) {
      c.patch_merge(lack.object->kind, lack.object->name, {{"data", stored(lack)}});
    } else {
      c.create(new_object(lack, app_label(objects)));
    }
    names += (names.empty() ? "" : ", ") + std::string(lack.object->name);
  }
  return sdk::applied("made of what the containers run with: " + names);
}

sdk::VerifyResult CreateSettings::verify(sdk::Context& c) {
  Snapshot objects(c);
  const auto lacks = lacking(objects, kind_);
  if (!lacks.empty()) return sdk::not_yet(reference(lacks.front()) + " still lacks something");
  return sdk::verified("every " + kind_ + " of 2.4 is there");
}

sdk::CheckResult AddServiceDiscovery::check(sdk::Context& c) {
  const auto system = c.get("ConfigMap", "system");
  if (!system) return sdk::not_applicable("there is no ConfigMap/system: the image's own files count");
  if (sdk::object_at(*system, "/data").contains(kServiceDiscovery)) {
    return sdk::done("ConfigMap/system has service_discovery.yml");
  }
  return sdk::pending("ConfigMap/system lacks service_discovery.yml");
}

sdk::ApplyResult AddServiceDiscovery::apply(sdk::Context& c) {
  c.patch_merge("ConfigMap", "system", {{"data", {{kServiceDiscovery, kServiceDiscoveryText}}}});
  return sdk::applied("ConfigMap/system has service_discovery.yml; pods see it once their volume shows it");
}

}  // namespace upshift::hop_2_3_2_4
