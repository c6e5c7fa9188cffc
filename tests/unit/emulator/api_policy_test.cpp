// Roles and bindings, seen through both groups.
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;

class ApiPolicy : public ApiFixture {
 protected:
  Response policy(std::string method, const std::string& path, Json body = nullptr) {
    const bool patch = method == "PATCH";
    return send(std::move(method), "/apis/authorization.openshift.io/v1/namespaces/n/" + path, std::move(body),
                patch ? std::string(cluster::kMergePatch) : std::string{});
  }
};

TEST_F(ApiPolicy, ShowsRolesInBothForms) {
  post("Role",
       json(R"({"metadata":{"name":"r"},"rules":[{"verbs":["list","get"],"apiGroups":[""],"resources":["pods"]}]})"));
  const Json shown = policy("GET", "roles/r").body;
  EXPECT_EQ(shown["apiVersion"], "authorization.openshift.io/v1");
  EXPECT_EQ(shown["kind"], "Role");
  EXPECT_EQ(shown["rules"], json(R"([{"verbs":["get","list"],"attributeRestrictions":null,"apiGroups":[""],
      "resources":["pods"]}])"));
  EXPECT_EQ(policy("GET", "roles").body["kind"], "RoleList");
  EXPECT_FALSE(policy("GET", "roles").body["items"][0].contains("kind"));
  const Response made = policy("POST", "roles", json(R"({"kind":"Role","apiVersion":"authorization.openshift.io/v1",
      "metadata":{"name":"s"},"rules":[{"verbs":["get"],"attributeRestrictions":null,"apiGroups":[""],"resources":["secrets"]},
      {"verbs":["get"],"attributeRestrictions":{"old":1},"apiGroups":[""],"resources":["pods"]}]})"));
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(get("Role", "s").body["rules"], json(R"([{"verbs":["get"],"apiGroups":[""],"resources":["secrets"]}])"));
  EXPECT_EQ(policy("PATCH", "roles/s", json(R"({"metadata":{"labels":{"a":"b"}}})")).body["metadata"]["labels"]["a"],
            "b");
  EXPECT_EQ(policy("DELETE", "roles/s").body["status"], "Success");
  EXPECT_EQ(policy("GET", "roles/s").body["details"]["group"], "rbac.authorization.k8s.io");
  EXPECT_EQ(policy("DELETE", "roles").status, 405);
}

TEST_F(ApiPolicy, TellsSubjectsOfBindingsByNameToo) {
  post("RoleBinding", json(R"({"metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"r"},"subjects":[
      {"kind":"ServiceAccount","name":"amp"},{"kind":"User","name":"ann"},{"kind":"User","name":"kube:admin"},
      {"kind":"Group","name":"system:authenticated"}]})"));
  const Json shown = policy("GET", "rolebindings/b").body;
  EXPECT_THAT(shown["userNames"], ElementsAre("system:serviceaccount:n:amp", "ann", "kube:admin"));
  EXPECT_THAT(shown["groupNames"], ElementsAre("system:authenticated"));
  EXPECT_EQ(shown["subjects"], json(R"([{"kind":"ServiceAccount","name":"amp"},{"kind":"User","name":"ann"},
      {"kind":"SystemUser","name":"kube:admin"},{"kind":"SystemGroup","name":"system:authenticated"}])"));
  EXPECT_EQ(shown["roleRef"], json(R"({"name":"r","namespace":"n"})"));
}

TEST_F(ApiPolicy, TakesBindingsInItsOwnForm) {
  const Response made = policy("POST", "rolebindings", json(R"({"metadata":{"name":"view"},"roleRef":{"name":"view"},
      "userNames":["ann","system:serviceaccount:n:amp"],"subjects":[{"kind":"User","name":"ignored"}]})"));
  EXPECT_EQ(made.status, 201) << made.body;
  const Json stored = get("RoleBinding", "view").body;
  EXPECT_EQ(stored["roleRef"], json(R"({"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"})"));
  EXPECT_EQ(stored["subjects"], json(R"([{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"ann"},
      {"kind":"ServiceAccount","namespace":"n","name":"amp"}])"));
  EXPECT_EQ(
      policy("POST", "rolebindings", json(R"({"metadata":{"name":"far"},"roleRef":{"name":"r","namespace":"m"}})"))
          .status,
      500);
  EXPECT_EQ(policy("POST", "rolebindings", json(R"({"metadata":{"name":"odd"},"roleRef":{"name":"r"},
      "subjects":[{"kind":"Thing","name":"t"}]})"))
                .status,
            500);
  EXPECT_THAT(fields(policy("PATCH", "rolebindings/view", json(R"({"roleRef":{"name":"edit"}})"))),
              ElementsAre("roleRef"));
  EXPECT_EQ(policy("GET", "rolebindings/none").body["details"]["kind"], "rolebindings");
}

}  // namespace
}  // namespace upshift::emulator
