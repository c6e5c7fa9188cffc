#include "create.hpp"

#include <algorithm>

#include "facts.hpp"
#include "threescale/objects.hpp"

namespace upshift::hop_2_5_2_6 {
namespace {

using sdk::Json;

bool are_named(const Json& list) {
  return std::all_of(list.begin(), list.end(),
                     [](const Json& each) { return each.is_object() && each.contains("name"); });
}

// True where something of `wanted` is missing in the project; server-set defaults beside it do not matter.
bool is_incomplete(sdk::Context& c, const Json& wanted) {
  const auto present = c.get(sdk::string_at(wanted, "/kind"), sdk::string_at(wanted, "/metadata/name"));
  return !present || completed(*present, wanted) != *present;
}

std::string reference(const Json& object) {
  return sdk::string_at(object, "/kind") + "/" + sdk::string_at(object, "/metadata/name");
}

// Says "created" or "completed".
std::string create_or_complete(sdk::Context& c, const Json& wanted) {
  const auto present = c.get(sdk::string_at(wanted, "/kind"), sdk::string_at(wanted, "/metadata/name"));
  if (!present) {
    c.create(wanted);
    return "created " + reference(wanted);
  }
  c.replace(completed(*present, wanted));
  return "completed " + reference(wanted);
}

std::string registry(const sdk::Context& c) {
  return c.string_parameter("image-registry");
}

// A rule for each permission: the order of verbs and whether rules are split is the user's own affair.
bool allows(const Json& role, const Json& wanted_rule) {
  for (const Json& verb : sdk::array_at(wanted_rule, "/verbs")) {
    for (const Json& resource : sdk::array_at(wanted_rule, "/resources")) {
      const auto& rules = sdk::array_at(role, "/rules");
      const bool found = std::any_of(rules.begin(), rules.end(), [&](const Json& each) {
        const auto has = [&](const char* list, const Json& value) {
          const Json& values = sdk::array_at(each, list);
          return std::find(values.begin(), values.end(), value) != values.end() ||
                 std::find(values.begin(), values.end(), Json("*")) != values.end();
        };
        return has("/apiGroups", wanted_rule["apiGroups"][0]) && has("/resources", resource) && has("/verbs", verb);
      });
      if (!found) return false;
    }
  }
  return true;
}

Json missing_rules(const Json& role) {
  Json missing = Json::array();
  const Json wanted = zync_que_role();
  for (const Json& each : sdk::array_at(wanted, "/rules")) {
    if (!allows(role, each)) missing.push_back(each);
  }
  return missing;
}

}  // namespace

Json completed(const Json& present, const Json& wanted) {
  if (present.is_null()) return wanted;
  if (present.is_object() && wanted.is_object()) {
    Json out = present;
    for (auto each = wanted.begin(); each != wanted.end(); ++each) {
      const auto found = out.find(each.key());
      // The server leaves out what is empty.
      const bool is_empty = each->is_object() && each->empty();
      if (found != out.end()) {
        *found = completed(*found, *each);
      } else if (!is_empty) {
        out[each.key()] = *each;
      }
    }
    return out;
  }
  if (present.is_array() && wanted.is_array() && are_named(wanted) && are_named(present)) {
    Json out = present;
    for (const Json& each : wanted) {
      const auto index = sdk::index_of(out, each["name"].get<std::string>());
      if (index) {
        out[*index] = completed(out[*index], each);
      } else {
        out.push_back(each);
      }
    }
    return out;
  }
  return present;
}

sdk::CheckResult CreateStream::check(sdk::Context& c) {
  const std::string name(stream_.name);
  if (!c.get("DeploymentConfig", stream_.follower)) {
    return sdk::not_applicable("there is no DeploymentConfig/" + std::string(stream_.follower) +
                               " that would follow it");
  }
  const Json wanted = image_stream(stream_, settings(c), registry(c));
  if (is_incomplete(c, wanted)) {
    return sdk::pending("ImageStream/" + name + (c.get("ImageStream", name) ? " is incomplete" : " does not exist"));
  }
  const Json present = c.require("ImageStream", name);
  const Json* latest = threescale::tag(present, "latest");
  if (sdk::string_at(*latest, "/from/name") != kTo) {
    c.warn("ImageStream/" + name + " follows " + sdk::string_at(*latest, "/from/name") + " and is kept so",
           "Version 2.6 follows the stream's tag 2.6.", name);
  }
  if (threescale::resolved(present, "latest").empty()) return sdk::pending(name + ":latest is not imported yet");
  return sdk::done("ImageStream/" + name + " is there and imported");
}

sdk::ApplyResult CreateStream::apply(sdk::Context& c) {
  const std::string said = create_or_complete(c, image_stream(stream_, settings(c), registry(c)));
  return sdk::applied(said).await(sdk::import(std::string(stream_.name), std::string(kTo)));
}

sdk::VerifyResult CreateStream::verify(sdk::Context& c) {
  const Json present = c.require("ImageStream", stream_.name);
  const std::string image = threescale::resolved(present, "latest");
  if (image.empty()) return sdk::not_yet(std::string(stream_.name) + ":latest does not resolve yet");
  return sdk::verified(std::string(stream_.name) + ":latest is " + image);
}

sdk::CheckResult CreateZyncAccess::check(sdk::Context& c) {
  const auto role = c.get("Role", "zync-que-role");
  if (!role) return sdk::pending("Role/zync-que-role does not exist");
  if (!missing_rules(*role).empty()) return sdk::pending("Role/zync-que-role does not allow all that Zync does");
  for (const Json& wanted : {zync_que_account(), zync_que_role_binding()}) {
    if (is_incomplete(c, wanted)) return sdk::pending(reference(wanted) + " is missing or incomplete");
  }
  return sdk::done("zync-que has its account and its role");
}

sdk::ApplyResult CreateZyncAccess::apply(sdk::Context& c) {
  if (auto role = c.get("Role", "zync-que-role")) {
    for (const Json& rule : missing_rules(*role)) (*role)["rules"].push_back(rule);
    c.replace(*role);
  } else {
    c.create(zync_que_role());
  }
  std::string said = "Role/zync-que-role is there";
  for (const Json& wanted : {zync_que_account(), zync_que_role_binding()}) {
    if (is_incomplete(c, wanted)) said += "; " + create_or_complete(c, wanted);
  }
  return sdk::applied(said);
}

sdk::CheckResult CreateZyncQue::check(sdk::Context& c) {
  const auto present = c.get("DeploymentConfig", "zync-que");
  if (!present) return sdk::pending("DeploymentConfig/zync-que does not exist");
  if (!threescale::image_trigger(*present, "amp-zync:latest")) {
    return sdk::pending("DeploymentConfig/zync-que does not follow amp-zync:latest");
  }
  const Json* que = threescale::container(*present, "que");
  const Json wanted = zync_que(settings(c), que_scale(c));
  if (que == nullptr || completed(*que, wanted["spec"]["template"]["spec"]["containers"][0]) != *que ||
      threescale::service_account(*present).empty()) {
    return sdk::pending("DeploymentConfig/zync-que is incomplete");
  }
  return sdk::done("DeploymentConfig/zync-que is there");
}

sdk::ApplyResult CreateZyncQue::apply(sdk::Context& c) {
  const Json wanted = zync_que(settings(c), que_scale(c));
  auto present = c.get("DeploymentConfig", "zync-que");
  if (!present) {
    c.create(wanted);
    return sdk::applied("created DeploymentConfig/zync-que; its pods crash until amp-zync is 2.6");
  }
  Json whole = completed(*present, wanted);
  // Triggers have no names: found by content, added when missing.
  if (!threescale::image_trigger(whole, "amp-zync:latest")) {
    whole["spec"]["triggers"].push_back(wanted["spec"]["triggers"][1]);
  }
  // Routes are owned by this object: it is completed, never made anew.
  c.replace(whole);
  return sdk::applied("completed DeploymentConfig/zync-que");
}

}  // namespace upshift::hop_2_5_2_6
