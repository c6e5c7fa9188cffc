// A host for a plugin's own unit tests: objects in a map, values, files and canned answers, every call recorded. No
// host binary, no cluster.
//
//   testing::FakeHost host;
//   testing::PluginUnderTest plugin(upshift_plugin_entry_v1(), host);
//   EXPECT_EQ(plugin.check("registry/credentials").state(), "pending");
//   EXPECT_TRUE(plugin.apply("registry/credentials", {{"file", "…"}}).ok());
//   EXPECT_NE(host.object("Secret", "registry"), nullptr);
//
// It refuses changes outside APPLY, UNDO and SIMULATE as the real host does; it does not compare changes with the
// manifest.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "upshift/plugin.h"
#include "upshift/sdk/context.hpp"
#include "upshift/testing/fake_patch.hpp"

namespace upshift::testing {

// One invoke() of the plugin.
struct Call {
  std::string service, verb;
  Json request;
  upshift_status status = UPSHIFT_STATUS_OK;
};

class FakeHost {
 public:
  // Objects of the project, by kind and metadata.name.
  void put(const Json& object) {
    objects_[{sdk::string_at(object, "/kind"), sdk::string_at(object, "/metadata/name")}] = object;
  }
  void erase(const std::string& kind, const std::string& name) { objects_.erase({kind, name}); }
  // nullptr where it is absent. Borrowed until the next change.
  const Json* object(const std::string& kind, const std::string& name) const {
    const auto found = objects_.find({kind, name});
    return found == objects_.end() ? nullptr : &found->second;
  }
  std::size_t object_count() const { return objects_.size(); }

  std::map<std::string, Json> values;
  std::map<std::string, std::string> files;
  // What exec and http answer, given the request; unset: exit code 0, status 200, no output.
  std::function<Json(const Json& request)> on_exec;
  std::function<Json(const Json& request)> on_http;
  // Lets a call fail: return a status other than OK to refuse it.
  std::function<upshift_status(const Call& call)> refuse;
  std::int64_t now_ms = 1'700'000'000'000;
  bool is_cancelled = false;

  const std::vector<Call>& calls() const { return calls_; }
  // The calls that changed something: patches that change nothing do not count.
  const std::vector<Call>& changes() const { return changes_; }
  void forget_calls() {
    calls_.clear();
    changes_.clear();
  }

  // One service call; on failure `reply` is {"summary"}.
  upshift_status invoke(upshift_operation operation, const std::string& service, const std::string& verb,
                        const Json& request, Json& reply) {
    Call call{service, verb, request, UPSHIFT_STATUS_OK};
    call.status = refuse ? refuse(call) : UPSHIFT_STATUS_OK;
    if (call.status != UPSHIFT_STATUS_OK) {
      reply = {{"summary", "the test refuses " + service + " " + verb}};
    } else if (is_change(service, verb, request) && operation != UPSHIFT_OPERATION_APPLY &&
               operation != UPSHIFT_OPERATION_UNDO && operation != UPSHIFT_OPERATION_SIMULATE) {
      call.status = fail(reply, UPSHIFT_STATUS_PERMISSION_DENIED, "this operation may only read");
    } else {
      call.status = dispatch(call, reply);
    }
    calls_.push_back(call);
    return call.status;
  }

 private:
  using Key = std::pair<std::string, std::string>;

  static upshift_status fail(Json& reply, upshift_status status, const std::string& summary) {
    reply = {{"summary", summary}};
    return status;
  }
  static bool is_change(const std::string& service, const std::string& verb, const Json& request) {
    if (service == sdk::kCluster) return verb != "get" && verb != "list";
    if (service == sdk::kHttp) return sdk::string_at(request, "/method") != "GET";
    if (service == sdk::kFiles) return verb == "write" || verb == "delete";
    return service == sdk::kValues && verb == "set";
  }
  static Key key_of(const Json& named) { return {sdk::string_at(named, "/kind"), sdk::string_at(named, "/name")}; }
  static std::string text_of(const Key& key) { return key.first + "/" + key.second; }

  upshift_status dispatch(const Call& call, Json& reply) {
    if (call.service == sdk::kCluster) return cluster(call, reply);
    if (call.service == sdk::kValues) return shared_values(call, reply);
    if (call.service == sdk::kFiles) return backup_files(call, reply);
    if (call.service == sdk::kHttp && call.verb == "request") {
      reply = on_http ? on_http(call.request) : Json{{"status", 200}, {"body", ""}};
      if (sdk::string_at(call.request, "/method") != "GET") changes_.push_back(call);
      return UPSHIFT_STATUS_OK;
    }
    return fail(reply, UPSHIFT_STATUS_UNIMPLEMENTED, "the fake host has no " + call.service + " " + call.verb);
  }

  upshift_status cluster(const Call& call, Json& reply) {
    const Json& request = call.request;
    if (call.verb == "get") {
      const Key key = key_of(request);
      const Json* present = object(key.first, key.second);
      reply = {{"object", present != nullptr ? *present : Json()}};
      return UPSHIFT_STATUS_OK;
    }
    if (call.verb == "list") return list(request, reply);
    if (call.verb == "create") return create(call, reply);
    if (call.verb == "patch") return patch(call, reply);
    if (call.verb == "replace") {
      const Json& wanted = sdk::object_at(request, "/object");
      return store(call, {sdk::string_at(wanted, "/kind"), sdk::string_at(wanted, "/metadata/name")}, wanted, reply);
    }
    if (call.verb == "delete") {
      const bool changed = objects_.erase(key_of(request)) > 0;
      if (changed) changes_.push_back(call);
      reply = {{"changed", changed}};
      return UPSHIFT_STATUS_OK;
    }
    if (call.verb == "exec") {
      reply = on_exec ? on_exec(request) : Json{{"exit_code", 0}, {"stdout", ""}, {"stderr", ""}};
      changes_.push_back(call);
      return UPSHIFT_STATUS_OK;
    }
    return fail(reply, UPSHIFT_STATUS_UNIMPLEMENTED, "the fake cluster has no verb '" + call.verb + "'");
  }

  // Selectors of the forms "a=b,c!=d,e".
  static bool matches(const Json& object, std::string_view selector) {
    const Json& labels = sdk::object_at(object, "/metadata/labels");
    while (!selector.empty()) {
      const std::string_view term = selector.substr(0, selector.find(','));
      selector.remove_prefix(term.size() == selector.size() ? term.size() : term.size() + 1);
      const std::size_t equals = term.find('=');
      if (equals != std::string_view::npos && equals > 0 && term[equals - 1] == '!') {
        const auto other = labels.find(std::string(term.substr(0, equals - 1)));
        if (other != labels.end() && *other == std::string(term.substr(equals + 1))) return false;
        continue;
      }
      const auto label = labels.find(std::string(term.substr(0, equals)));
      if (label == labels.end()) return false;
      if (equals != std::string_view::npos && *label != std::string(term.substr(equals + 1))) return false;
    }
    return true;
  }

  // In the order of names; a page's token is the last name of the one before.
  upshift_status list(const Json& request, Json& reply) {
    reply = {{"items", Json::array()}};
    const std::string kind = sdk::string_at(request, "/kind"), labels = sdk::string_at(request, "/labels");
    const std::string after = sdk::string_at(request, "/continue");
    const auto limit = static_cast<std::size_t>(sdk::int_at(request, "/limit"));
    for (auto at = objects_.upper_bound({kind, after}); at != objects_.end() && at->first.first == kind; ++at) {
      if (!matches(at->second, labels)) continue;
      if (limit > 0 && reply["items"].size() == limit) {
        reply["continue"] = reply["items"].back()["metadata"]["name"];
        break;
      }
      reply["items"].push_back(at->second);
    }
    return UPSHIFT_STATUS_OK;
  }

  upshift_status create(const Call& call, Json& reply) {
    const Json& wanted = sdk::object_at(call.request, "/object");
    const Key key = {sdk::string_at(wanted, "/kind"), sdk::string_at(wanted, "/metadata/name")};
    if (key.first.empty() || key.second.empty()) {
      return fail(reply, UPSHIFT_STATUS_INVALID_ARGUMENT, "an object needs kind and metadata.name");
    }
    if (objects_.contains(key)) return fail(reply, UPSHIFT_STATUS_ALREADY_EXISTS, text_of(key) + " exists already");
    objects_[key] = wanted;
    changes_.push_back(call);
    reply = {{"object", wanted}, {"changed", true}};
    return UPSHIFT_STATUS_OK;
  }

  upshift_status patch(const Call& call, Json& reply) {
    const Key key = key_of(call.request);
    const Json* present = object(key.first, key.second);
    if (present == nullptr) return fail(reply, UPSHIFT_STATUS_NOT_FOUND, text_of(key) + " does not exist");
    const Json* document = sdk::find(call.request, "/patch");
    if (document == nullptr) return fail(reply, UPSHIFT_STATUS_INVALID_ARGUMENT, "a patch request needs 'patch'");
    Json wanted = *present;
    const std::string type = sdk::string_at(call.request, "/type");
    if (type == "merge") {
      wanted.merge_patch(*document);
    } else if (type == "strategic") {
      merge_strategically(wanted, *document);
    } else if (type == "json") {
      try {
        wanted = wanted.patch(*document);
      } catch (const Json::exception& problem) {
        return fail(reply, UPSHIFT_STATUS_INVALID_ARGUMENT,
                    "the patch of " + text_of(key) + " fails: " + problem.what());
      }
    } else {
      return fail(reply, UPSHIFT_STATUS_INVALID_ARGUMENT, "unknown patch type '" + type + "'");
    }
    return store(call, key, wanted, reply);
  }

  upshift_status store(const Call& call, const Key& key, const Json& wanted, Json& reply) {
    const auto found = objects_.find(key);
    if (found == objects_.end()) return fail(reply, UPSHIFT_STATUS_NOT_FOUND, text_of(key) + " does not exist");
    const bool changed = found->second != wanted;
    if (changed) changes_.push_back(call);
    found->second = wanted;
    reply = {{"object", wanted}, {"changed", changed}};
    return UPSHIFT_STATUS_OK;
  }

  upshift_status shared_values(const Call& call, Json& reply) {
    const std::string name = sdk::string_at(call.request, "/name");
    if (call.verb == "get") {
      const auto found = values.find(name);
      reply = {{"value", found == values.end() ? Json() : found->second}};
      return UPSHIFT_STATUS_OK;
    }
    if (call.verb != "set") return fail(reply, UPSHIFT_STATUS_UNIMPLEMENTED, "values have get and set");
    values[name] = call.request.value("value", Json());
    reply = Json::object();
    return UPSHIFT_STATUS_OK;
  }

  // No SHA-256, but as long, and another one for another content.
  static std::string checksum(std::string_view content) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char each : content) hash = (hash ^ static_cast<unsigned char>(each)) * 1099511628211ULL;
    std::string text;
    for (int i = 0; i < 64; ++i) text += "0123456789abcdef"[(hash >> (i % 16 * 4)) & 15U];
    return text;
  }

  upshift_status backup_files(const Call& call, Json& reply) {
    const std::string path = sdk::string_at(call.request, "/path");
    reply = Json::object();
    if (call.verb == "list") {
      const std::string under = sdk::string_at(call.request, "/under");
      const bool checksums = sdk::bool_at(call.request, "/checksums", true);
      reply["files"] = Json::array();
      for (const auto& [name, content] : files) {
        if (!under.empty() && name.rfind(under + "/", 0) != 0) continue;
        reply["files"].push_back({{"path", name}, {"size", content.size()}});
        if (checksums) reply["files"].back()["sha256"] = checksum(content);
      }
      return UPSHIFT_STATUS_OK;
    }
    if (path.empty() || path.front() == '/' || path.find("..") != std::string::npos) {
      return fail(reply, UPSHIFT_STATUS_INVALID_ARGUMENT, "'" + path + "' is no relative path");
    }
    if (call.verb == "write") {
      files[path] = sdk::string_at(call.request, "/content");
      reply = {{"size", files[path].size()}, {"sha256", checksum(files[path])}};
      return UPSHIFT_STATUS_OK;
    }
    if (call.verb == "delete") {
      reply["deleted"] = files.erase(path) > 0;
      return UPSHIFT_STATUS_OK;
    }
    if (call.verb != "read")
      return fail(reply, UPSHIFT_STATUS_UNIMPLEMENTED, "files have write, read, list and delete");
    if (!files.contains(path)) return fail(reply, UPSHIFT_STATUS_NOT_FOUND, "there is no file '" + path + "'");
    reply = {{"content", files[path]}, {"sha256", checksum(files[path])}};
    return UPSHIFT_STATUS_OK;
  }

  std::map<Key, Json> objects_;
  std::vector<Call> calls_, changes_;
};

}  // namespace upshift::testing

#include "upshift/testing/plugin_under_test.hpp"
