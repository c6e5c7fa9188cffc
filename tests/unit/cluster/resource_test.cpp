#include "cluster/resource.hpp"

#include <gtest/gtest.h>
#include <set>

#include "cluster/transport.hpp"

namespace upshift::cluster {
namespace {

TEST(ResourceType, IsFoundByEveryNameItGoesBy) {
  const ResourceType* config = find_kind("DeploymentConfig");
  ASSERT_NE(config, nullptr);
  EXPECT_EQ(config, find_type("apps.openshift.io/v1", "DeploymentConfig"));
  EXPECT_EQ(config, find_type("v1", "DeploymentConfig")) << "as older templates write it";
  EXPECT_EQ(config, find_resource("apps.openshift.io", "deploymentconfigs"));
  EXPECT_EQ(config->qualified_name(), "deploymentconfigs.apps.openshift.io");
  EXPECT_EQ(find_kind("Secret")->qualified_name(), "secrets");
  EXPECT_EQ(find_type("extensions/v1beta1", "Deployment"), find_kind("Deployment"));
  EXPECT_EQ(find_type("authorization.openshift.io/v1", "RoleBinding"), find_kind("RoleBinding"));
}

TEST(ResourceType, IsNotFoundUnderAForeignVersion) {
  EXPECT_EQ(find_type("apps/v1", "DeploymentConfig"), nullptr);
  EXPECT_EQ(find_type("v1", "Deployment"), nullptr);
  EXPECT_EQ(find_type("v2", "Secret"), nullptr);
  EXPECT_EQ(find_kind("Unheard"), nullptr);
  EXPECT_EQ(find_resource("", "deploymentconfigs"), nullptr);
}

TEST(ResourceType, TableHoldsEachKindOnceAndCreatesWorkloadsLast) {
  std::set<std::string> kinds;
  std::map<std::string, std::size_t> place;
  for (const ResourceType& type : known_types()) {
    EXPECT_TRUE(kinds.insert(type.kind).second) << type.kind;
    place[type.kind] = place.size();
  }
  for (const char* earlier :
       {"Namespace", "ServiceAccount", "Secret", "ConfigMap", "PersistentVolumeClaim", "ImageStream"}) {
    EXPECT_LT(place[earlier], place["DeploymentConfig"]) << earlier;
  }
}

TEST(ObjectRef, IsReadFromAnObject) {
  const auto ref = ref_of({{"apiVersion", "v1"}, {"kind", "Route"}, {"metadata", {{"name", "r"}, {"namespace", "n"}}}});
  ASSERT_TRUE(ref);
  EXPECT_EQ(ref->display(), "Route/r");
  EXPECT_EQ(object_path(*ref), "/apis/route.openshift.io/v1/namespaces/n/routes/r");
}

TEST(ObjectRef, RefusesWhatHasNoNameOrKind) {
  for (const Json& object : {Json::object(), Json{{"kind", "Secret"}}, Json{{"apiVersion", "v1"}, {"kind", "Secret"}},
                             Json{{"apiVersion", "v9"}, {"kind", "Secret"}, {"metadata", {{"name", "x"}}}}, Json(5)}) {
    const auto ref = ref_of(object);
    ASSERT_FALSE(ref) << object.dump();
    EXPECT_EQ(ref.error().code, StatusCode::kInvalidArgument);
  }
}

TEST(Path, EncodesWhatAUrlCannotCarry) {
  EXPECT_EQ(object_path({*find_kind("Role"), "n", "a b/c"}),
            "/apis/rbac.authorization.k8s.io/v1/namespaces/n/roles/a%20b%2Fc");
  EXPECT_EQ(object_path({*find_kind("ImageStreamTag"), "n", "s:1"}),
            "/apis/image.openshift.io/v1/namespaces/n/imagestreamtags/s:1");
  EXPECT_EQ(collection_path(*find_kind("Pod"), ""), "/api/v1/pods");
  EXPECT_EQ(object_path({*find_kind("Namespace"), "ignored", "n"}), "/api/v1/namespaces/n");
}

TEST(Request, FindsItsQueryValues) {
  const Request request{"GET", "/", {{"limit", "2"}, {"empty", ""}}, {}, {}};
  EXPECT_EQ(request.query_value("limit"), "2");
  EXPECT_EQ(request.query_value("empty"), "");
  EXPECT_EQ(request.query_value("absent"), "");
}

}  // namespace
}  // namespace upshift::cluster
