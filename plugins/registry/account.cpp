#include "account.hpp"

#include <string>
#include <vector>

namespace upshift::registry {
namespace {

using sdk::Json;

constexpr std::string_view kDefaultAccount = "default";

std::string account(const sdk::Context& c) {
  return c.string_parameter("service-account");
}
std::string secret(const sdk::Context& c) {
  return c.string_parameter("secret-name");
}

const Json* subject(const Json& binding, std::string_view name) {
  const std::string project = sdk::string_at(binding, "/metadata/namespace");
  for (const Json& each : sdk::array_at(binding, "/subjects")) {
    const std::string subject_project = sdk::string_at(each, "/namespace", project);
    if (sdk::string_at(each, "/kind") == "ServiceAccount" && sdk::string_at(each, "/name") == name &&
        (project.empty() || subject_project == project)) {
      return &each;
    }
  }
  return nullptr;
}

std::vector<Json> bindings_to_extend(sdk::Context& c) {
  std::vector<Json> out;
  if (account(c) == kDefaultAccount) return out;
  for (Json& binding : c.list("RoleBinding")) {
    if (subject(binding, kDefaultAccount) != nullptr && subject(binding, account(c)) == nullptr) {
      out.push_back(std::move(binding));
    }
  }
  return out;
}

}  // namespace

sdk::CheckResult ServiceAccount::check(sdk::Context& c) {
  const auto present = c.get("ServiceAccount", account(c));
  if (!present) return sdk::pending("ServiceAccount/" + account(c) + " does not exist");
  if (sdk::named(sdk::array_at(*present, "/imagePullSecrets"), secret(c)) == nullptr) {
    return sdk::pending("ServiceAccount/" + account(c) + " does not pull with Secret/" + secret(c));
  }
  return sdk::done("ServiceAccount/" + account(c) + " pulls with Secret/" + secret(c));
}

sdk::ApplyResult ServiceAccount::apply(sdk::Context& c) {
  const Json entry = {{"name", secret(c)}};
  const auto present = c.get("ServiceAccount", account(c));
  if (!present) {
    c.create({{"apiVersion", "v1"},
              {"kind", "ServiceAccount"},
              {"metadata", {{"name", account(c)}}},
              {"imagePullSecrets", Json::array({entry})}});
    return sdk::applied("created ServiceAccount/" + account(c));
  }
  const Json& secrets = sdk::array_at(*present, "/imagePullSecrets");
  if (sdk::named(secrets, secret(c)) == nullptr) {
    const Json operation = secrets.empty()
                               ? Json{{"op", "add"}, {"path", "/imagePullSecrets"}, {"value", Json::array({entry})}}
                               : Json{{"op", "add"}, {"path", "/imagePullSecrets/-"}, {"value", entry}};
    c.patch_json("ServiceAccount", account(c), Json::array({operation}));
  }
  return sdk::applied("ServiceAccount/" + account(c) + " pulls with Secret/" + secret(c));
}

sdk::CheckResult Grants::check(sdk::Context& c) {
  const auto bindings = bindings_to_extend(c);
  if (bindings.empty()) return sdk::done("nothing is granted to the default account alone");
  return sdk::pending(std::to_string(bindings.size()) + " RoleBinding(s) name the default account alone");
}

sdk::ApplyResult Grants::apply(sdk::Context& c) {
  std::string names;
  for (const Json& binding : bindings_to_extend(c)) {
    const std::string name = sdk::string_at(binding, "/metadata/name");
    Json added = *subject(binding, kDefaultAccount);
    added["name"] = account(c);
    c.patch_json("RoleBinding", name, Json::array({{{"op", "add"}, {"path", "/subjects/-"}, {"value", added}}}));
    names += (names.empty() ? "" : ", ") + name;
  }
  return sdk::applied(account(c) + " got the grants of the default account: " + names);
}

}  // namespace upshift::registry
