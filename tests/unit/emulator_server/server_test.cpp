#include "served_project.hpp"

namespace upshift::emulator::server {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kConfigMaps = "/api/v1/namespaces/demo/configmaps";
constexpr const char* kConfigMap =
    R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, "data": {"colour": "red"}})";

TEST_F(ServedProject, RefusesWhoeverHasNoValidToken) {
  EXPECT_EQ(request("GET", kConfigMaps, "", "nobody").status, 401);
  EXPECT_THAT(string_at(request("GET", kConfigMaps, "", "").json(), "/message"),
              HasSubstr("User \"system:anonymous\" cannot list resource \"configmaps\""));
}

TEST_F(ServedProject, ForbidsTheUnprivilegedUserAndSaysWhat) {
  const Received refused = request("GET", "/apis/apps/v1/namespaces/demo/deployments/web", "", "developer-token");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(
      string_at(refused.json(), "/message"),
      "deployments.apps \"web\" is forbidden: User \"developer\" cannot get resource \"deployments\" in API group "
      "\"apps\" in the namespace \"demo\"");
  EXPECT_EQ(request("GET", "/apis", "", "developer-token").status, 200);
}

TEST_F(ServedProject, TellsTheUnprivilegedUserThatNothingIsAllowed) {
  const char* const review = R"({"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}})";
  const Received answer =
      request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, "developer-token");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.json()["status"]["allowed"], false);
}

TEST_F(ServedProject, CreatesReadsAndDeletes) {
  EXPECT_EQ(request("POST", kConfigMaps, kConfigMap).status, 201);
  EXPECT_EQ(string_at(request("GET", std::string(kConfigMaps) + "/one").json(), "/data/colour"), "red");
  EXPECT_EQ(request("DELETE", std::string(kConfigMaps) + "/one").status, 200);
  EXPECT_EQ(request("GET", std::string(kConfigMaps) + "/one").status, 404);
}

TEST_F(ServedProject, AnswersMalformedInputWithAStatus) {
  EXPECT_EQ(request("POST", kConfigMaps, "{\"kind\": ").status, 400);
  EXPECT_EQ(request("POST", kConfigMaps, std::string((3U << 20U) + 1, ' ')).status, 413);
  EXPECT_THAT(exchange("this is no HTTP\r\n\r\n"), HasSubstr("400 Bad Request"));
  EXPECT_EQ(request("GET", "/version").status, 200);
}

TEST_F(ServedProject, ListsWhatItServes) {
  const Json groups = request("GET", "/apis").json()["groups"];
  std::vector<std::string> names;
  for (const Json& group : groups) names.push_back(string_at(group, "/name"));
  EXPECT_THAT(names, Contains("apps.openshift.io"));
  const Json resources = request("GET", "/apis/apps.openshift.io/v1").json()["resources"];
  EXPECT_EQ(string_at(resources[0], "/name"), "deploymentconfigs");
  EXPECT_EQ(string_at(resources[0], "/shortNames/0"), "dc");
  EXPECT_EQ(request("GET", "/apis/no.such.group").status, 404);
}

TEST_F(ServedProject, PrintsTables) {
  ASSERT_EQ(request("POST", kConfigMaps, kConfigMap).status, 201);
  const Received table = request("GET", std::string(kConfigMaps) + "/one", "", "administrator-token",
                                 "Accept: application/json;as=Table;v=v1;g=meta.k8s.io\r\n");
  EXPECT_EQ(string_at(table.json(), "/kind"), "Table");
  EXPECT_EQ(string_at(table.json(), "/columnDefinitions/1/name"), "Data");
  EXPECT_EQ(table.json()["rows"][0]["cells"][0], "one");
  EXPECT_EQ(table.json()["rows"][0]["cells"][1], 1);
}

TEST_F(ServedProject, StreamsAWatchUntilItsTimeIsOver) {
  ASSERT_EQ(request("POST", kConfigMaps, kConfigMap).status, 201);
  const Received watch =
      request("GET", std::string(kConfigMaps) + "?watch=true&fieldSelector=metadata.name%3Done&timeoutSeconds=1" +
                         "&allowWatchBookmarks=true");
  EXPECT_EQ(watch.status, 200);
  EXPECT_THAT(watch.body, HasSubstr(R"("type":"ADDED")"));
  EXPECT_THAT(watch.body, HasSubstr(R"("type":"BOOKMARK")"));
  EXPECT_TRUE(watch.body.ends_with("0\r\n\r\n"));
}

struct FaultCase {
  const char* fault;
  int status;  // 0: no answer
  bool acted;  // the ConfigMap is there afterwards
};

class FaultyServer : public ServedProject, public testing::WithParamInterface<FaultCase> {};

TEST_P(FaultyServer, FailsOnceAsAskedAndThenAnswers) {
  ASSERT_EQ(request("POST", "/upshift/faults", GetParam().fault).status, 201);
  EXPECT_EQ(request("POST", kConfigMaps, kConfigMap).status, GetParam().status);
  EXPECT_EQ(request("GET", std::string(kConfigMaps) + "/one").status, GetParam().acted ? 200 : 404);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, FaultyServer,
    testing::Values(FaultCase{R"({"fault": "refuse"})", 0, false}, FaultCase{R"({"fault": "cut_before"})", 0, false},
                    FaultCase{R"({"fault": "cut_after"})", 0, true},
                    FaultCase{R"({"fault": "status", "code": 409, "method": "POST"})", 409, false},
                    FaultCase{R"({"fault": "status", "code": 503, "path": "*/configmaps"})", 503, false},
                    FaultCase{R"({"fault": "expired_token"})", 401, false},
                    FaultCase{R"({"fault": "delay", "delay_ms": 1})", 201, true},
                    FaultCase{R"({"fault": "slow", "delay_ms": 1, "bytes": 100})", 201, true},
                    FaultCase{R"({"fault": "truncate", "bytes": 5})", 201, true}));

TEST_F(ServedProject, AnswersTooManyRequestsWithWhenToComeAgain) {
  ASSERT_EQ(request("POST", "/upshift/faults", R"({"fault": "status", "code": 429, "retry_after": 7})").status, 201);
  EXPECT_THAT(request("GET", kConfigMaps).head, HasSubstr("retry-after: 7"));
}

TEST_F(ServedProject, EndsAWatchWithGoneOnDemand) {
  ASSERT_EQ(request("POST", "/upshift/faults", R"({"fault": "gone"})").status, 201);
  const Received watch = request("GET", std::string(kConfigMaps) + "?watch=1&timeoutSeconds=10");
  EXPECT_THAT(watch.body, HasSubstr(R"("code":410)"));
}

TEST_F(ServedProject, CutsAWatchAfterSomeEventsOnDemand) {
  ASSERT_EQ(request("POST", kConfigMaps, kConfigMap).status, 201);
  ASSERT_EQ(request("POST", "/upshift/faults", R"({"fault": "cut_watch", "events": 1, "path": "*/configmaps"})").status,
            201);
  const Received watch = request("GET", std::string(kConfigMaps) + "?watch=1&timeoutSeconds=10");
  EXPECT_THAT(watch.body, HasSubstr(R"("type":"ADDED")"));
  EXPECT_FALSE(watch.body.ends_with("0\r\n\r\n")) << "it did not end in order";
  EXPECT_EQ(request("GET", "/upshift/faults").json()["faults"][0]["seen"], 1);
}

TEST_F(ServedProject, TellsEveryEventOfAWatchTwiceOnDemand) {
  ASSERT_EQ(request("POST", kConfigMaps, kConfigMap).status, 201);
  ASSERT_EQ(request("POST", "/upshift/faults", R"({"fault": "duplicate", "path": "*/configmaps"})").status, 201);
  const Received watch =
      request("GET", std::string(kConfigMaps) + "?watch=1&fieldSelector=metadata.name%3Done&timeoutSeconds=1");
  const auto first = watch.body.find(R"("type":"ADDED")");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(watch.body.find(R"("type":"ADDED")", first + 1), std::string::npos);
}

TEST_F(ServedProject, RefusesAnUnknownFaultAndAddsNothing) {
  const Received refused = request("POST", "/upshift/faults", R"([{"fault": "delay"}, {"fault": "dealy"}])");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(string_at(refused.json(), "/message"), HasSubstr("there is no fault 'dealy'"));
  EXPECT_TRUE(request("GET", "/upshift/faults").json()["faults"].empty());
}

TEST_F(ServedProject, LetsAUserDoWhatARoleSaysAndNothingElse) {
  const std::string roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/demo/";
  ASSERT_EQ(request("POST", roles + "roles", R"({"metadata": {"name": "reader"}, "rules": [
      {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"], "resourceNames": ["one"]},
      {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}]})")
                .status,
            201);
  ASSERT_EQ(request("POST", roles + "rolebindings", R"({"metadata": {"name": "reads"},
      "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "limited"}],
      "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}})")
                .status,
            201);
  ASSERT_EQ(request("POST", kConfigMaps, kConfigMap).status, 201);
  const std::string one = std::string(kConfigMaps) + "/one";
  EXPECT_EQ(request("GET", one, "", "limited-token").status, 200);
  EXPECT_EQ(request("DELETE", one, "", "limited-token").status, 403);
  EXPECT_EQ(request("GET", std::string(kConfigMaps) + "/other", "", "limited-token").status, 403);
  EXPECT_EQ(request("GET", kConfigMaps, "", "limited-token").status, 403);
  EXPECT_EQ(request("GET", "/api/v1/namespaces/demo/pods/p/log", "", "limited-token").status, 404);
  EXPECT_EQ(request("GET", "/api/v1/namespaces/demo/pods/p", "", "limited-token").status, 403);
  const auto may = [&](const std::string& verb) {
    const std::string review = R"({"spec": {"resourceAttributes": {"namespace": "demo", "resource": "configmaps",)"
                               R"( "name": "one", "verb": ")" +
                               verb + R"("}}})";
    return request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, "limited-token")
        .json()["status"];
  };
  EXPECT_EQ(may("get"), Json({{"allowed", true},
                              {"reason",
                               "RBAC: allowed by RoleBinding \"reads/demo\" of Role \"reader\" to User "
                               "\"limited\""}}));
  EXPECT_EQ(may("delete"), Json({{"allowed", false}}));
}

namespace {

constexpr const char* kReviews = "/apis/authorization.k8s.io/v1/";

std::vector<std::string> fields_of(const Received& received) {
  std::vector<std::string> out;
  const Json body = received.json();
  for (const Json& cause : array_at(body, "/details/causes")) out.push_back(string_at(cause, "/field"));
  return out;
}

}  // namespace

TEST_F(ServedProject, LetsAUserGiveNobodyMoreThanTheUserHas) {
  const std::string roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/demo/";
  ASSERT_TRUE(give_limited(R"([
      {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"],
       "verbs": ["get", "create", "update", "patch"]},
      {"apiGroups": ["route.openshift.io"], "resources": ["routes"], "verbs": ["get", "create"]}])"));
  const auto role = [](const std::string& name, const std::string& verb) {
    return R"({"metadata": {"name": ")" + name +
           R"("}, "rules": [{"apiGroups": ["route.openshift.io"], "resources": [)" +
           R"("routes"], "verbs": ["get", ")" + verb + R"("]}]})";
  };
  const Received refused = request("POST", roles + "roles", role("more", "delete"), "limited-token");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(string_at(refused.json(), "/message"),
            "roles.rbac.authorization.k8s.io \"more\" is forbidden: user \"limited\" (groups=[\"system:authenticated\" "
            "\"system:authenticated:oauth\"]) is attempting to grant RBAC permissions not currently held:\n"
            "{APIGroups:[\"route.openshift.io\"], Resources:[\"routes\"], Verbs:[\"delete\"]}");
  EXPECT_EQ(request("POST", roles + "roles", role("less", "create"), "limited-token").status, 201);
  EXPECT_EQ(request("PUT", roles + "roles/less", role("less", "update"), "limited-token").status, 403);
  ASSERT_EQ(request("POST", roles + "roles", role("theirs", "delete")).status, 201);
  const auto binding = [](const std::string& name) {
    return R"({"metadata": {"name": ")" + name + R"("}, "subjects": [{"kind": "ServiceAccount", "name": "a"}],)" +
           R"("roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": ")" + name + R"("}})";
  };
  EXPECT_EQ(request("POST", roles + "rolebindings", binding("theirs"), "limited-token").status, 403);
  EXPECT_EQ(request("POST", roles + "rolebindings", binding("less"), "limited-token").status, 201);
}

TEST_F(ServedProject, LetsAUserWithoutTheRightToItChooseNoRoutesHost) {
  const std::string routes = "/apis/route.openshift.io/v1/namespaces/demo/routes";
  ASSERT_TRUE(give_limited(R"([{"apiGroups": ["route.openshift.io"], "resources": ["routes"], "verbs": ["create"]}])"));
  const auto route = [](const std::string& name, const std::string& host) {
    return R"({"metadata": {"name": ")" + name + R"("}, "spec": {)" + host +
           R"("to": {"kind": "Service", "name": "web"}}})";
  };
  const Received refused = request("POST", routes, route("own", R"("host": "own.example.com", )"), "limited-token");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(fields_of(refused), ::testing::ElementsAre("spec.host"));
  EXPECT_EQ(request("POST", routes, route("given", ""), "limited-token").status, 201);
  EXPECT_EQ(request("POST", routes, route("own", R"("host": "own.example.com", )")).status, 201);
}

TEST_F(ServedProject, ReviewsWhatOthersMayDo) {
  const std::string about = R"("resourceAttributes":{"namespace":"demo","verb":"get","resource":"pods"})";
  const auto review = [&](const std::string& resource, const std::string& spec, const std::string& token) {
    return request("POST", kReviews + resource, R"({"spec":{)" + spec + "}}", token);
  };
  const std::string administrator = "administrator-token";
  const Received nobody = review("subjectaccessreviews", R"("user":"u",)" + about, administrator);
  EXPECT_EQ(nobody.status, 201);
  EXPECT_EQ(nobody.json()["status"]["allowed"], false);
  EXPECT_EQ(review("subjectaccessreviews", R"("groups":["system:masters"],)" + about, administrator)
                .json()["status"]["allowed"],
            true);
  EXPECT_EQ(fields_of(review("subjectaccessreviews", about, administrator)), std::vector<std::string>{"spec.user"});
  EXPECT_EQ(review("subjectaccessreviews", R"("user":"u",)" + about, "developer-token").status, 403);
  const std::string local = "namespaces/demo/localsubjectaccessreviews";
  EXPECT_EQ(review(local, R"("user":"u",)" + about, administrator).status, 201);
  EXPECT_EQ(fields_of(review("namespaces/other/localsubjectaccessreviews", R"("user":"u",)" + about, administrator)),
            std::vector<std::string>{"spec.resourceAttributes.namespace"});
}

TEST_F(ServedProject, RefusesReviewsThatAskNothing) {
  const auto review = [&](const std::string& resource, const std::string& body) {
    return request("POST", kReviews + resource, body);
  };
  EXPECT_EQ(fields_of(review("selfsubjectaccessreviews", R"({"spec":{}})")),
            std::vector<std::string>{"spec.resourceAttributes"});
  EXPECT_EQ(fields_of(review("selfsubjectaccessreviews",
                             R"({"metadata":{"name":"x"},"spec":{"resourceAttributes":{"verb":"get"}}})")),
            std::vector<std::string>{"metadata"});
  EXPECT_EQ(review("selfsubjectaccessreviews", R"({"kind":"ConfigMap"})").status, 400);
  EXPECT_EQ(review("selfsubjectrulesreviews", R"({"spec":{}})").status, 400);
  EXPECT_EQ(request("GET", std::string(kReviews) + "subjectaccessreviews").status, 405);
}

TEST_F(ServedProject, RefusesAWatchThatCannotBeBeforeItBegins) {
  const std::string maps = "/api/v1/namespaces/demo/configmaps?watch=true&timeoutSeconds=1&";
  EXPECT_EQ(request("GET", maps + "labelSelector=a%20b%20c").status, 400);
  EXPECT_EQ(request("GET", maps + "fieldSelector=bogus%3D1").status, 400);
  EXPECT_EQ(request("GET", maps + "resourceVersion=abc").status, 500);
}

namespace {

// A client that has begun to run a command and has not said yet what its input is.
class WaitingCommand {
 public:
  WaitingCommand(int port, const std::string& target) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{20, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    say("GET " + target +
        " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer administrator-token\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n");
    hear("\r\n\r\n");
  }
  ~WaitingCommand() { ::close(descriptor_); }
  WaitingCommand(const WaitingCommand&) = delete;
  WaitingCommand& operator=(const WaitingCommand&) = delete;

  // One masked frame on channel 0; the mask is zero.
  void type(const std::string& text) {
    std::string frame = "\x82";
    frame += static_cast<char>(0x80U | (text.size() + 1));
    frame += std::string(5, '\0') + text;
    say(frame);
  }
  // Reads until `text` has come.
  const std::string& hear(const std::string& text) {
    std::array<char, 1024> piece{};
    while (heard_.find(text) == std::string::npos) {
      const ssize_t size = ::recv(descriptor_, piece.data(), piece.size(), 0);
      if (size <= 0) break;
      heard_.append(piece.data(), static_cast<std::size_t>(size));
    }
    return heard_;
  }

 private:
  void say(const std::string& bytes) { (void)::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  int descriptor_;
  std::string heard_;
};

}  // namespace

TEST_F(ServedProject, GoesOnWithAllElseWhileACommandWaitsForItsInput) {
  const std::string pods = "/api/v1/namespaces/demo/pods";
  ASSERT_EQ(request("GET", "/api/v1/namespaces/demo").status, 200);
  ASSERT_EQ(request("POST", "/upshift/settle").status, 200);
  ASSERT_EQ(
      request("POST", pods, R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i:1"}]}})").status,
      201);
  ASSERT_EQ(request("POST", "/upshift/settle").status, 200);
  WaitingCommand command(port(), pods + "/p/exec?command=cat&container=c&stdin=1&stdout=1&stderr=1");
  ASSERT_NE(command.hear("101").find("101"), std::string::npos);

  const std::string maps = "/api/v1/namespaces/demo/configmaps";
  const std::string version = request("GET", maps).json()["metadata"]["resourceVersion"];
  ASSERT_EQ(request("POST", maps, R"({"metadata":{"name":"meanwhile"}})").status, 201);
  const Received seen = request("GET", maps + "?watch=true&timeoutSeconds=1&resourceVersion=" + version);
  EXPECT_NE(seen.body.find("meanwhile"), std::string::npos) << seen.body;

  command.type("typed at last");
  command.type("");
  EXPECT_NE(command.hear("Success").find("typed at last"), std::string::npos);
}

TEST_F(ServedProject, CountsTheRequestsItServes) {
  ASSERT_EQ(request("DELETE", "/upshift/requests").json()["count"], 0);
  ASSERT_EQ(request("POST", "/upshift/faults", R"({"fault": "cut_after", "first": 2})").status, 201);
  EXPECT_EQ(request("GET", kConfigMaps).status, 200);
  EXPECT_EQ(request("POST", kConfigMaps, kConfigMap).status, 0);
  const Json log = request("GET", "/upshift/requests").json();
  EXPECT_EQ(log["count"], 2);
  EXPECT_EQ(log["requests"][0]["status"], 200);
  EXPECT_EQ(log["requests"][1],
            Json({{"number", 2}, {"method", "POST"}, {"path", kConfigMaps}, {"status", 0}, {"fault", "cut_after"}}));
  EXPECT_EQ(request("GET", "/upshift/faults").json()["faults"][0]["seen"], 2);
}

TEST_F(ServedProject, TakesFaultsOfTheProjectBesideThoseOfRequests) {
  ASSERT_EQ(request("POST", "/upshift/faults", R"({"faults": [{"fault": "pull", "image": "example.com/*"},
      {"fault": "status", "code": 429}]})")
                .status,
            201);
  EXPECT_EQ(request("GET", "/upshift/faults").json()["faults"][0],
            Json({{"fault", "pull"}, {"image", "example.com/*"}, {"id", 1}}));
  EXPECT_NE(emulator_.faults().pull_fault("example.com/a"), nullptr);
  EXPECT_EQ(request("DELETE", "/upshift/faults/1").status, 200);
  EXPECT_EQ(emulator_.faults().pull_fault("example.com/a"), nullptr);
  EXPECT_EQ(request("DELETE", "/upshift/faults/1").status, 404);
  EXPECT_EQ(request("POST", "/upshift/faults", R"({"fault": "hook", "deploymentconfig": "x"})").status, 400);
  EXPECT_EQ(request("GET", "/upshift/faults").json()["faults"].size(), 1U);
}

class ServedProduct : public ServedProject {
 protected:
  static ServerOptions with_product() {
    ServerOptions options;
    options.foreign_hosts = [](const ForeignCall& call) -> Result<ForeignAnswer> {
      Json told = {{"method", call.method}, {"url", call.url}, {"form", call.form}, {"query", Json::object()}};
      for (const auto& [name, value] : call.query) told["query"][name] = value;
      return ForeignAnswer{200, to_text(told)};
    };
    return options;
  }
  ServedProduct() : ServedProject(with_product()) {}
};

TEST_F(ServedProduct, AnswersForAHostOnlyThroughAnAdmittedRoute) {
  const auto ask = [&](const std::string& method, const std::string& body) {
    return request(method, "/admin/api/services.json?access_token=t", body, "",
                   "Content-Type: application/x-www-form-urlencoded\r\n", "admin.example.com");
  };
  EXPECT_EQ(ask("GET", "").status, 503);
  ASSERT_EQ(request("POST", "/apis/route.openshift.io/v1/namespaces/demo/routes", R"({"metadata": {"name": "admin"},
      "spec": {"host": "admin.example.com", "to": {"kind": "Service", "name": "s"}}})")
                .status,
            201);
  (void)request("POST", "/upshift/settle");
  const Received answer = ask("PUT", "service%5Bname%5D=a+b");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json(), Json({{"method", "PUT"},
                                 {"url", "http://admin.example.com/admin/api/services.json"},
                                 {"form", {{"service[name]", "a b"}}},
                                 {"query", {{"access_token", "t"}}}}));
  EXPECT_THAT(request("GET", "/upshift/requests").body, Not(HasSubstr("access_token")));
}

}  // namespace
}  // namespace upshift::emulator::server
