// A bare API server over an empty store, with short ways to ask it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api.hpp"

namespace upshift::emulator {

class ApiFixture : public testing::Test {
 protected:
  static Json json(std::string_view text) { return Json::parse(text); }

  Response send(std::string method, std::string path, Json body = nullptr, std::string content_type = {}) {
    Request request{std::move(method), {}, {}, std::move(content_type), std::move(body)};
    const auto mark = path.find('?');
    request.path = path.substr(0, mark);
    while (mark != std::string::npos && request.query.empty()) {
      std::string rest = path.substr(mark + 1);
      while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const std::string part = rest.substr(0, end);
        request.query.emplace_back(part.substr(0, part.find('=')), part.substr(part.find('=') + 1));
        rest.erase(0, end + 1);
      }
    }
    return api.handle(request);
  }
  Response post(std::string_view kind, Json body) { return send("POST", collection(kind), std::move(body)); }
  Response get(std::string_view kind, const std::string& name) { return send("GET", collection(kind) + "/" + name); }
  Response merge(std::string_view kind, const std::string& name, Json patch) {
    return send("PATCH", collection(kind) + "/" + name, std::move(patch), std::string(cluster::kMergePatch));
  }
  Response remove(std::string_view kind, const std::string& name, Json options = nullptr) {
    return send("DELETE", collection(kind) + "/" + name, std::move(options));
  }
  static std::string collection(std::string_view kind) {
    return cluster::collection_path(*cluster::find_kind(kind), "n");
  }
  static std::vector<std::string> fields(const Response& response) {
    std::vector<std::string> out;
    for (const Json& cause : array_at(response.body, "/details/causes")) out.push_back(string_at(cause, "/field"));
    return out;
  }
  Json config_map(const std::string& name) { return {{"metadata", {{"name", name}}}, {"data", {{"a", "1"}}}}; }

  VirtualClock clock{TimePoint{}};
  Store store{clock, 1};
  Api api{store};
};

}  // namespace upshift::emulator
