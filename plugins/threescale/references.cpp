#include "threescale/references.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "threescale/deployments.hpp"
#include "threescale/objects.hpp"

namespace upshift::threescale {
namespace {

using sdk::Json;

// What one object refers to, in the order in which it is met.
class References {
 public:
  void add(std::string_view kind, const Json& owner, std::string_view pointer, const std::string& reader) {
    const Json* from = sdk::find(owner, pointer);
    if (from == nullptr || sdk::bool_at(*from, "/optional")) return;
    for (const char* name : {"/name", "/secretName", "/claimName"}) {
      if (std::string found = sdk::string_at(*from, name); !found.empty()) {
        all_.push_back({std::string(kind), std::move(found), reader});
        return;
      }
    }
  }
  void add_environment(const Json& owner, const std::string& reader) {
    for (const Json& variable : sdk::array_at(owner, "/env")) {
      add("Secret", variable, "/valueFrom/secretKeyRef", reader);
      add("ConfigMap", variable, "/valueFrom/configMapKeyRef", reader);
    }
    for (const Json& source : sdk::array_at(owner, "/envFrom")) {
      add("Secret", source, "/secretRef", reader);
      add("ConfigMap", source, "/configMapRef", reader);
    }
  }
  void add_deployment_config(const Json& dc) {
    const std::string of = " of DeploymentConfig/" + sdk::string_at(dc, "/metadata/name");
    for (const std::string_view list : {kContainers, kInitContainers}) {
      for (const Json& each : sdk::array_at(dc, list)) {
        add_environment(each, "container " + sdk::string_at(each, "/name") + of);
      }
    }
    if (const Json* hook = sdk::find(dc, kPreHook)) add_environment(*hook, "the pre hook" + of);
    for (const Json& volume : sdk::array_at(dc, "/spec/template/spec/volumes")) {
      const std::string reader = "volume " + sdk::string_at(volume, "/name") + of;
      add("Secret", volume, "/secret", reader);
      add("ConfigMap", volume, "/configMap", reader);
      add("PersistentVolumeClaim", volume, "/persistentVolumeClaim", reader);
    }
  }
  const std::vector<DanglingReference>& all() const { return all_; }

 private:
  std::vector<DanglingReference> all_;
};

std::set<std::string> names_of(sdk::Context& c, const std::string& kind) {
  std::set<std::string> names;
  for (const Json& object : c.list(kind)) names.insert(sdk::string_at(object, "/metadata/name"));
  return names;
}

bool is_of_product(const std::string& name) {
  return name == "system-postgresql" || std::any_of(kDeployments.begin(), kDeployments.end(),
                                                    [&name](const Deployment& row) { return row.name == name; });
}

}  // namespace

std::vector<DanglingReference> dangling_references(sdk::Context& c) {
  References references;
  for (const Json& dc : c.list("DeploymentConfig")) {
    if (is_of_product(sdk::string_at(dc, "/metadata/name"))) references.add_deployment_config(dc);
  }
  std::map<std::string, std::set<std::string>> present;
  std::set<std::pair<std::string, std::string>> told;
  std::vector<DanglingReference> out;
  for (const DanglingReference& each : references.all()) {
    if (!present.contains(each.kind)) present[each.kind] = names_of(c, each.kind);
    if (present[each.kind].contains(each.name) || !told.emplace(each.kind, each.name).second) continue;
    out.push_back(each);
  }
  return out;
}

std::string describe(const std::vector<DanglingReference>& references) {
  const DanglingReference& first = references.front();
  std::string said = first.kind + "/" + first.name + " does not exist, and " + first.reader + " refers to it";
  if (references.size() > 1) {
    said += "; nor do";
    for (std::size_t i = 1; i < references.size(); ++i) {
      said += (i == 1 ? " " : ", ") + references[i].kind + "/" + references[i].name;
    }
  }
  return said + ": pods of the next rollout would not start";
}

}  // namespace upshift::threescale
