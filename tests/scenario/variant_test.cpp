// Installations that differ from the standard one: external databases, S3, evaluation, no wildcard route, routes made
// by hand. Each is upgraded to the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/rehearsal.hpp"
#include "scenario/variants.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

const Json& standard() {
  static const Json kProject = rehearse({"--to", "2.5"}).project;
  return kProject;
}

Json route(const std::string& name, const std::string& host, const std::string& service, const std::string& port) {
  return {{"apiVersion", "route.openshift.io/v1"},
          {"kind", "Route"},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"host", host},
            {"port", {{"targetPort", port}}},
            {"tls",
             {{"termination", "edge"},
              {"certificate", "certificate of " + host},
              {"key", "key of " + host},
              {"caCertificate", "authority of " + host}}},
            {"to", {{"kind", "Service"}, {"name", service}}}}}};
}

std::vector<std::string> variants_of(const Rehearsal& rehearsal) {
  std::vector<std::string> out;
  for (const auto& name : array_at(rehearsal.report, "/detection/variants")) out.push_back(name.get<std::string>());
  return out;
}

std::string state_of(const Rehearsal& rehearsal, const std::string& step) {
  for (const auto& each : array_at(rehearsal.report, "/steps")) {
    if (string_at(each, "/id") == step) return string_at(each, "/state");
  }
  return "absent";
}

void expect_upgraded(const Rehearsal& rehearsal) {
  ASSERT_EQ(rehearsal.process.exit_status, 0) << rehearsal.process.standard_error;
  const auto again = rehearse_project(rehearsal.project, {"--to", "2.6"});
  EXPECT_THAT(string_at(again.report, "/summary"), HasSubstr("2.6 is installed"));
}

TEST(Variant, WithExternalDatabasesLeavesThemAlone) {
  Json project = standard();
  for (const char* name : {"backend-redis", "system-redis", "system-mysql"}) {
    remove_object(project, "DeploymentConfig", name);
    remove_object(project, "Service", name);
  }
  const auto upgraded = rehearse_project(project, {"--to", "2.6"});
  expect_upgraded(upgraded);
  EXPECT_THAT(variants_of(upgraded), Contains("ha"));
  Json end = upgraded.project;
  for (const char* name : {"backend-redis", "system-redis", "system-mysql"}) {
    EXPECT_EQ(object_in(end, "ImageStream", name), nullptr) << name;
    EXPECT_EQ(object_in(end, "DeploymentConfig", name), nullptr) << name;
    EXPECT_EQ(state_of(upgraded, std::string("2.5-2.6/databases/") + name), "skipped");
  }
}

TEST(Variant, OnS3GetsNoClaimBack) {
  Json project = standard();
  remove_object(project, "PersistentVolumeClaim", "system-storage");
  for (auto& item : project["items"]) {
    Json* volumes = item.contains("spec") && item["spec"].contains("template") &&
                            item["spec"]["template"].contains("spec") &&
                            item["spec"]["template"]["spec"].contains("volumes")
                        ? &item["spec"]["template"]["spec"]["volumes"]
                        : nullptr;
    if (volumes == nullptr) continue;
    for (auto& volume : *volumes) {
      if (string_at(volume, "/name") == "system-storage")
        volume = {{"name", "system-storage"}, {"emptyDir", Json::object()}};
    }
  }
  (*object_in(project, "ConfigMap", "system-environment"))["data"]["FILE_UPLOAD_STORAGE"] = "s3";
  project["items"].push_back({{"apiVersion", "v1"},
                              {"kind", "Secret"},
                              {"metadata", {{"name", "aws-auth"}}},
                              {"stringData", {{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "key"}}}});
  const auto upgraded = rehearse_project(project, {"--to", "2.6"});
  expect_upgraded(upgraded);
  EXPECT_THAT(variants_of(upgraded), Contains("s3"));
  Json end = upgraded.project;
  EXPECT_EQ(object_in(end, "PersistentVolumeClaim", "system-storage"), nullptr);
}

TEST(Variant, ForEvaluationKeepsItsContainersWithoutResources) {
  Json project = standard();
  for (auto& item : project["items"]) {
    if (string_at(item, "/kind") != "DeploymentConfig") continue;
    for (auto& container : item["spec"]["template"]["spec"]["containers"]) container["resources"] = Json::object();
  }
  const auto upgraded = rehearse_project(project, {"--to", "2.6"});
  expect_upgraded(upgraded);
  EXPECT_THAT(variants_of(upgraded), Contains("eval"));
}

TEST(Variant, WithRoutesMadeByHandGivesTheirHostsAndCertificatesToZync) {
  auto sample = rehearse({"--param", "WILDCARD_POLICY=None", "--to", "2.5"});
  ASSERT_FALSE(sample.project.is_null()) << sample.process.standard_error;
  sample.project["items"].push_back(route("acme-admin", "acme-admin.example.org", "system-provider", "http"));
  sample.project["items"].push_back(route("acme-portal", "acme.example.org", "system-developer", "http"));
  const auto upgraded = rehearse_project(sample.project, {"--to", "2.6"});
  expect_upgraded(upgraded);
  EXPECT_EQ(state_of(upgraded, "2.5-2.6/routes/manual-routes"), "done");
  std::map<std::string, std::string> certificates;
  for (const auto& item : array_at(upgraded.project, "/items")) {
    if (string_at(item, "/kind") == "Route")
      certificates[string_at(item, "/spec/host")] = string_at(item, "/spec/tls/certificate");
  }
  EXPECT_EQ(certificates["acme-admin.example.org"], "certificate of acme-admin.example.org");
  EXPECT_EQ(certificates["acme.example.org"], "certificate of acme.example.org");
  Json end = upgraded.project;
  EXPECT_EQ(object_in(end, "Route", "acme-admin"), nullptr) << "Zync's own route took its place";
}

TEST(Variant, WithRoutesMadeByHandKeepsThemWhereTheGateIsDeclined) {
  auto sample = rehearse({"--param", "WILDCARD_POLICY=None", "--to", "2.5"});
  ASSERT_FALSE(sample.project.is_null()) << sample.process.standard_error;
  sample.project["items"].push_back(route("acme-admin", "acme-admin.example.org", "system-provider", "http"));
  const auto stopped = rehearse_project(sample.project, {"--to", "2.6", "--decline", "*/manual-routes"});
  EXPECT_EQ(stopped.process.exit_status, 3);
  Json end = stopped.project;
  EXPECT_NE(object_in(end, "Route", "acme-admin"), nullptr);
}

}  // namespace
}  // namespace upshift::testing
