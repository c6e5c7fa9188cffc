// Projects, through which a client may change less than through their namespaces.
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class ApiProjects : public ApiFixture {
 protected:
  Response project(std::string method, const std::string& name, Json body = nullptr) {
    const bool patch = method == "PATCH";
    return send(std::move(method), "/apis/project.openshift.io/v1/projects" + (name.empty() ? "" : "/" + name),
                std::move(body), patch ? std::string(cluster::kMergePatch) : std::string{});
  }
};

TEST_F(ApiProjects, AlwaysHaveADisplayName) {
  const Response made = project("POST", "", json(R"({"metadata":{"name":"shop"}})"));
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body["kind"], "Project");
  EXPECT_EQ(made.body["metadata"]["annotations"], json(R"({"openshift.io/display-name":""})"));
  EXPECT_EQ(project("POST", "", json(R"({"metadata":{"name":"shop"}})")).body["details"]["kind"], "namespaces");
}

TEST_F(ApiProjects, ThatAreMissingAreToldAsNamespaces) {
  for (const char* method : {"GET", "DELETE", "PATCH"}) {
    EXPECT_EQ(project(method, "none", Json::object()).body["details"], json(R"({"name":"none","kind":"namespaces"})"))
        << method;
  }
}

TEST_F(ApiProjects, AreListedWithoutAVersion) {
  project("POST", "", json(R"({"metadata":{"name":"shop"}})"));
  EXPECT_EQ(project("GET", "").body["metadata"], Json::object());
}

TEST_F(ApiProjects, KeepTheirLabelsAndMostAnnotations) {
  send("POST", "/api/v1/namespaces",
       json(R"({"metadata":{"name":"shop","labels":{"team":"a"},"annotations":{"own":"1"}}})"));
  const auto patch = [&](const char* metadata) { return project("PATCH", "shop", {{"metadata", json(metadata)}}); };
  EXPECT_THAT(fields(patch(R"({"labels":{"team":"b","new":"x"}})")),
              UnorderedElementsAre("metadata.labels[team]", "metadata.labels[new]"));
  EXPECT_THAT(
      fields(patch(R"({"labels":{"team":null},"annotations":{"own":null,"other":"2"}})")),
      UnorderedElementsAre("metadata.labels[team]", "metadata.annotations[own]", "metadata.annotations[other]"));
  EXPECT_EQ(patch(R"({"labels":{"team":"b"}})").body["details"]["kind"], "Project");
  EXPECT_THAT(fields(patch(R"({"annotations":{"openshift.io/display-name":"two\nlines"}})")),
              ElementsAre("metadata.annotations[openshift.io/display-name]"));
  const Response told = patch(R"({"annotations":{"openshift.io/description":"Where it is sold"}})");
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(send("GET", "/api/v1/namespaces/shop").body["metadata"]["annotations"],
            json(R"({"own":"1","openshift.io/description":"Where it is sold","openshift.io/display-name":""})"));
  Json whole = project("GET", "shop").body;
  whole["metadata"]["annotations"]["openshift.io/display-name"] = "Shop";
  EXPECT_EQ(project("PUT", "shop", whole).body["metadata"]["annotations"]["openshift.io/display-name"], "Shop");
}

TEST_F(ApiProjects, AreNamedAsNamespacesOfAtLeastTwoCharacters) {
  for (const char* name : {"a", "Shop", "a.b"}) {
    const Response refused = project("POST", "", {{"metadata", {{"name", name}}}});
    EXPECT_THAT(fields(refused), ElementsAre("metadata.name")) << name;
    EXPECT_EQ(refused.body["details"]["group"], "project.openshift.io");
  }
}

}  // namespace
}  // namespace upshift::emulator
