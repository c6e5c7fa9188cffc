// Manifests for tests of plans, short to write.
#pragma once

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "plan/plan.hpp"

namespace upshift::plan {

inline Json hop(const std::string& from, const std::string& to, Json stages = Json::array()) {
  return {{"product", "shop"}, {"from", from}, {"to", to}, {"id", from + "-" + to}, {"stages", std::move(stages)}};
}
inline Json step(const std::string& id, Json more = Json::object()) {
  more["id"] = id;
  more["title"] = "Do " + id;
  return more;
}
inline Json stage(const std::string& id, Json steps) {
  return {{"id", id}, {"title", "Stage " + id}, {"guide", "2.1"}, {"steps", std::move(steps)}};
}
inline Json use(const std::string& id, const std::string& concern, Json with = Json::object()) {
  return {{"id", id}, {"title", "Stage " + id}, {"uses", concern}, {"with", std::move(with)}};
}
inline Catalog catalog_of(const std::vector<Json>& manifests) {
  Catalog catalog;
  int number = 0;
  for (const auto& manifest : manifests) {
    const auto status = add_manifest(catalog, "plugin-" + std::to_string(++number), manifest);
    EXPECT_TRUE(status) << status.error().summary;
  }
  return catalog;
}
inline Json hops(std::vector<Json> list) {
  return {{"hops", std::move(list)}};
}

}  // namespace upshift::plan
