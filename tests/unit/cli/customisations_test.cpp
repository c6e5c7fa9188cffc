// What customisations are made of: comparable objects, and the parameters that a project shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/comparable.hpp"
#include "cli/stock.hpp"

namespace upshift::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Json list_of(std::vector<Json> items) {
  return {{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}};
}

Json config(const Json& spec, const Json& metadata = Json::object()) {
  Json object = {{"kind", "DeploymentConfig"}, {"metadata", metadata}, {"spec", spec}};
  object["metadata"]["name"] = "web";
  return object;
}

std::vector<std::string> differences_of(const Json& left, const Json& right) {
  const auto one = comparable_project(list_of({left}));
  const auto other = comparable_project(list_of({right}));
  std::vector<std::string> out;
  for (const auto& path : differing_fields(one.begin()->second, other.begin()->second)) out.push_back(path_text(path));
  return out;
}

Json with_env(const Json& env) {
  return {{"template", {{"spec", {{"containers", {{{"name", "main"}, {"image", "x"}, {"env", env}}}}}}}}};
}

TEST(Comparable, NamesTheFieldThatDiffersByTheNamesOfLists) {
  EXPECT_THAT(differences_of(config({{"replicas", 1}}), config({{"replicas", 3}})), ElementsAre("spec.replicas"));
  const Json a = {{"name", "A"}, {"value", "1"}};
  const Json b = {{"name", "B"}, {"value", "2"}};
  EXPECT_THAT(differences_of(config(with_env(Json::array({a}))), config(with_env(Json::array({b, a})))),
              ElementsAre("spec.template.spec.containers[main].env[B]"));
  EXPECT_THAT(differences_of(config(with_env(Json::array({a, b}))), config(with_env(Json::array({b, a})))), IsEmpty());
}

TEST(Comparable, LeavesOutWhatServersAndTriggersSet) {
  const auto live = [](const std::string& image, const std::string& version) {
    Json spec = with_env(Json::array());
    spec["template"]["spec"]["containers"][0]["image"] = image;
    spec["triggers"] = {{{"type", "ImageChange"},
                         {"imageChangeParams",
                          {{"containerNames", {"main"}},
                           {"from", {{"kind", "ImageStreamTag"}, {"name", "web:latest"}, {"namespace", version}}},
                           {"lastTriggeredImage", image}}}}};
    return config(spec, {{"uid", version},
                         {"resourceVersion", version},
                         {"annotations", {{"kubectl.kubernetes.io/last-applied-configuration", version}}}});
  };
  EXPECT_THAT(differences_of(live("registry/a@1", "1"), live("registry/a@2", "2")), IsEmpty());
  const auto project = comparable_project(
      list_of({{{"kind", "Pod"}, {"metadata", {{"name", "p"}}}},
               {{"kind", "Route"}, {"metadata", {{"name", "r"}, {"ownerReferences", {{{"kind", "Ingress"}}}}}}},
               {{"kind", "Secret"}, {"metadata", {{"name", "t"}}}, {"type", "kubernetes.io/dockercfg"}},
               {{"kind", "Secret"}, {"metadata", {{"name", "mine"}}}}}));
  EXPECT_THAT(project, ElementsAre(Pair("Secret/mine", ::testing::_)));
}

TEST(Comparable, FindsTheValueWhereItStands) {
  const auto project = comparable_project(list_of({config(with_env({{{"name", "A"}, {"value", "1"}}}))}));
  const Json& web = project.at("DeploymentConfig/web");
  EXPECT_EQ(value_at(web, {"spec", "template", "spec", "containers", "[main]", "env", "[A]", "value"}), Json("1"));
  EXPECT_EQ(value_at(web, {"spec", "template", "spec", "containers", "[other]"}), std::nullopt);
  EXPECT_EQ(value_at(web, {"spec", "template", "spec", "containers", "[main]", "image", "x"}), std::nullopt);
}

Json stock_template() {
  return {{"kind", "Template"},
          {"parameters",
           {{{"name", "DOMAIN"}, {"required", true}},
            {{"name", "PASSWORD"}, {"generate", "expression"}, {"from", "[a-z]{8}"}},
            {{"name", "COUNT"}, {"value", "1"}},
            {{"name", "UNSEEN"}, {"value", "x"}},
            {{"name", "PREFIX"}, {"value", "my"}}}},
          {"objects",
           {{{"kind", "ConfigMap"},
             {"metadata", {{"name", "${PREFIX}-settings"}}},
             {"data", {{"domain", "${DOMAIN}"}, {"mail", "admin@${DOMAIN}"}, {"both", "${DOMAIN}${UNSEEN}"}}}},
            {{"kind", "Route"}, {"metadata", {{"name", "web"}}}, {"spec", {{"host", "web.${DOMAIN}"}}}},
            {{"kind", "Secret"},
             {"metadata", {{"name", "db"}}},
             {"stringData", {{"URL", "mysql://root:${PASSWORD}@db/system"}}}},
            {{"kind", "DeploymentConfig"},
             {"metadata", {{"name", "web"}}},
             {"spec", {{"replicas", "${{COUNT}}"}, {"other", "${UNKNOWN_TO_IT}"}}}}}}};
}

TEST(Stock, ReadsTheParametersOffTheProject) {
  const Json project =
      list_of({{{"kind", "ConfigMap"},
                {"metadata", {{"name", "my-settings"}}},
                {"data", {{"domain", "example.org"}, {"mail", "admin@example.org"}, {"both", "example.orgx"}}}},
               {{"kind", "Route"}, {"metadata", {{"name", "web"}}}, {"spec", {{"host", "web.changed.example"}}}},
               {{"kind", "Secret"},
                {"metadata", {{"name", "db"}}},
                {"data", {{"URL", encode_base64("mysql://root:s3cret@db/system")}}}},
               config({{"replicas", 4}, {"other", "y"}})});
  EXPECT_THAT(parameters_shown_by(project, stock_template()),
              UnorderedElementsAre(Pair("DOMAIN", "example.org"), Pair("PASSWORD", "s3cret"), Pair("COUNT", "4"),
                                   Pair("PREFIX", "my")));
}

TEST(Stock, KnowsNothingOfAProjectThatIsNotAlike) {
  const Json project = list_of({{{"kind", "ConfigMap"}, {"metadata", {{"name", "my-settings"}}}, {"data", "text"}},
                                {{"kind", "Route"}, {"metadata", {{"name", "web"}}}, {"spec", {{"host", 3}}}}});
  EXPECT_THAT(parameters_shown_by(project, stock_template()), ElementsAre(Pair("PREFIX", "my")));
  EXPECT_THAT(parameters_shown_by(Json(), Json()), IsEmpty());
}

TEST(Stock, IsAskedForWhereNoSampleIsBuiltIn) {
  const auto none = find_stock("", "0.1", Json(), {});
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().detail.find("--stock FILE"), std::string::npos);
  const auto sample = find_stock("", "2.5", Json(), {{"WILDCARD_DOMAIN", "example.org"}, {"NOT_ITS", "x"}});
  ASSERT_TRUE(sample);
  EXPECT_TRUE(sample->is_approximate);
  EXPECT_THAT(sample->parameters, ElementsAre(Pair("WILDCARD_DOMAIN", "example.org")));
}

}  // namespace
}  // namespace upshift::cli
