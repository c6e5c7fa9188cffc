#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plugins/installation.hpp"
#include "unit/plugins/loaded_plugin.hpp"

namespace upshift::testing {
namespace {

class Hop : public ::testing::Test {
 protected:
  Hop() { install_2_5(host_); }

  // Steps of a stage in the manifest's order; controllers settle after each.
  void run_stage(const std::string& stage) {
    const Json manifest = loaded_.plugin.manifest();
    for (const Json& each : manifest["hops"][0]["stages"]) {
      if (each["id"] != stage) continue;
      for (const Json& step : each["steps"]) {
        const std::string subject = "2.5-2.6/" + stage + "/" + step["id"].get<std::string>();
        const Outcome outcome = loaded_.step(subject, hop_parameters());
        EXPECT_TRUE(outcome.ok()) << subject << ": " << outcome.error();
        EXPECT_NE(outcome.state(), "blocked") << subject << ": " << outcome.summary();
        settle(host_);
      }
    }
  }
  void run_all() {
    for (const char* stage :
         {"preflight", "objects", "redis-secret", "system-env", "sentinel", "zync-env", "databases", "images"}) {
      run_stage(stage);
    }
  }
  Outcome check(const std::string& step) { return loaded_.plugin.check("2.5-2.6/" + step, hop_parameters()); }
  Outcome step(const std::string& id) { return loaded_.step("2.5-2.6/" + id, hop_parameters()); }

  LoadedPlugin loaded_{"hop-2.5-2.6"};
  FakeHost& host_ = loaded_.host;
};

TEST_F(Hop, AnswersForEveryStepOfItsManifest) {
  const Json manifest = loaded_.plugin.manifest();
  for (const Json& stage : manifest["hops"][0]["stages"]) {
    if (stage.contains("uses")) continue;
    for (const Json& each : stage["steps"]) {
      const std::string subject = "2.5-2.6/" + stage["id"].get<std::string>() + "/" + each["id"].get<std::string>();
      EXPECT_NE(loaded_.plugin.operations(subject), 0U) << subject;
    }
  }
}

TEST_F(Hop, LeavesNothingToDoWhenItIsRunASecondTime) {
  run_all();
  host_.forget_calls();
  run_all();
  EXPECT_TRUE(host_.changes().empty()) << host_.changes().front().request.dump();
}

TEST_F(Hop, IsDoneStepByStepFromAnyStateInTheMiddle) {
  run_stage("preflight");
  run_stage("objects");
  ASSERT_TRUE(step("system-env/system-app").ok());
  // Killed after the change was sent: the next run has nothing to send but still waits.
  edit(host_, "DeploymentConfig", "system-app", [](Json& dc) { dc["status"]["availableReplicas"] = 0; });
  host_.forget_calls();
  const Outcome again = step("system-env/system-app");
  EXPECT_EQ(again.await().size(), 1U);
  EXPECT_TRUE(host_.changes().empty());
}

TEST_F(Hop, CreatesTheNewObjectsWithTheInstallationsLabelAndImportPolicy) {
  for (const char* stream : {"amp-system", "amp-zync"}) {
    edit(host_, "ImageStream", stream, [](Json& object) {
      for (Json& tag : object["spec"]["tags"]) {
        if (tag["from"]["kind"] == "DockerImage") tag["importPolicy"] = {{"insecure", true}};
      }
    });
  }
  run_stage("preflight");
  run_stage("objects");
  const Json stream = object_of(host_, "ImageStream", "backend-redis");
  EXPECT_EQ(stream["metadata"]["labels"]["app"], "my-3scale");
  EXPECT_TRUE(sdk::named(stream["spec"]["tags"], "2.6")->at("importPolicy")["insecure"]);
  EXPECT_EQ(sdk::named(stream["spec"]["tags"], "latest")->at("from")["name"], "2.6");
  EXPECT_EQ(object_of(host_, "DeploymentConfig", "zync-que")["metadata"]["labels"]["app"], "my-3scale");
  EXPECT_EQ(object_of(host_, "ServiceAccount", "zync-que-sa")["imagePullSecrets"][0]["name"],
            "threescale-registry-auth");
  EXPECT_EQ(host_.object("DeploymentConfig", "system-postgresql"), nullptr);
  run_stage("images");
  const Json zync = object_of(host_, "ImageStream", "amp-zync");
  EXPECT_TRUE(sdk::named(zync["spec"]["tags"], "2.6")->at("importPolicy")["insecure"]);
}

TEST_F(Hop, HasARefusedImportTriedAgain) {
  const Json tag = {{"name", "2.6"},
                    {"from", {{"kind", "DockerImage"}, {"name", "registry.redhat.io/3scale-amp26/zync"}}},
                    {"generation", 7}};
  const auto refuse = [&](int generation) {
    edit(host_, "ImageStream", "amp-zync", [&](Json& stream) {
      std::erase_if(stream["spec"]["tags"].get_ref<Json::array_t&>(),
                    [](const Json& each) { return each["name"] == "2.6"; });
      stream["spec"]["tags"].push_back(tag);
      stream["status"]["tags"] = Json::array(
          {{{"tag", "2.6"},
            {"items", nullptr},
            {"conditions",
             Json::array({{{"type", "ImportSuccess"}, {"status", "False"}, {"generation", generation}}})}}});
    });
    host_.forget_calls();
  };
  refuse(7);
  ASSERT_TRUE(step("images/import-amp-zync").ok());
  const Json stream = object_of(host_, "ImageStream", "amp-zync");
  EXPECT_EQ(sdk::named(stream["spec"]["tags"], "2.6")->at("generation"), 0);
  refuse(6);
  ASSERT_TRUE(step("images/import-amp-zync").ok());
  EXPECT_TRUE(host_.changes().empty()) << "the import of the present tag is still to come";
}

TEST_F(Hop, TellsAtOnceOfWhatOnlyAPersonRollsOut) {
  EXPECT_EQ(check("preflight/installation").warning(), "");
  edit(host_, "DeploymentConfig", "backend-cron", [](Json& dc) { dc["spec"]["triggers"].erase(0); });
  const Outcome outcome = check("preflight/installation");
  EXPECT_EQ(outcome.state(), "done") << outcome.summary();
  EXPECT_NE(outcome.warning().find("DeploymentConfig/backend-cron has no ConfigChange trigger"), std::string::npos);
}

TEST_F(Hop, KnowsAnImageThatIsPulledThroughTheClustersOwnRegistry) {
  run_all();
  for (const char* name : {"system-app", "system-sidekiq", "system-sphinx"}) {
    edit(host_, "DeploymentConfig", name, [](Json& dc) {
      const auto pull_through = [](Json& image) {
        const auto text = image.get<std::string>();
        image = "docker-registry.default.svc:5000/3scale/amp-system" + text.substr(text.find('@'));
      };
      for (Json& trigger : dc["spec"]["triggers"]) {
        if (trigger["type"] == "ImageChange") pull_through(trigger["imageChangeParams"]["lastTriggeredImage"]);
      }
      for (const char* list : {"containers", "initContainers"}) {
        for (Json& each : dc["spec"]["template"]["spec"][list]) pull_through(each["image"]);
      }
    });
  }
  EXPECT_EQ(check("images/amp-system").state(), "done") << check("images/amp-system").summary();
  EXPECT_TRUE(loaded_.plugin.verify("2.5-2.6/images/amp-system", hop_parameters()).ok());
  edit(host_, "DeploymentConfig", "system-sphinx", [](Json& dc) {
    dc["spec"]["triggers"][1]["imageChangeParams"]["lastTriggeredImage"] =
        "docker-registry.default.svc:5000/a/b@sha256:0";
  });
  EXPECT_EQ(check("images/amp-system").state(), "pending");
}

TEST_F(Hop, CreatesNoStreamOfADatabaseThatIsOutsideTheProject) {
  for (const char* name : {"backend-redis", "system-redis", "system-mysql"}) host_.erase("DeploymentConfig", name);
  run_all();
  for (const char* name : {"backend-redis", "system-redis", "system-mysql"}) {
    EXPECT_EQ(host_.object("ImageStream", name), nullptr) << name;
    EXPECT_EQ(check(std::string("databases/") + name).state(), "not_applicable");
  }
  EXPECT_NE(host_.object("ImageStream", "system-memcached"), nullptr);
}

TEST_F(Hop, CreatesZyncQueAsTheVariantsOwnTemplateHasIt) {
  const auto make = [this] {
    host_.erase("DeploymentConfig", "zync-que");
    EXPECT_TRUE(step("objects/zync-que").ok());
    EXPECT_NE(check("objects/zync-que").state(), "pending");
    return object_of(host_, "DeploymentConfig", "zync-que")["spec"];
  };
  edit(host_, "DeploymentConfig", "zync", [](Json& dc) { dc["spec"]["replicas"] = 2; });
  Json spec = make();
  EXPECT_EQ(spec["replicas"], 1) << "one does for an installation that is not for high availability";
  EXPECT_FALSE(spec["template"]["spec"]["containers"][0]["resources"]["limits"].empty());
  host_.erase("DeploymentConfig", "backend-redis");
  EXPECT_EQ(make()["replicas"], 2);
  edit(host_, "DeploymentConfig", "zync", [](Json& dc) { dc["spec"]["replicas"] = 0; });
  EXPECT_EQ(make()["replicas"], 1) << "it makes the routes";
  edit(host_, "DeploymentConfig", "zync",
       [](Json& dc) { dc["spec"]["template"]["spec"]["containers"][0]["resources"] = Json::object(); });
  EXPECT_FALSE(make()["template"]["spec"]["containers"][0].contains("resources"));
}

TEST_F(Hop, OnlyCompletesWhatExists) {
  host_.put(
      {{"kind", "ImageStream"},
       {"metadata", {{"name", "system-redis"}, {"labels", {{"app", "mine"}, {"team", "x"}}}}},
       {"spec", {{"tags", Json::array({{{"name", "own"}, {"from", {{"kind", "DockerImage"}, {"name", "a/b:1"}}}}})}}}});
  host_.put({{"kind", "Role"},
             {"metadata", {{"name", "zync-que-role"}}},
             {"rules", Json::array({{{"apiGroups", {"route.openshift.io"}},
                                     {"resources", {"routes"}},
                                     {"verbs", {"get", "list", "create", "delete", "patch"}}}})}});
  run_stage("objects");
  const Json stream = object_of(host_, "ImageStream", "system-redis");
  EXPECT_EQ(stream["metadata"]["labels"]["app"], "mine");
  EXPECT_EQ(stream["spec"]["tags"].size(), 3U);
  const Json role = object_of(host_, "Role", "zync-que-role");
  EXPECT_NE(role.dump().find("update"), std::string::npos) << "early roles lacked it";
  EXPECT_EQ(role["rules"][0]["verbs"].size(), 5U) << "the user's rule is kept";
}

TEST_F(Hop, AddsOnlyMissingKeysToTheRedisSecret) {
  edit(host_, "Secret", "system-redis",
       [](Json& secret) { secret["data"]["MESSAGE_BUS_URL"] = sdk::encode_base64("redis://bus:6379/8"); });
  run_stage("redis-secret");
  const Json secret = object_of(host_, "Secret", "system-redis");
  EXPECT_EQ(secret["data"].size(), 8U);
  EXPECT_EQ(sdk::secret_value(secret, "MESSAGE_BUS_URL"), "redis://bus:6379/8");
  EXPECT_EQ(sdk::secret_value(secret, "SENTINEL_HOSTS"), "");
}

TEST_F(Hop, AddsTheVariablesOfEachPlaceOnce) {
  for (const char* stage : {"system-env", "sentinel", "zync-env"}) run_stage(stage);
  const struct {
    const char *deployment, *container;
    std::size_t count;
    const char* one;
  } places[] = {{"system-app", "pre", 10, "BACKEND_REDIS_SENTINEL_ROLE"},
                {"system-app", "system-master", 10, "REDIS_NAMESPACE"},
                {"system-app", "system-developer", 10, "MESSAGE_BUS_REDIS_URL"},
                {"system-sidekiq", "check-svc", 7, "MESSAGE_BUS_REDIS_SENTINEL_HOSTS"},
                {"system-sidekiq", "system-sidekiq", 10, "BACKEND_REDIS_SENTINEL_HOSTS"},
                {"system-sphinx", "system-sphinx", 8, "REDIS_URL"},
                {"backend-cron", "backend-redis-svc", 7, "RACK_ENV"},
                {"zync", "zync", 2, "POD_NAMESPACE"}};
  for (const auto& place : places) {
    const Json env = container_of(host_, place.deployment, place.container)["env"];
    EXPECT_EQ(env.size(), place.count) << place.deployment << " " << place.container;
    EXPECT_EQ(count_named(env, place.one), 1U) << place.one;
  }
  const Json zync = object_of(host_, "DeploymentConfig", "zync");
  EXPECT_EQ(zync["metadata"]["annotations"]["prometheus.io/port"], "9393");
}

TEST_F(Hop, KeepsAVariableThatTheUserSetAndWarns) {
  edit(host_, "DeploymentConfig", "system-sphinx", [](Json& dc) {
    dc["spec"]["template"]["spec"]["containers"][0]["env"].push_back({{"name", "REDIS_NAMESPACE"}, {"value", "mine"}});
  });
  const Outcome checked = check("system-env/system-sphinx");
  EXPECT_NE(checked.warning().find("REDIS_NAMESPACE"), std::string::npos);
  run_stage("system-env");
  const Json env = container_of(host_, "system-sphinx", "system-sphinx")["env"];
  EXPECT_EQ(count_named(env, "REDIS_NAMESPACE"), 1U);
  EXPECT_EQ(sdk::named(env, "REDIS_NAMESPACE")->at("value"), "mine");
}

TEST_F(Hop, TurnsALiteralReleaseBackWithinTheRolloutThatIsNeededAnyway) {
  edit(host_, "DeploymentConfig", "system-app", [](Json& dc) {
    for (Json& each : dc["spec"]["template"]["spec"]["containers"])
      each["env"][0] = {{"name", "AMP_RELEASE"}, {"value", "2.5.0"}};
    dc["spec"]["strategy"]["rollingParams"]["pre"]["execNewPod"]["env"][0] = {{"name", "AMP_RELEASE"},
                                                                              {"value", "2.4.0"}};
  });
  run_stage("system-env");
  for (const char* name : {"pre", "system-master", "system-provider", "system-developer"}) {
    const Json env = container_of(host_, "system-app", name)["env"];
    const Json* release = sdk::named(env, "AMP_RELEASE");
    ASSERT_NE(release, nullptr);
    EXPECT_FALSE(release->contains("value")) << name;
    EXPECT_EQ(sdk::string_at(*release, "/valueFrom/configMapKeyRef/name"), "system-environment") << name;
  }
  const Outcome release = step("images/release");
  EXPECT_TRUE(release.await().empty()) << "stating the release costs no rollout of its own";
  EXPECT_EQ(object_of(host_, "ConfigMap", "system-environment")["data"]["AMP_RELEASE"], "2.6");
  EXPECT_EQ(check("images/release").state(), "done");
}

TEST_F(Hop, TurnsALiteralReleaseBackAlsoWhereTheEnvironmentStepsWereLeftOut) {
  edit(host_, "DeploymentConfig", "system-app", [](Json& dc) {
    dc["spec"]["template"]["spec"]["containers"][1]["env"][0] = {{"name", "AMP_RELEASE"}, {"value", "2.6"}};
  });
  const Outcome outcome = step("images/release");
  EXPECT_EQ(outcome.await().size(), 1U);
  EXPECT_NE(outcome.warning(), "");
  EXPECT_EQ(check("images/release").state(), "done");
}

TEST_F(Hop, LetsEachDatabaseFollowItsStreamOnce) {
  run_stage("objects");
  // The old trigger stands first in installations that came from 2.3.
  edit(host_, "DeploymentConfig", "zync-database", [](Json& dc) {
    std::swap(dc["spec"]["triggers"][0], dc["spec"]["triggers"][1]);
    dc["spec"]["triggers"].push_back({{"type", "Generic"}});
  });
  run_stage("databases");
  run_stage("databases");
  const struct {
    const char *deployment, *stream, *container;
    std::size_t triggers;
  } rows[] = {{"backend-redis", "backend-redis:latest", "backend-redis", 2},
              {"system-memcache", "system-memcached:latest", "memcache", 2},
              {"zync-database", "zync-database-postgresql:latest", "postgresql", 3}};
  for (const auto& row : rows) {
    const Json dc = object_of(host_, "DeploymentConfig", row.deployment);
    EXPECT_EQ(dc["spec"]["triggers"].size(), row.triggers) << row.deployment;
    std::size_t found = 0;
    for (const Json& trigger : dc["spec"]["triggers"]) {
      if (sdk::string_at(trigger, "/imageChangeParams/from/name") != row.stream) continue;
      ++found;
      EXPECT_EQ(trigger["imageChangeParams"]["containerNames"], Json::array({row.container}));
    }
    EXPECT_EQ(found, 1U) << row.deployment;
    EXPECT_THAT(container_of(host_, row.deployment, row.container)["image"].get<std::string>(),
                ::testing::StartsWith("registry.redhat.io/"));
  }
  EXPECT_EQ(host_.object("ImageStream", "postgresql"), nullptr);
}

TEST_F(Hop, AddsNoTriggerForAStreamThatDoesNotResolve) {
  const Outcome outcome = step("databases/backend-redis");
  EXPECT_EQ(outcome.state(), "blocked");
  EXPECT_TRUE(host_.changes().empty());
}

TEST_F(Hop, WarnsThatZyncsDatabaseIsEmptied) {
  run_stage("objects");
  EXPECT_THAT(check("databases/zync-database").warning(), ::testing::HasSubstr("emptyDir"));
}

TEST_F(Hop, KeepsTheOldStreamWhileSomethingElseUsesIt) {
  run_stage("objects");
  Json other = object_of(host_, "DeploymentConfig", "zync-database");
  other["metadata"]["name"] = "reports-database";
  host_.put(other);
  run_stage("databases");
  EXPECT_NE(host_.object("ImageStream", "postgresql"), nullptr);
  EXPECT_THAT(check("databases/postgresql-stream").summary(), ::testing::HasSubstr("reports-database"));
}

TEST_F(Hop, MovesLatestOnlyToAnImportedImageAndKeepsOldTags) {
  Outcome early = loaded_.plugin.apply("2.5-2.6/images/amp-system", hop_parameters());
  EXPECT_EQ(early.status, UPSHIFT_STATUS_FAILED_PRECONDITION);
  ASSERT_TRUE(step("images/import-amp-system").ok());
  settle(host_);
  const Outcome moved = step("images/amp-system");
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(moved.await().size(), 3U);
  settle(host_);
  const Json stream = object_of(host_, "ImageStream", "amp-system");
  EXPECT_EQ(stream["spec"]["tags"].size(), 3U);
  EXPECT_EQ(sdk::named(stream["spec"]["tags"], "latest")->at("from")["name"], "2.6");
  EXPECT_NE(sdk::named(stream["spec"]["tags"], "2.5.0"), nullptr);
  EXPECT_EQ(loaded_.plugin.verify("2.5-2.6/images/amp-system", hop_parameters()).state(), "ok");
  EXPECT_EQ(check("images/amp-system").state(), "done");
}

TEST_F(Hop, TakesImagesFromAMirror) {
  const Json parameters = {{"image-registry", "mirror.example.com:5000"}};
  ASSERT_TRUE(loaded_.step("2.5-2.6/images/import-amp-zync", parameters).ok());
  EXPECT_EQ(sdk::named(object_of(host_, "ImageStream", "amp-zync")["spec"]["tags"], "2.6")->at("from")["name"],
            "mirror.example.com:5000/3scale-amp26/zync");
}

TEST_F(Hop, LeavesLatestOfAnOracleInstallationToItsOwnBuild) {
  host_.put(
      {{"kind", "BuildConfig"},
       {"metadata", {{"name", "3scale-amp-system-oracle"}}},
       {"spec",
        {{"strategy", {{"dockerStrategy", {{"from", {{"kind", "ImageStreamTag"}, {"name", "amp-system:2.5.0"}}}}}}}}}});
  for (const char* id : {"import-amp-system", "release", "oracle-base", "amp-system"}) {
    EXPECT_TRUE(step(std::string("images/") + id).ok()) << id;
    settle(host_);
  }
  EXPECT_EQ(sdk::named(object_of(host_, "ImageStream", "amp-system")["spec"]["tags"], "latest")->at("from")["name"],
            "2.5.0");
  EXPECT_EQ(
      object_of(host_, "BuildConfig", "3scale-amp-system-oracle")["spec"]["strategy"]["dockerStrategy"]["from"]["name"],
      "amp-system:2.6");
  // Going on without the build would cost routes; only the person's own word lets the run go on.
  EXPECT_EQ(step("images/oracle-build").status, UPSHIFT_STATUS_FAILED_PRECONDITION);
  Json trusting = hop_parameters();
  trusting["oracle-build"] = "trust";
  EXPECT_NE(loaded_.step("2.5-2.6/images/oracle-build", trusting).warning(), "");
  edit(host_, "ImageStream", "amp-system", [](Json& stream) {
    for (Json& tag : stream["status"]["tags"]) {
      tag["items"][0]["created"] = tag["tag"] == "latest" ? "2026-11-21T09:00:00Z" : "2026-11-21T08:00:00Z";
    }
  });
  EXPECT_EQ(check("images/oracle-build").state(), "done");
}

TEST_F(Hop, IsBlockedByAnInstallationThatAnEarlierUpgradeLeftHalfDone) {
  const struct {
    const char *kind, *name;
  } needed[] = {{"ConfigMap", "system-environment"}, {"Secret", "backend-redis"}, {"ImageStream", "amp-zync"}};
  for (const auto& each : needed) {
    const Json object = object_of(host_, each.kind, each.name);
    host_.erase(each.kind, each.name);
    const Outcome outcome = check("preflight/installation");
    EXPECT_EQ(outcome.state(), "blocked");
    EXPECT_THAT(outcome.summary(), ::testing::HasSubstr(each.name));
    host_.put(object);
  }
  EXPECT_EQ(check("preflight/installation").state(), "done");
}

}  // namespace
}  // namespace upshift::testing
