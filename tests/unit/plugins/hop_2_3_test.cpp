// The steps from 2.3 to 2.4 that no controller is needed for, one by one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plugins/installation.hpp"
#include "unit/plugins/loaded_plugin.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Json literal(const std::string& name, const std::string& value) {
  return {{"name", name}, {"value", value}};
}

class HopTo24 : public ::testing::Test {
 protected:
  HopTo24() {
    install_2_5(host_);
    for (const char* name : {"system-environment", "backend-environment"}) host_.erase("ConfigMap", name);
    for (const char* name : {"system-redis", "backend-redis", "system-database", "system-seed"})
      host_.erase("Secret", name);
    const Json system = Json::array(
        {literal("AMP_RELEASE", "2.3.0"), literal("THREESCALE_SUPERDOMAIN", "example.com"),
         literal("MASTER_DOMAIN", "master"), literal("DATABASE_URL", "mysql2://root:hidden-word@system-mysql/system"),
         literal("SECRET_KEY_BASE", "base"), literal("MASTER_USER", "m"), literal("MASTER_PASSWORD", "mp"),
         literal("TENANT_NAME", "acme"), literal("ADMIN_ACCESS_TOKEN", "t"), literal("USER_LOGIN", "admin"),
         literal("USER_PASSWORD", "ap"), literal("APICAST_ACCESS_TOKEN", "gateway"),
         literal("EVENTS_SHARED_SECRET", "events"), literal("BACKEND_ROUTE", "https://backend.example.com"),
         literal("CONFIG_INTERNAL_API_USER", "u"), literal("CONFIG_INTERNAL_API_PASSWORD", "p")});
    edit(host_, "DeploymentConfig", "system-app", [&](Json& dc) {
      for (Json& each : dc["spec"]["template"]["spec"]["containers"]) each["env"] = system;
      dc["spec"]["strategy"]["rollingParams"]["pre"]["execNewPod"]["env"] = system;
    });
    edit(host_, "DeploymentConfig", "system-sidekiq",
         [&](Json& dc) { dc["spec"]["template"]["spec"]["containers"][0]["env"] = system; });
    for (const char* name : {"system-redis", "backend-redis", "system-memcache", "backend-listener"}) {
      host_.put({{"kind", "Service"}, {"metadata", {{"name", name}}}});
    }
    host_.erase("Route", "system-master");
    host_.put({{"kind", "Route"},
               {"metadata", {{"name", "system-master-admin-route"}}},
               {"spec", {{"host", "master-admin.example.com"}, {"to", {{"name", "system-master"}}}}}});
    host_.forget_calls();
  }
  Outcome step(const std::string& id) { return loaded_.step("2.3-2.4/" + id); }
  Outcome check(const std::string& id) { return loaded_.plugin.check("2.3-2.4/" + id); }
  std::string secret(const std::string& name, const std::string& key) {
    return sdk::secret_value(object_of(host_, "Secret", name), key).value_or("none");
  }
  // To every container that has the application's environment.
  void add_to_system(const std::vector<Json>& variables) {
    for (const char* name : {"system-app", "system-sidekiq"}) {
      edit(host_, "DeploymentConfig", name, [&](Json& dc) {
        Json& spec = dc["spec"];
        for (const Json& variable : variables) {
          for (Json& each : spec["template"]["spec"]["containers"]) each["env"].push_back(variable);
          if (spec["strategy"].contains("rollingParams")) {
            spec["strategy"]["rollingParams"]["pre"]["execNewPod"]["env"].push_back(variable);
          }
        }
      });
    }
  }
  void make_settings() {
    ASSERT_TRUE(step("settings/config-maps").ok());
    ASSERT_TRUE(step("settings/secrets").ok());
  }

  LoadedPlugin loaded_{"hop-2.3-2.4"};
  FakeHost& host_ = loaded_.host;
};

TEST_F(HopTo24, MakesEveryObjectOfWhatRuns) {
  make_settings();
  EXPECT_EQ(object_of(host_, "ConfigMap", "system-environment")["data"]["THREESCALE_SUPERDOMAIN"], "example.com");
  EXPECT_EQ(object_of(host_, "ConfigMap", "system-environment")["data"]["AMP_RELEASE"], "2.4.0");
  EXPECT_EQ(object_of(host_, "ConfigMap", "system-environment")["metadata"]["labels"]["app"], "my-3scale");
  EXPECT_EQ(secret("system-database", "URL"), "mysql2://root:hidden-word@system-mysql/system");
  EXPECT_EQ(secret("system-seed", "ADMIN_USER"), "admin");
  EXPECT_EQ(secret("system-events-hook", "PASSWORD"), "events");
  EXPECT_EQ(secret("system-master-apicast", "BASE_URL"), "http://gateway@system-master:3000");
  EXPECT_EQ(secret("system-master-apicast", "PROXY_CONFIGS_ENDPOINT"),
            "http://gateway@system-master:3000/master/api/proxy/configs");
  EXPECT_EQ(secret("backend-redis", "REDIS_QUEUES_URL"), "redis://backend-redis:6379/1") << "the template's default";
  EXPECT_EQ(check("settings/config-maps").state(), "done");
  EXPECT_EQ(check("settings/secrets").state(), "done");
}

TEST_F(HopTo24, IsBlockedByAValueThatNothingTells) {
  for (const char* container : {"system-app", "system-sidekiq"}) {
    edit(host_, "DeploymentConfig", container, [](Json& dc) {
      for (Json& each : dc["spec"]["template"]["spec"]["containers"]) each["env"] = Json::array();
      dc["spec"]["strategy"].erase("rollingParams");
    });
  }
  const Outcome blocked = check("settings/secrets");
  EXPECT_EQ(blocked.state(), "blocked");
  EXPECT_THAT(blocked.summary(), HasSubstr("Secret/system-app: SECRET_KEY_BASE"));
  EXPECT_THAT(check("settings/config-maps").summary(), HasSubstr("THREESCALE_SUPERDOMAIN"));
}

TEST_F(HopTo24, ReplacesAGeneratedValueThatNothingReadsAndKeepsOneThatIsRead) {
  host_.put({{"kind", "Secret"},
             {"metadata", {{"name", "system-app"}}},
             {"data", {{"SECRET_KEY_BASE", sdk::encode_base64("random")}, {"OWN", sdk::encode_base64("mine")}}}});
  EXPECT_THAT(check("settings/secrets").warning(), HasSubstr("Secret/system-app"));
  EXPECT_THAT(check("settings/secrets").warning(), Not(HasSubstr("random")));
  make_settings();
  EXPECT_EQ(secret("system-app", "SECRET_KEY_BASE"), "base");
  EXPECT_EQ(secret("system-app", "OWN"), "mine");
  // As soon as something reads the key, its value is the installation's own.
  ASSERT_TRUE(step("environment/system-app").ok());
  edit(host_, "Secret", "system-app",
       [](Json& object) { object["data"]["SECRET_KEY_BASE"] = sdk::encode_base64("changed"); });
  EXPECT_EQ(check("settings/secrets").state(), "done");
}

TEST_F(HopTo24, WarnsWhereTheDefaultHostOfADatabaseIsNotInTheProject) {
  for (const char* name : {"system-redis", "backend-redis", "system-memcache"}) {
    const Json service = object_of(host_, "Service", name);
    host_.erase("Service", name);
    const std::string warning = check("settings/secrets").warning();
    EXPECT_THAT(warning, HasSubstr(std::string("Secret/") + name));
    EXPECT_THAT(warning, HasSubstr("no Service of that name"));
    host_.put(service);
  }
  EXPECT_EQ(check("settings/secrets").warning(), "");
}

TEST_F(HopTo24, DoesNotWarnOfADefaultHostWhereAContainerTellsTheRealOne) {
  host_.erase("Service", "system-redis");
  add_to_system({literal("REDIS_URL", "redis://redis.example.net:6379/5")});
  EXPECT_EQ(check("settings/secrets").warning(), "");
  make_settings();
  EXPECT_EQ(secret("system-redis", "URL"), "redis://redis.example.net:6379/5");
}

TEST_F(HopTo24, CarriesFileStorageInS3OverWhereContainersHaveIt) {
  add_to_system({literal("FILE_UPLOAD_STORAGE", "s3"), literal("AWS_BUCKET", "files"), literal("AWS_REGION", "eu-1"),
                 literal("AWS_ACCESS_KEY_ID", "key-id"), literal("AWS_SECRET_ACCESS_KEY", "hidden-key")});
  make_settings();
  const Json settings = object_of(host_, "ConfigMap", "system-environment")["data"];
  EXPECT_EQ(settings["FILE_UPLOAD_STORAGE"], "s3");
  EXPECT_EQ(settings["AWS_BUCKET"], "files");
  EXPECT_EQ(settings["AWS_REGION"], "eu-1");
  EXPECT_EQ(secret("aws-auth", "AWS_SECRET_ACCESS_KEY"), "hidden-key");
  for (const char* name : {"system-app", "system-sidekiq"}) {
    const Outcome referred = step(std::string("environment/") + name);
    ASSERT_TRUE(referred.ok()) << referred.error();
    EXPECT_THAT(referred.summary(), Not(HasSubstr("hidden-key")));
    settle(host_);
    EXPECT_EQ(check(std::string("environment/") + name).state(), "done");
  }
  for (const auto& [dc, owner] : {std::pair{"system-app", "system-provider"}, std::pair{"system-app", "pre"},
                                  std::pair{"system-sidekiq", "system-sidekiq"}}) {
    const Json env = container_of(host_, dc, owner)["env"];
    EXPECT_EQ(sdk::named(env, "AWS_BUCKET")->at("valueFrom")["configMapKeyRef"]["name"], "system-environment") << owner;
    EXPECT_EQ(sdk::named(env, "AWS_ACCESS_KEY_ID")->at("valueFrom")["secretKeyRef"]["name"], "aws-auth") << owner;
    EXPECT_EQ(count_named(env, "FILE_UPLOAD_STORAGE"), 1U) << owner;
  }
}

TEST_F(HopTo24, AddsNoFileStorageToAnInstallationThatHasNone) {
  make_settings();
  ASSERT_TRUE(step("environment/system-app").ok());
  EXPECT_EQ(host_.object("Secret", "aws-auth"), nullptr);
  EXPECT_FALSE(object_of(host_, "ConfigMap", "system-environment")["data"].contains("AWS_BUCKET"));
  EXPECT_EQ(sdk::named(container_of(host_, "system-app", "system-master")["env"], "FILE_UPLOAD_STORAGE"), nullptr);
}

TEST_F(HopTo24, IsBlockedByAMissingObjectThatItDoesNotMakeItself) {
  EXPECT_EQ(check("preflight/installation").state(), "done");
  const auto refer = [](const char* name, const char* kind, const char* object, const char* key) {
    return Json{{"name", name}, {"valueFrom", {{kind, {{"name", object}, {"key", key}}}}}};
  };
  add_to_system({refer("REDIS_URL", "secretKeyRef", "system-redis", "URL")});
  EXPECT_EQ(check("preflight/installation").state(), "done") << "the stage settings makes it";
  add_to_system({refer("AWS_ACCESS_KEY_ID", "secretKeyRef", "aws-auth", "AWS_ACCESS_KEY_ID"),
                 refer("SMTP_PORT", "configMapKeyRef", "smtp", "port")});
  const Outcome blocked = check("preflight/installation");
  EXPECT_EQ(blocked.state(), "blocked");
  EXPECT_THAT(blocked.summary(), HasSubstr("Secret/aws-auth does not exist, and container system-master"));
  EXPECT_THAT(blocked.summary(), HasSubstr("nor do ConfigMap/smtp"));
}

TEST_F(HopTo24, TurnsLiteralsIntoReferencesAndKeepsTheUsersOwn) {
  edit(host_, "DeploymentConfig", "system-app", [](Json& dc) {
    Json& developer = dc["spec"]["template"]["spec"]["containers"][2];
    developer["env"][1]["value"] = "other.example.com";
    developer["env"].push_back(literal("HTTP_PROXY", "http://proxy"));
  });
  EXPECT_EQ(check("environment/system-app").state(), "blocked") << "the objects are not there yet";
  make_settings();
  const Outcome checked = check("environment/system-app");
  EXPECT_THAT(checked.warning(), HasSubstr("THREESCALE_SUPERDOMAIN of container system-developer"));
  ASSERT_TRUE(step("environment/system-app").ok());
  const Json developer = container_of(host_, "system-app", "system-developer");
  EXPECT_EQ(sdk::named(developer["env"], "THREESCALE_SUPERDOMAIN")->at("value"), "other.example.com");
  EXPECT_EQ(sdk::named(developer["env"], "HTTP_PROXY")->at("value"), "http://proxy");
  EXPECT_EQ(sdk::named(developer["env"], "DATABASE_URL")->at("valueFrom")["secretKeyRef"]["name"], "system-database");
  for (const char* name : {"system-provider", "pre"}) {
    const Json owner = container_of(host_, "system-app", name);
    for (const char* variable : {"AMP_RELEASE", "THREESCALE_SUPERDOMAIN"}) {
      EXPECT_EQ(sdk::named(owner["env"], variable)->at("valueFrom")["configMapKeyRef"]["name"], "system-environment");
    }
    for (const Json& each : owner["env"]) EXPECT_EQ(count_named(owner["env"], each["name"]), 1U) << each;
    EXPECT_NE(sdk::named(owner["env"], "MEMCACHE_SERVERS"), nullptr);
  }
  settle(host_);
  EXPECT_EQ(check("environment/system-app").state(), "done");
}

TEST_F(HopTo24, TakesOverTheCommandsOf24AndLeavesOnesOfTheUser) {
  make_settings();
  const Json stock = {"sh", "-c", "until $(echo -n > /dev/tcp/backend-redis/6379); do sleep $SLEEP_SECONDS; done"};
  const auto set_command = [this](const char* dc, const Json& command) {
    edit(host_, "DeploymentConfig", dc,
         [&](Json& object) { object["spec"]["template"]["spec"]["initContainers"][0]["command"] = command; });
  };
  set_command("backend-worker", stock);
  set_command("backend-cron", {"sh", "-c", "true"});
  EXPECT_EQ(check("environment/backend-worker").warning(), "");
  EXPECT_THAT(check("environment/backend-cron").warning(), HasSubstr("the command of container backend-redis-svc"));
  ASSERT_TRUE(step("environment/backend-worker").ok());
  ASSERT_TRUE(step("environment/backend-cron").ok());
  EXPECT_EQ(container_of(host_, "backend-worker", "backend-redis-svc")["command"][0], "/opt/app/entrypoint.sh");
  EXPECT_EQ(container_of(host_, "backend-cron", "backend-redis-svc")["command"], Json({"sh", "-c", "true"}));
}

TEST_F(HopTo24, ServesTheMasterPortalAtItsNewHostWhateverTheOldRoutesName) {
  EXPECT_EQ(check("master-route/system-master-admin").state(), "blocked");
  ASSERT_TRUE(step("master-route/system-master").ok());
  const Json route = object_of(host_, "Route", "system-master");
  EXPECT_EQ(route["spec"]["host"], "master.example.com");
  EXPECT_EQ(route["spec"]["tls"]["insecureEdgeTerminationPolicy"], "Allow");
  const Outcome removed = step("master-route/system-master-admin");
  ASSERT_TRUE(removed.ok()) << removed.error();
  EXPECT_EQ(host_.object("Route", "system-master-admin-route"), nullptr);
  EXPECT_EQ(check("master-route/system-master").state(), "done");
  EXPECT_EQ(check("master-route/system-master-admin").state(), "done");
}

TEST_F(HopTo24, DoesNotTakeARouteOfTheSameNameAway) {
  host_.put({{"kind", "Route"},
             {"metadata", {{"name", "system-master"}}},
             {"spec", {{"host", "portal.example.org"}, {"to", {{"name", "system-master"}}}}}});
  EXPECT_THAT(check("master-route/system-master").summary(), HasSubstr("portal.example.org"));
}

TEST_F(HopTo24, CorrectsMemcachedsImageOnly) {
  struct Case {
    const char *before, *state, *after;
  };
  const std::vector<Case> cases = {
      {"registry.access.redhat.com/3scale-amp20/memcached:1.4.15", "pending",
       "registry.access.redhat.com/3scale-amp20/memcached"},
      {"registry.access.redhat.com/3scale-amp20/memcached:1.4.15-15", "pending",
       "registry.access.redhat.com/3scale-amp20/memcached"},
      {"mirror.example.com/3scale-amp20/memcached:1.4.15", "pending", "mirror.example.com/3scale-amp20/memcached"},
      {"registry.access.redhat.com/3scale-amp20/memcached", "done",
       "registry.access.redhat.com/3scale-amp20/memcached"},
      {"example.com/own/memcached:1.6", "done", "example.com/own/memcached:1.6"},
  };
  for (const Case& one : cases) {
    edit(host_, "DeploymentConfig", "system-memcache",
         [&](Json& dc) { dc["spec"]["template"]["spec"]["containers"][0]["image"] = one.before; });
    EXPECT_EQ(check("memcached/system-memcache").state(), one.state) << one.before;
    ASSERT_TRUE(step("memcached/system-memcache").ok());
    EXPECT_EQ(container_of(host_, "system-memcache", "memcache")["image"], one.after);
  }
}

TEST_F(HopTo24, RemovesResqueOnlyOnceSidekiqHasItsJobs) {
  EXPECT_EQ(check("sidekiq/system-resque").state(), "done");
  host_.put({{"kind", "DeploymentConfig"}, {"metadata", {{"name", "system-resque"}}}});
  EXPECT_EQ(check("sidekiq/system-resque").state(), "pending");
  edit(host_, "DeploymentConfig", "system-sidekiq", [](Json& dc) { dc["status"]["availableReplicas"] = 0; });
  EXPECT_THAT(check("sidekiq/system-resque").summary(), HasSubstr("does not run"));
  edit(host_, "ImageStream", "amp-system", [](Json& stream) {
    for (Json& each : stream["spec"]["tags"]) {
      if (each["name"] == "latest") each["from"]["name"] = "2.3.0";
    }
  });
  EXPECT_THAT(check("sidekiq/system-resque").summary(), HasSubstr("2.3.0"));
  EXPECT_EQ(check("sidekiq/system-resque").state(), "blocked");
}

TEST_F(HopTo24, GivesSidekiqItsThreadsWhereItsCommandDoesNot) {
  ASSERT_TRUE(step("sidekiq/threads").ok());
  EXPECT_EQ(
      sdk::named(container_of(host_, "system-sidekiq", "system-sidekiq")["env"], "RAILS_MAX_THREADS")->at("value"),
      "25");
  edit(host_, "DeploymentConfig", "system-sidekiq", [](Json& dc) {
    Json& sidekiq = dc["spec"]["template"]["spec"]["containers"][0];
    sidekiq["env"] = Json::array();
    sidekiq["args"] = {"rake", "sidekiq:worker", "RAILS_MAX_THREADS=25"};
  });
  settle(host_);
  EXPECT_EQ(check("sidekiq/threads").state(), "done");
}

TEST_F(HopTo24, NeverMovesImagesBack) {
  for (const char* stream : {"amp-system", "amp-apicast", "amp-backend", "amp-zync"}) {
    EXPECT_EQ(check(std::string("images/import-") + stream).state(), "done") << stream;
    EXPECT_EQ(check(std::string("images/") + stream).state(), "done") << stream;
  }
}

TEST_F(HopTo24, DetectsTheOriginBehindNewerImages) {
  const Json found = loaded_.plugin.detect("3scale").reply;
  EXPECT_EQ(found["version"], "2.3");
  EXPECT_THAT(found["variants"], ::testing::Contains("2.3-origin"));
  EXPECT_THAT(found["summary"].get<std::string>(), HasSubstr("settings as literals"));
}

TEST_F(HopTo24, RefusesWordsThatTheTaskWouldSplit) {
  const Json parameters = {{"impersonation-username", "a,b]"}, {"impersonation-domain", "example.org"}};
  EXPECT_EQ(loaded_.plugin.check("2.3-2.4/impersonation/secret", parameters).state(), "blocked");
}

}  // namespace
}  // namespace upshift::testing
