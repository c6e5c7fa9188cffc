#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plugins/installation.hpp"
#include "unit/plugins/loaded_plugin.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;

// The concern against its own simulation: requests and commands of the steps are answered by the plugin itself, as in a
// rehearsal, and timers run until there are none.
class ZyncRoutes : public ::testing::Test {
 protected:
  ZyncRoutes() {
    install_2_5(host_);
    move_to_2_6();
    start();
    host_.on_http = [this](const Json& request) {
      Json event = request;
      event["event"] = "http";
      const Json reply = simulate(event);
      return reply["handled"] == true ? reply : Json{{"status", 502}, {"body", ""}};
    };
    host_.on_exec = [this](const Json& request) {
      Json event = request;
      event["event"] = "exec";
      event["pod"] = "system-sidekiq-2-abcde";
      return simulate(event);
    };
  }

  void start() {
    state_ = nullptr;
    simulate({{"event", "start"}});
  }

  // What the hop has done before section 2.9.
  void move_to_2_6() {
    edit(host_, "ImageStream", "amp-zync", [](Json& stream) {
      stream["spec"]["tags"] = Json::array(
          {{{"name", "2.6"}, {"from", {{"kind", "DockerImage"}, {"name", "registry.redhat.io/3scale-amp26/zync"}}}},
           {{"name", "latest"}, {"from", {{"kind", "ImageStreamTag"}, {"name", "2.6"}}}}});
    });
    edit(host_, "ImageStream", "amp-system",
         [](Json& stream) { stream["spec"]["tags"][0]["from"]["name"] = "registry.redhat.io/3scale-amp26/system"; });
    Json que = object_of(host_, "DeploymentConfig", "zync");
    que["metadata"]["name"] = "zync-que";
    que["metadata"]["uid"] = "uid-of-zync-que";
    que["spec"]["template"]["spec"]["serviceAccountName"] = "zync-que-sa";
    que["spec"]["template"]["spec"]["containers"][0]["name"] = "que";
    que["spec"]["triggers"][1]["imageChangeParams"]["containerNames"] = {"que"};
    host_.put(que);
    host_.put({{"kind", "Role"},
               {"metadata", {{"name", "zync-que-role"}}},
               {"rules", Json::array({{{"apiGroups", {"route.openshift.io"}},
                                       {"resources", {"routes", "routes/custom-host"}},
                                       {"verbs", {"get", "list", "create", "delete", "patch", "update"}}}})}});
    host_.put({{"kind", "RoleBinding"},
               {"metadata", {{"name", "zync-que-rolebinding"}}},
               {"roleRef", {{"kind", "Role"}, {"name", "zync-que-role"}}},
               {"subjects", Json::array({{{"kind", "ServiceAccount"}, {"name", "zync-que-sa"}}})}});
    settle(host_);
  }

  Json simulate(Json event) {
    event["state"] = state_;
    const Outcome outcome = loaded_.plugin.simulate(event);
    EXPECT_TRUE(outcome.ok()) << outcome.error();
    if (outcome.reply.contains("state")) state_ = outcome.reply["state"];
    for (const Json& timer : sdk::array_at(outcome.reply, "/timers")) timers_.push_back(timer);
    return outcome.reply;
  }
  // At most so many timers; routers admit in between.
  void run_timers(int most = 20) {
    for (; most > 0 && !timers_.empty(); --most) {
      const Json timer = timers_.front();
      timers_.erase(timers_.begin());
      simulate({{"event", "timer"}, {"data", timer["data"]}});
      admit_routes(host_);
    }
  }

  Outcome step(const std::string& id) { return loaded_.step("zync-routes/" + id, parameters_); }
  Outcome check(const std::string& id) { return loaded_.plugin.check("zync-routes/" + id, parameters_); }
  void run_all() {
    for (const char* id :
         {"ready", "inventory", "save-certificates", "deployment-options", "standard-routes", "manual-routes", "resync",
          "certificates", "wildcard-service", "wildcard-deployment", "wildcard-stream"}) {
      const Outcome outcome = step(id);
      EXPECT_TRUE(outcome.ok()) << id << ": " << outcome.error();
      EXPECT_NE(outcome.state(), "blocked") << id << ": " << outcome.summary();
      run_timers();
    }
  }

  void put_route(const std::string& name, const std::string& host_name, const std::string& service) {
    Json route = object_of(host_, "Route", "backend");
    route["metadata"]["name"] = name;
    route["spec"]["host"] = host_name;
    route["spec"]["to"]["name"] = service;
    host_.put(route);
  }
  // The route of Zync with a host, or null.
  Json zync_route(const std::string& host_name) {
    Json reply;
    host_.invoke(UPSHIFT_OPERATION_CHECK, "upshift.cluster/1", "list",
                 {{"kind", "Route"}, {"labels", "3scale.net/created-by=zync"}}, reply);
    for (const Json& route : reply["items"]) {
      if (route["spec"]["host"] == host_name) return route;
    }
    return nullptr;
  }
  Json& service() { return state_["services"][0]; }

  Json parameters_ = {{"tenant-access-tokens", Json::object()},
                      {"deployment-options", Json::object()},
                      {"keep-routes", Json::array()},
                      {"ignore-hosts", Json::array()}};
  Json state_;
  std::vector<Json> timers_;
  LoadedPlugin loaded_{"zync-routes"};
  FakeHost& host_ = loaded_.host;
};

TEST_F(ZyncRoutes, ReplacesEveryRouteAndRemovesTheWildcardRouter) {
  run_all();
  const struct {
    const char *host, *service;
  } hosts[] = {{"master.example.com", "system-master"},
               {"acme-admin.example.com", "system-provider"},
               {"acme.example.com", "system-developer"},
               {"api-acme-apicast-production.example.com", "apicast-production"},
               {"api-acme-apicast-staging.example.com", "apicast-staging"}};
  for (const auto& each : hosts) {
    const Json route = zync_route(each.host);
    ASSERT_FALSE(route.is_null()) << each.host;
    EXPECT_EQ(route["spec"]["to"]["name"], each.service);
    EXPECT_EQ(route["spec"]["tls"]["insecureEdgeTerminationPolicy"], "Redirect");
    EXPECT_EQ(route["metadata"]["ownerReferences"][0]["uid"], "uid-of-zync-que");
  }
  for (const char* name : {"system-master", "api-apicast-staging", "apicast-wildcard-router"}) {
    EXPECT_EQ(host_.object("Route", name), nullptr) << name;
  }
  EXPECT_NE(host_.object("Route", "backend"), nullptr);
  EXPECT_EQ(host_.object("DeploymentConfig", "apicast-wildcard-router"), nullptr);
  EXPECT_EQ(host_.object("Service", "apicast-wildcard-router"), nullptr);
  EXPECT_EQ(host_.object("ImageStream", "amp-wildcard-router"), nullptr);
}

TEST_F(ZyncRoutes, HasNothingLeftToDoAfterwards) {
  run_all();
  host_.values.clear();
  start();
  host_.forget_calls();
  run_all();
  EXPECT_TRUE(host_.changes().empty()) << host_.changes().front().request.dump();
  EXPECT_EQ(check("inventory").state(), "done");
  EXPECT_EQ(check("resync").state(), "done");
}

TEST_F(ZyncRoutes, DeletesNoRouteBeforeZyncCanMakeNewOnes) {
  ASSERT_TRUE(step("inventory").ok());
  edit(host_, "DeploymentConfig", "zync-que", [](Json& dc) { dc["status"]["availableReplicas"] = 0; });
  EXPECT_EQ(check("standard-routes").state(), "blocked");
  EXPECT_EQ(check("ready").state(), "pending");
  EXPECT_NE(host_.object("Route", "system-master"), nullptr);
}

TEST_F(ZyncRoutes, DeletesNoRouteWhileNobodyWouldTellZyncWhatToMake) {
  ASSERT_TRUE(step("inventory").ok());
  for (const char* name : {"system-sidekiq", "zync"}) {
    edit(host_, "DeploymentConfig", name, [](Json& dc) { dc["spec"]["replicas"] = 0; });
    for (const char* id : {"ready", "standard-routes"}) {
      EXPECT_EQ(check(id).state(), "blocked") << id;
      EXPECT_THAT(check(id).summary(), HasSubstr(std::string("oc scale dc/") + name));
    }
    edit(host_, "DeploymentConfig", name, [](Json& dc) { dc["spec"]["replicas"] = 1; });
  }
  EXPECT_EQ(check("standard-routes").state(), "pending");
}

TEST_F(ZyncRoutes, FindsRoutesMadeByHandByWhatTheyLeadTo) {
  put_route("shop-api", "api.shop.example.org", "apicast-production");
  put_route("other-admin", "beta-admin.example.com", "system-provider");
  put_route("shard", "x.shard.example.com", "apicast-wildcard-router");
  put_route("my-app", "www.example.com", "frontend");
  start();
  parameters_["tenant-access-tokens"] = {{"beta-admin.example.com", "t"}};
  ASSERT_TRUE(step("inventory").ok());
  const Outcome checked = check("manual-routes");
  EXPECT_EQ(checked.state(), "pending");
  for (const char* name : {"shop-api", "other-admin", "shard"}) EXPECT_THAT(checked.summary(), HasSubstr(name));
  EXPECT_EQ(checked.summary().find("my-app"), std::string::npos);
  run_all();
  EXPECT_EQ(host_.object("Route", "shop-api"), nullptr);
  EXPECT_NE(host_.object("Route", "my-app"), nullptr);
  EXPECT_FALSE(zync_route("api.shop.example.org").is_null());
  EXPECT_FALSE(zync_route("beta.example.com").is_null()) << "the developer portal that had no route";
}

TEST_F(ZyncRoutes, KeepsARouteWhoseHostNobodyWouldMakeAgain) {
  put_route("alias", "alias.example.org", "apicast-production");  // after the product's data was set
  ASSERT_TRUE(step("inventory").ok());
  const Outcome checked = check("manual-routes");
  EXPECT_EQ(checked.state(), "done");
  EXPECT_THAT(checked.warning(), HasSubstr("alias"));
}

TEST_F(ZyncRoutes, KeepsTheRouteOfASelfManagedGateway) {
  service()["deployment_option"] = "self_managed";
  service()["endpoint"] = "https://own.example.org:443";
  service()["sandbox_endpoint"] = nullptr;
  put_route("own-gateway", "own.example.org", "apicast-production");
  run_all();
  EXPECT_NE(host_.object("Route", "own-gateway"), nullptr);
  EXPECT_TRUE(zync_route("own.example.org").is_null());
}

TEST_F(ZyncRoutes, TakesHostsFromRoutesWhereTheProductCannotBeAsked) {
  const Json seed = object_of(host_, "Secret", "system-seed");
  edit(host_, "Secret", "system-seed", [](Json& secret) {
    secret["data"].erase("MASTER_ACCESS_TOKEN");
    secret["data"].erase("ADMIN_ACCESS_TOKEN");
  });
  edit(host_, "DeploymentConfig", "system-app",
       [](Json& dc) { dc["spec"]["strategy"]["rollingParams"]["pre"]["execNewPod"]["command"] = {"bash"}; });
  put_route("shop-api", "api.shop.example.org", "apicast-production");
  const Outcome outcome = step("inventory");
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.warning(), HasSubstr("no access token of the master account"));
  EXPECT_EQ(host_.values["route-inventory"]["expected"].size(), 6U);
  EXPECT_EQ(host_.values["route-inventory"]["complete"], false);
  EXPECT_EQ(check("manual-routes").state(), "pending") << "its host is expected";
}

TEST_F(ZyncRoutes, FindsTheMasterTokenInTheHookWhereTheSeedLacksIt) {
  edit(host_, "Secret", "system-seed", [](Json& secret) { secret["data"].erase("MASTER_ACCESS_TOKEN"); });
  std::string used;
  const auto inner = host_.on_http;
  host_.on_http = [&](const Json& request) {
    if (request["url"].get<std::string>().find("accounts") != std::string::npos)
      used = request["secret_query"]["access_token"];
    return inner(request);
  };
  ASSERT_TRUE(step("inventory").ok());
  EXPECT_EQ(used, "from-the-hook");
}

TEST_F(ZyncRoutes, ReadsTenantsPageByPage) {
  host_.on_http = [](const Json& request) {
    const auto url = request["url"].get<std::string>();
    if (url.find("accounts.json") == std::string::npos) return Json{{"status", 200}, {"body", R"({"services":[]})"}};
    Json accounts = Json::array();
    const int first = url.find("page=1&") != std::string::npos ? 0 : 500;
    for (int i = first; i < (first == 0 ? 500 : 501); ++i) {
      const std::string name = "t" + std::to_string(i);
      accounts.push_back(
          {{"account", {{"admin_domain", name + "-admin.x"}, {"domain", name + ".x"}, {"state", "approved"}}}});
    }
    accounts[0]["account"]["state"] = first == 0 ? "suspended" : "approved";
    return Json{{"status", 200}, {"body", Json{{"accounts", accounts}}.dump()}};
  };
  ASSERT_TRUE(step("inventory").ok());
  const std::string text = host_.values["route-inventory"].dump();
  EXPECT_THAT(text, HasSubstr("\"t500-admin.x\""));
  EXPECT_EQ(text.find("\"t0.x\""), std::string::npos) << "a suspended tenant is not served";
}

TEST_F(ZyncRoutes, ShowsNoTokenAnywhere) {
  host_.on_http = [](const Json&) { return Json{{"status", 403}, {"body", "{}"}}; };
  const Outcome outcome = step("inventory");
  std::string said = outcome.summary() + Json(host_.values).dump();
  for (const Diagnosis& each : outcome.diagnostics) said += each.summary + each.detail;
  EXPECT_EQ(said.find("master-secret"), std::string::npos);
  EXPECT_EQ(said.find("admin-secret"), std::string::npos);
}

TEST_F(ZyncRoutes, PutsBothBaseUrlsBackWhenTheDeploymentOptionChanges) {
  service()["endpoint"] = "https://api.acme.example.org:443";
  service()["sandbox_endpoint"] = "https://staging.acme.example.org:443";
  service()["deployment_option"] = "self_managed";
  parameters_["deployment-options"] = {{"api", "hosted"}};
  run_all();
  EXPECT_EQ(service()["deployment_option"], "hosted");
  EXPECT_EQ(service()["endpoint"], "https://api.acme.example.org:443");
  EXPECT_EQ(service()["sandbox_endpoint"], "https://staging.acme.example.org:443");
  EXPECT_FALSE(zync_route("api.acme.example.org").is_null());
  ASSERT_TRUE(loaded_.plugin.undo("zync-routes/deployment-options", parameters_).ok());
  EXPECT_EQ(service()["deployment_option"], "self_managed");
  EXPECT_EQ(service()["endpoint"], "https://api.acme.example.org:443");
}

TEST_F(ZyncRoutes, FinishesAChangeThatWasInterruptedBetweenOptionAndUrls) {
  service()["endpoint"] = "https://api.acme.example.org:443";
  service()["deployment_option"] = "self_managed";
  parameters_["deployment-options"] = {{"acme-admin.example.com/api", "hosted"}};
  ASSERT_TRUE(step("inventory").ok());
  service()["deployment_option"] = "hosted";
  service()["endpoint"] = "https://api-acme-apicast-production.example.com:443";
  EXPECT_THAT(check("deployment-options").summary(), HasSubstr("base URL"));
  ASSERT_TRUE(step("deployment-options").ok());
  EXPECT_EQ(service()["endpoint"], "https://api.acme.example.org:443");
  EXPECT_EQ(loaded_.plugin.verify("zync-routes/deployment-options", parameters_).state(), "ok");
}

TEST_F(ZyncRoutes, IsBlockedByADeploymentOptionForAServiceThatIsNotThere) {
  parameters_["deployment-options"] = {{"nobody", "hosted"}};
  ASSERT_TRUE(step("inventory").ok());
  EXPECT_EQ(check("deployment-options").state(), "blocked");
}

TEST_F(ZyncRoutes, CarriesCertificatesOverToTheSameHostsAndSubdomains) {
  edit(host_, "Route", "api-apicast-production", [](Json& route) {
    route["spec"]["tls"].update({{"certificate", "CERT"}, {"key", "KEY"}, {"caCertificate", "CA"}});
  });
  edit(host_, "Route", "apicast-wildcard-router", [](Json& route) {
    route["spec"]["wildcardPolicy"] = "Subdomain";
    route["spec"]["tls"].update({{"certificate", "WILD"}, {"key", "WILDKEY"}});
  });
  run_all();
  const Json exact = zync_route("api-acme-apicast-production.example.com")["spec"]["tls"];
  EXPECT_EQ(exact["certificate"], "CERT");
  EXPECT_EQ(exact["caCertificate"], "CA");
  EXPECT_EQ(exact["insecureEdgeTerminationPolicy"], "Redirect") << "the policy stays Zync's";
  EXPECT_EQ(zync_route("acme.example.com")["spec"]["tls"]["certificate"], "WILD");
  EXPECT_TRUE(host_.files.contains("routes/certificates.json"));
  EXPECT_EQ(check("certificates").state(), "done");
}

TEST_F(ZyncRoutes, CountsHostsAndNotRoutes) {
  Json second = service();
  second["id"] = 9;
  second["system_name"] = "twin";
  state_["services"].push_back(second);
  run_all();
  EXPECT_EQ(host_.values["route-inventory"]["expected"].size(), 5U);
  EXPECT_EQ(check("resync").state(), "done");
}

TEST_F(ZyncRoutes, DoesNotResyncWhileAnOldRouteHasAHostThatZyncNeeds) {
  ASSERT_TRUE(step("inventory").ok());
  const Outcome outcome = step("resync");
  EXPECT_EQ(outcome.status, UPSHIFT_STATUS_FAILED_PRECONDITION);
  EXPECT_THAT(outcome.error(), HasSubstr("still has the host"));
}

TEST_F(ZyncRoutes, FailsWithTheExitCodeOfTheCommand) {
  for (const char* id : {"inventory", "standard-routes"}) ASSERT_TRUE(step(id).ok());
  host_.on_exec = [](const Json&) {
    return Json{{"exit_code", 1}, {"stdout", ""}, {"stderr", "Error: secret things"}};
  };
  const Outcome outcome = step("resync");
  EXPECT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error(), HasSubstr("exit code 1"));
  EXPECT_EQ(outcome.error().find("secret things"), std::string::npos);
}

TEST_F(ZyncRoutes, WaitsForEachDistinctHost) {
  for (const char* id : {"inventory", "standard-routes"}) ASSERT_TRUE(step(id).ok());
  const Outcome outcome = step("resync");
  EXPECT_EQ(outcome.await().size(), 5U);
  EXPECT_EQ(loaded_.plugin.verify("zync-routes/resync", parameters_).state(), "pending");
  run_timers();
  EXPECT_EQ(loaded_.plugin.verify("zync-routes/resync", parameters_).state(), "ok");
  ASSERT_TRUE(loaded_.plugin.undo("zync-routes/resync", parameters_).ok());
  EXPECT_TRUE(zync_route("master.example.com").is_null()) << "the old routes need their hosts back";
}

TEST_F(ZyncRoutes, LeavesTheWildcardRouterWhileARouteLeadsToIt) {
  parameters_["keep-routes"] = {"apicast-wildcard-router"};
  run_all();
  EXPECT_NE(host_.object("DeploymentConfig", "apicast-wildcard-router"), nullptr);
  EXPECT_EQ(check("wildcard-deployment").state(), "not_applicable");
}

TEST_F(ZyncRoutes, SimulatedZyncMakesNoRoutesUntilItIsUpAndAllowed) {
  for (const char* id : {"inventory", "standard-routes", "resync"}) ASSERT_TRUE(step(id).ok());
  edit(host_, "Role", "zync-que-role", [](Json& role) {
    role["rules"][0]["verbs"] = {"get", "list", "create", "delete", "patch"};
  });
  run_timers(3);
  EXPECT_TRUE(zync_route("master.example.com").is_null()) << "the role does not allow update";
  edit(host_, "Role", "zync-que-role", [](Json& role) { role["rules"][0]["verbs"].push_back("update"); });
  edit(host_, "DeploymentConfig", "zync-que", [](Json& dc) { dc["status"]["availableReplicas"] = 0; });
  run_timers(3);
  EXPECT_TRUE(zync_route("master.example.com").is_null()) << "zync-que is down";
  edit(host_, "DeploymentConfig", "zync-que", [](Json& dc) { dc["status"]["availableReplicas"] = 1; });
  run_timers(3);
  EXPECT_FALSE(zync_route("master.example.com").is_null());
}

TEST_F(ZyncRoutes, SimulatedZyncDropsARefusedRouteAndTriesAgain) {
  for (const char* id : {"inventory", "standard-routes", "resync"}) ASSERT_TRUE(step(id).ok());
  put_route("late", "master.example.com", "system-master");
  simulate({{"event", "timer"}, {"data", timers_.front()["data"]}});
  timers_.erase(timers_.begin());
  const std::string name = zync_route("master.example.com")["metadata"]["name"];
  edit(host_, "Route", name, [](Json& route) {
    route["status"]["ingress"] =
        Json::array({{{"conditions",
                       Json::array({{{"type", "Admitted"}, {"status", "False"}, {"reason", "HostAlreadyClaimed"}}})}}});
  });
  simulate({{"event", "timer"}, {"data", timers_.front()["data"]}});
  timers_.erase(timers_.begin());
  EXPECT_TRUE(zync_route("master.example.com").is_null());
  host_.erase("Route", "late");
  run_timers();
  EXPECT_FALSE(zync_route("master.example.com").is_null());
}

TEST_F(ZyncRoutes, SimulatedTaskIsUnknownToTheOldImage) {
  edit(host_, "DeploymentConfig", "system-sidekiq", [](Json& dc) {
    dc["spec"]["template"]["spec"]["containers"][0]["image"] =
        "registry.access.redhat.com/3scale-amp25/system@sha256:x";
  });
  const Json reply = simulate({{"event", "exec"},
                               {"deployment_config", "system-sidekiq"},
                               {"container", "system-sidekiq"},
                               {"command", {"bash", "-c", "bundle exec rake zync:resync:domains"}}});
  EXPECT_EQ(reply["exit_code"], 1);
  EXPECT_EQ(simulate({{"event", "exec"}, {"command", {"ls"}}})["handled"], false);
}

}  // namespace
}  // namespace upshift::testing
