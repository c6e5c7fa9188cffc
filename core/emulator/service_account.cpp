#include "emulator/service_account.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace upshift::emulator {
namespace {

constexpr const char* kTokenType = "kubernetes.io/service-account-token";
constexpr const char* kAccountName = "kubernetes.io/service-account.name";
constexpr const char* kAccountUid = "kubernetes.io/service-account.uid";
constexpr const char* kCreatedBy = "kubernetes.io/created-by";
constexpr const char* kTokenName = "openshift.io/token-secret.name";
constexpr const char* kTokenValue = "openshift.io/token-secret.value";
constexpr std::string_view kRootAuthority = "kube-root-ca.crt";
constexpr std::string_view kServiceAuthority = "openshift-service-ca.crt";
// As Kubernetes words it.
constexpr const char* kRootAuthorityNote =
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters.";
constexpr std::array<const char*, 3> kAccounts = {"builder", "default", "deployer"};

bool refers_to(const Json& list, std::string_view prefix) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Json& entry) { return string_at(entry, "/name").starts_with(prefix); });
}

bool is_terminating(const Store& store, const std::string& name_space) {
  const Json* stored = store.get(ref_to("Namespace", "", name_space));
  return stored == nullptr || being_deleted(*stored);
}

std::string description(std::string_view what) {
  return fmt::format("{}  It is auto-managed by a controller; remove subjects to disable.", what);
}

}  // namespace

void ServiceAccounts::observe(const StoredEvent& event) {
  const Json& object = event.event.object;
  const bool gone = event.event.type == WatchEvent::Type::kDeleted;
  const std::string name = string_at(object, "/metadata/name");
  if (event.type.kind == "Namespace" && !gone) enqueue({"", name});
  // What is published into every namespace comes back, and the authority keeps its content.
  const bool published =
      event.type.kind == "ConfigMap" && (name == kRootAuthority || (gone && name == kServiceAuthority));
  if (published) enqueue({"", string_at(object, "/metadata/namespace")});
  // A secret that is made to hold an account's token gets it, or goes where there is no such account.
  if (event.type.kind == "Secret" && !gone && string_at(object, "/type") == kTokenType &&
      find(object, "/data/token") == nullptr) {
    enqueue({string_at(object, "/metadata/namespace") + "\n", name});
  }
  if (event.type.kind != "ServiceAccount") return;
  const std::string name_space = string_at(object, "/metadata/namespace");
  if (gone) {
    enqueue({"", name_space});
    enqueue({name_space + "\n" + string_at(object, "/metadata/uid"), name});
  } else {
    enqueue({name_space, name});
  }
}

void ServiceAccounts::reconcile(const ObjectName& object) {
  if (object.name_space.empty()) return furnish(object.name);
  const auto separator = object.name_space.find('\n');
  if (separator != std::string::npos && separator + 1 == object.name_space.size()) {
    return fill_token(object.name_space.substr(0, separator), object.name);
  }
  if (separator != std::string::npos) {
    return drop_tokens(object.name_space.substr(0, separator), object.name_space.substr(separator + 1));
  }
  create_secrets(object);
}

void ServiceAccounts::furnish(const std::string& name_space) {
  if (is_terminating(store_, name_space)) return;
  const auto ensure = [&](const ObjectRef& ref, Json object) {
    if (store_.get(ref) == nullptr) store_.create(ref, std::move(object));
  };
  publish_authority(name_space);
  ensure(ref_to("ConfigMap", name_space, kServiceAuthority),
         {{"metadata", {{"annotations", {{"service.beta.openshift.io/inject-cabundle", "true"}}}}},
          {"data", {{"service-ca.crt", ""}}}});
  for (const char* account : kAccounts) ensure(ref_to("ServiceAccount", name_space, account), Json::object());
  const auto account = [&](const char* name) {
    return Json{{"kind", "ServiceAccount"}, {"name", name}, {"namespace", name_space}};
  };
  const std::string rbac = "rbac.authorization.k8s.io";
  bind(name_space, "admin", {{"apiGroup", rbac}, {"kind", "User"}, {"name", "kube:admin"}}, "admin", {});
  bind(name_space, "system:deployers", account("deployer"), "system:deployer",
       description("Allows deploymentconfigs in this namespace to rollout pods in this namespace."));
  bind(name_space, "system:image-builders", account("builder"), "system:image-builder",
       description("Allows builds in this namespace to push images to this namespace."));
  bind(name_space, "system:image-pullers",
       {{"apiGroup", rbac}, {"kind", "Group"}, {"name", "system:serviceaccounts:" + name_space}}, "system:image-puller",
       description("Allows all pods in this namespace to pull images from this namespace."));
}

void ServiceAccounts::publish_authority(const std::string& name_space) {
  const ObjectRef ref = ref_to("ConfigMap", name_space, kRootAuthority);
  const Json data = {{"ca.crt", plane_.cluster_authority}};
  const Json* stored = store_.get(ref);
  if (stored == nullptr) {
    store_.create(
        ref, {{"metadata", {{"annotations", {{"kubernetes.io/description", kRootAuthorityNote}}}}}, {"data", data}});
  } else if (!being_deleted(*stored) && object_at(*stored, "/data") != data) {
    modify(store_, ref, [&](Json& object) { object["data"] = data; });
  }
}

void ServiceAccounts::bind(const std::string& name_space, const std::string& name, const Json& subject,
                           const std::string& role, const std::string& text) {
  const ObjectRef ref = ref_to("RoleBinding", name_space, name);
  if (store_.get(ref) != nullptr) return;
  Json metadata = Json::object();
  if (!text.empty()) metadata["annotations"] = {{"openshift.io/description", text}};
  store_.create(ref,
                {{"metadata", metadata},
                 {"subjects", Json::array({subject})},
                 {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", role}}}});
}

void ServiceAccounts::create_secrets(const ObjectName& name) {
  const Json* stored = store_.get(ref_to("ServiceAccount", name));
  if (stored == nullptr || being_deleted(*stored)) return;
  const Json account = *stored;
  const std::string registry_prefix = name.name + "-dockercfg-";
  std::string token, registry;
  if (!refers_to(array_at(account, "/secrets"), name.name + "-token-")) token = create_token(account, false);
  if (!refers_to(array_at(account, "/imagePullSecrets"), registry_prefix)) {
    const std::string of_registry = create_token(account, true);
    const Json* secret = store_.get(ref_to("Secret", name.name_space, of_registry));
    Json owner = owner_reference(*secret, true);
    owner["blockOwnerDeletion"] = false;
    registry = store_.new_name(type_of("Secret"), name.name_space, registry_prefix);
    const std::string value = decode_base64(string_at(*secret, "/data/token")).value_or("");
    store_.create(ref_to("Secret", name.name_space, registry), {{"metadata",
                                                                 {{"annotations",
                                                                   {{kAccountName, name.name},
                                                                    {kAccountUid, string_at(account, "/metadata/uid")},
                                                                    {kTokenName, of_registry},
                                                                    {kTokenValue, value}}},
                                                                  {"ownerReferences", Json::array({owner})}}},
                                                                {"type", "kubernetes.io/dockercfg"},
                                                                {"data", {{".dockercfg", encode_base64("{}")}}}});
  }
  if (token.empty() && registry.empty()) return;
  modify(store_, ref_to("ServiceAccount", name), [&](Json& next) {
    if (!token.empty()) next["secrets"].push_back({{"name", token}});
    if (registry.empty()) return;
    if (!refers_to(array_at(next, "/secrets"), registry_prefix)) next["secrets"].push_back({{"name", registry}});
    next["imagePullSecrets"].push_back({{"name", registry}});
  });
}

std::string ServiceAccounts::create_token(const Json& account, bool for_registry) {
  const ObjectName name = name_of(account);
  const std::string secret = store_.new_name(type_of("Secret"), name.name_space, name.name + "-token-");
  Json annotations = {{kAccountName, name.name}, {kAccountUid, string_at(account, "/metadata/uid")}};
  if (for_registry) annotations[kCreatedBy] = "openshift.io/create-dockercfg-secrets";
  store_.create(ref_to("Secret", name.name_space, secret), {{"metadata", {{"annotations", annotations}}},
                                                            {"type", kTokenType},
                                                            {"data", token_data(name.name_space, secret)}});
  return secret;
}

Json ServiceAccounts::token_data(const std::string& name_space, const std::string& secret) {
  return {{"ca.crt", encode_base64(plane_.cluster_authority)},
          {"namespace", encode_base64(name_space)},
          {"token", encode_base64("emulated-" + store_.new_suffix(secret, 40))}};
}

void ServiceAccounts::fill_token(const std::string& name_space, const std::string& name) {
  const ObjectRef ref = ref_to("Secret", name_space, name);
  const Json* secret = store_.get(ref);
  if (secret == nullptr || find(*secret, "/data/token") != nullptr) return;
  const std::string account = string_at(*secret, "/metadata/annotations/" + escape_pointer(kAccountName));
  const Json* owner = store_.get(ref_to("ServiceAccount", name_space, account));
  if (owner == nullptr) return store_.remove(ref);
  const std::string uid = string_at(*owner, "/metadata/uid");
  const Json data = token_data(name_space, name);
  modify(store_, ref, [&](Json& next) {
    next["metadata"]["annotations"][kAccountUid] = uid;
    if (!next["data"].is_object()) next["data"] = Json::object();
    next["data"].update(data);
  });
}

void ServiceAccounts::drop_tokens(const std::string& name_space, const std::string& account_uid) {
  std::vector<std::string> names;
  for (const Json* secret : store_.list(type_of("Secret"), name_space)) {
    if (string_at(*secret, "/type") == kTokenType &&
        string_at(*secret, "/metadata/annotations/" + escape_pointer(kAccountUid)) == account_uid) {
      names.push_back(string_at(*secret, "/metadata/name"));
    }
  }
  for (const std::string& name : names) store_.remove(ref_to("Secret", name_space, name));
}

}  // namespace upshift::emulator
