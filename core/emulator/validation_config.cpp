#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

void check_keys(const Json& object, const std::string& member, Causes& causes) {
  const auto usable = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  constexpr std::string_view kRule = "a valid config key consists of letters, digits, '-', '_' or '.'";
  for (const auto& [key, value] : object_at(object, "/" + member).items()) {
    const std::string field = fmt::format("{}[{}]", member, key);
    if (key.empty() || key.size() > 253 || !std::all_of(key.begin(), key.end(), usable)) {
      causes.invalid(field, key, kRule);
    }
    if (key == "." || key.starts_with("..")) causes.invalid(field, key, "must not be '.' nor start with '..'");
  }
}

constexpr std::string_view kFrozen = "field is immutable when `immutable` is set";

// What an object marked as immutable must not change.
void check_frozen(const Json& object, const Json& old, std::initializer_list<const char*> members, Causes& causes) {
  if (!bool_at(old, "/immutable")) return;
  if (!bool_at(object, "/immutable")) causes.forbidden("immutable", kFrozen);
  for (const char* member : members) {
    const std::string pointer = std::string("/") + member;
    if (object_at(object, pointer) != object_at(old, pointer)) causes.forbidden(member, kFrozen);
  }
}

}  // namespace

void validate_config_map(const Json& object, const Json* old, Causes& causes) {
  check_keys(object, "data", causes);
  check_keys(object, "binaryData", causes);
  for (const auto& [key, value] : object_at(object, "/binaryData").items()) {
    if (object_at(object, "/data").contains(key)) {
      causes.invalid(fmt::format("data[{}]", key), key, "duplicate of key present in binaryData");
    }
  }
  if (old != nullptr) check_frozen(object, *old, {"data", "binaryData"}, causes);
}

void validate_secret(const Json& object, const Json* old, Causes& causes) {
  check_keys(object, "data", causes);
  const std::string type = string_at(object, "/type");
  const Json& data = object_at(object, "/data");
  if (old != nullptr) {
    if (type != string_at(*old, "/type")) causes.invalid("type", type, "field is immutable");
    check_frozen(object, *old, {"data"}, causes);
  }
  const auto holds = [&](const char* key) { return !string_at(data, "/" + escape_pointer(key)).empty(); };
  if (type == "kubernetes.io/dockerconfigjson" || type == "kubernetes.io/dockercfg") {
    const std::string key = type.ends_with("json") ? ".dockerconfigjson" : ".dockercfg";
    const auto bytes = decode_base64(string_at(data, "/" + key));
    if (!data.contains(key)) {
      causes.required(fmt::format("data[{}]", key));
    } else if (!bytes || !Json::accept(*bytes)) {
      causes.invalid(fmt::format("data[{}]", key), "<secret contents redacted>", "is not JSON");
    }
  } else if (type == "kubernetes.io/tls") {
    for (const char* key : {"tls.crt", "tls.key"}) {
      if (!data.contains(key)) causes.required(fmt::format("data[{}]", key));
    }
  } else if (type == "kubernetes.io/basic-auth") {
    // The server's own words: a format that was never filled in.
    if (!data.contains("username") && !data.contains("password")) {
      causes.required("data[%s][username]");
      causes.required("data[%s][password]");
    }
  } else if (type == "kubernetes.io/ssh-auth") {
    if (!holds("ssh-privatekey")) causes.required("data[%s][ssh-privatekey]");
  } else if (type == "kubernetes.io/service-account-token") {
    const std::string annotation = "kubernetes.io/service-account.name";
    if (string_at(object, "/metadata/annotations/" + escape_pointer(annotation)).empty()) {
      causes.required(fmt::format("metadata.annotations[{}]", annotation));
    }
  }
}

}  // namespace upshift::emulator
