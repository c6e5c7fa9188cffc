// The steps from 2.4 to 2.5 that no controller is needed for, one by one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plugins/installation.hpp"
#include "unit/plugins/loaded_plugin.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HopTo25 : public ::testing::Test {
 protected:
  HopTo25() {
    install_2_5(host_);
    edit(host_, "DeploymentConfig", "system-mysql", [](Json& dc) {
      dc["spec"]["template"]["spec"]["containers"][0]["env"] = Json::array(
          {{{"name", "MYSQL_USER"}, {"value", "mysql"}}, {{"name", "MYSQL_PASSWORD"}, {"value", "hidden-word"}}});
    });
    edit(host_, "Secret", "system-seed", [](Json& secret) { secret["data"].erase("MASTER_ACCESS_TOKEN"); });
    host_.forget_calls();
  }
  Outcome step(const std::string& id) { return loaded_.step("2.4-2.5/" + id); }
  Outcome check(const std::string& id) { return loaded_.plugin.check("2.4-2.5/" + id); }
  std::string secret(const std::string& name, const std::string& key) {
    return sdk::secret_value(object_of(host_, "Secret", name), key).value_or("none");
  }

  LoadedPlugin loaded_{"hop-2.4-2.5"};
  FakeHost& host_ = loaded_.host;
};

TEST_F(HopTo25, MovesMysqlsCredentialsToTheSecretThenTheReferences) {
  EXPECT_EQ(check("mysql/system-mysql").state(), "blocked");
  const Outcome copied = step("mysql/credentials");
  ASSERT_TRUE(copied.ok()) << copied.error();
  EXPECT_EQ(secret("system-database", "DB_USER"), "mysql");
  EXPECT_EQ(secret("system-database", "DB_PASSWORD"), "hidden-word");
  EXPECT_EQ(secret("system-database", "URL"), "mysql2://root:hidden@system-mysql/system");
  const Outcome referred = step("mysql/system-mysql");
  ASSERT_TRUE(referred.ok()) << referred.error();
  EXPECT_EQ(referred.await().size(), 1U);
  const Json container = container_of(host_, "system-mysql", "system-mysql");
  EXPECT_FALSE(container["env"].empty());
  for (const Json& env : container["env"]) {
    EXPECT_FALSE(env.contains("value"));
    EXPECT_EQ(env["valueFrom"]["secretKeyRef"]["name"], "system-database");
  }
  settle(host_);
  EXPECT_EQ(check("mysql/credentials").state(), "done");
  EXPECT_EQ(check("mysql/system-mysql").state(), "done");
  EXPECT_THAT(copied.summary() + referred.summary(), Not(HasSubstr("hidden-word")));
}

TEST_F(HopTo25, LeavesADatabaseOutsideTheProjectAlone) {
  host_.erase("DeploymentConfig", "system-mysql");
  EXPECT_EQ(check("mysql/credentials").state(), "not_applicable");
  EXPECT_EQ(check("mysql/system-mysql").state(), "not_applicable");
}

TEST_F(HopTo25, IsBlockedByWhatPodsReferToAndTheProjectLacks) {
  EXPECT_EQ(check("preflight/installation").state(), "done");
  const Json whole = object_of(host_, "DeploymentConfig", "system-sphinx");
  const auto expect_blocked = [&](const char* word, const std::function<void(Json&)>& change) {
    edit(host_, "DeploymentConfig", "system-sphinx", [&](Json& dc) { change(dc["spec"]["template"]["spec"]); });
    const Outcome blocked = check("preflight/installation");
    EXPECT_EQ(blocked.state(), "blocked") << word;
    EXPECT_THAT(blocked.summary(), HasSubstr(std::string(word) + " of DeploymentConfig/system-sphinx refers to it"));
    host_.put(whole);
  };
  expect_blocked("volume files", [](Json& pod) {
    pod["volumes"] = Json::array({{{"name", "files"}, {"persistentVolumeClaim", {{"claimName", "gone"}}}}});
  });
  expect_blocked("volume own", [](Json& pod) {
    pod["volumes"] = Json::array({{{"name", "own"}, {"secret", {{"secretName", "gone"}}}}});
  });
  expect_blocked("container system-master-svc", [](Json& pod) {
    pod["initContainers"][0]["envFrom"] = Json::array({{{"configMapRef", {{"name", "gone"}}}}});
  });
  edit(host_, "DeploymentConfig", "system-sphinx", [](Json& dc) {
    dc["spec"]["template"]["spec"]["volumes"] =
        Json::array({{{"name", "own"}, {"configMap", {{"name", "gone"}, {"optional", true}}}}});
  });
  EXPECT_EQ(check("preflight/installation").state(), "done") << "nothing waits for what is optional";
}

TEST_F(HopTo25, WarnsOfADatabaseThatIsEmptiedByEachRollout) {
  edit(host_, "DeploymentConfig", "system-mysql", [](Json& dc) {
    dc["spec"]["template"]["spec"]["volumes"] =
        Json::array({{{"name", "mysql-storage"}, {"emptyDir", Json::object()}}});
  });
  const Outcome outcome = check("preflight/installation");
  EXPECT_EQ(outcome.state(), "done");
  EXPECT_THAT(outcome.warning(), HasSubstr("system-mysql keeps its data in the emptyDir volume mysql-storage"));
}

TEST_F(HopTo25, IsBlockedByEmptyCredentials) {
  edit(host_, "DeploymentConfig", "system-mysql",
       [](Json& dc) { dc["spec"]["template"]["spec"]["containers"][0]["env"][1]["value"] = ""; });
  EXPECT_THAT(check("mysql/credentials").summary(), HasSubstr("MYSQL_PASSWORD"));
}

TEST_F(HopTo25, TakesTheMastersTokenFromTheHook) {
  ASSERT_TRUE(step("settings/system-seed").ok());
  EXPECT_EQ(secret("system-seed", "MASTER_ACCESS_TOKEN"), "from-the-hook");
  EXPECT_EQ(secret("system-seed", "ADMIN_EMAIL"), "");
  EXPECT_EQ(check("settings/system-seed").state(), "done");
}

TEST_F(HopTo25, WarnsWhereNothingTellsTheMastersToken) {
  edit(host_, "DeploymentConfig", "system-app",
       [](Json& dc) { dc["spec"]["strategy"]["rollingParams"]["pre"]["execNewPod"]["command"] = {"true"}; });
  EXPECT_THAT(check("settings/system-seed").warning(), HasSubstr("access token"));
}

TEST_F(HopTo25, StatesTheReleaseOverOneThatLies) {
  for (const char* stated : {"2.4.0", "2.6", "2.8"}) {
    edit(host_, "ConfigMap", "system-environment", [&](Json& object) { object["data"]["AMP_RELEASE"] = stated; });
    ASSERT_TRUE(step("images/release").ok());
    EXPECT_EQ(object_of(host_, "ConfigMap", "system-environment")["data"]["AMP_RELEASE"], "2.5.0") << stated;
  }
}

TEST_F(HopTo25, RunsTheAccountsTaskOnceTheImageHasIt) {
  for (const auto& [tag, state] : {std::pair{"2.4.0", "blocked"}, std::pair{"2.5.0", "pending"}}) {
    edit(host_, "ImageStream", "amp-system", [&, name = tag](Json& stream) {
      for (Json& each : stream["spec"]["tags"]) {
        if (each["name"] == "latest") each["from"]["name"] = name;
      }
    });
    EXPECT_EQ(check("accounts/first-admin").state(), state) << tag;
  }
  edit(host_, "DeploymentConfig", "system-app", [](Json& dc) { dc["status"]["availableReplicas"] = 0; });
  EXPECT_EQ(check("accounts/first-admin").state(), "blocked");
}

TEST_F(HopTo25, FindsFailuresOfTheAccountsTaskInItsOutput) {
  struct Case {
    Json answer;
    const char* error;
  };
  const std::vector<Case> cases = {
      {{{"exit_code", 0}, {"stdout", "The accounts' first_admin_id have been updated.\n"}, {"stderr", ""}}, ""},
      {{{"exit_code", 0},
        {"stdout", "Failed update of first_admin_id for Account #12\nFailed update of first_admin_id for Account #7\n"},
        {"stderr", ""}},
       "12, 7"},
      {{{"exit_code", 1}, {"stdout", ""}, {"stderr", "rake aborted!"}}, "ended with 1"},
  };
  for (const Case& one : cases) {
    host_.on_exec = [&one](const Json&) { return one.answer; };
    const Outcome outcome = loaded_.plugin.apply("2.4-2.5/accounts/first-admin");
    EXPECT_EQ(outcome.ok(), *one.error == '\0') << outcome.error();
    EXPECT_THAT(outcome.error(), HasSubstr(one.error));
  }
}

// The database with two rows, and what it answers.
constexpr const char* kDump =
    "\\connect zync_production\nCOPY public.tenants (id) FROM stdin;\n1\n2\n\\.\n"
    "-- PostgreSQL database cluster dump complete\n";

TEST_F(HopTo25, RefusesACutOffDump) {
  edit(host_, "DeploymentConfig", "zync-database",
       [](Json& dc) { dc["spec"]["triggers"][1]["imageChangeParams"]["from"]["name"] = "postgresql:9.5"; });
  host_.on_exec = [](const Json&) {
    return Json{{"exit_code", 0}, {"stdout", std::string(kDump).substr(0, 60)}, {"stderr", ""}};
  };
  EXPECT_THAT(step("postgresql/dump").error(), HasSubstr("not dumped whole"));
  EXPECT_TRUE(host_.files.empty());
  host_.on_exec = [](const Json&) { return Json{{"exit_code", 0}, {"stdout", kDump}, {"stderr", ""}}; };
  EXPECT_THAT(step("postgresql/dump").summary(), HasSubstr("2 rows of 1 tables"));
  EXPECT_EQ(host_.files.at("zync-database/dump.sql"), kDump);
  EXPECT_EQ(check("postgresql/dump").state(), "done");
}

TEST_F(HopTo25, DoesNotEmptyADatabaseThatIsNotSaved) {
  edit(host_, "DeploymentConfig", "zync-database",
       [](Json& dc) { dc["spec"]["triggers"][1]["imageChangeParams"]["from"]["name"] = "postgresql:9.5"; });
  EXPECT_THAT(check("postgresql/zync-database").summary(), HasSubstr("not saved"));
}

TEST_F(HopTo25, TellsWhichRowsWereNotPutBack) {
  host_.files["zync-database/dump.sql"] = kDump;
  std::string restored =
      "\\connect zync_production\nCOPY public.tenants (id) FROM stdin;\n1\n\\.\n"
      "-- PostgreSQL database cluster dump complete\n";
  host_.on_exec = [&restored](const Json& request) {
    const bool is_dump = sdk::string_at(request, "/command/2") == "pg_dumpall";
    return Json{{"exit_code", 0}, {"stdout", is_dump ? restored : ""}, {"stderr", "ERROR: role exists"}};
  };
  const Outcome lost = loaded_.plugin.apply("2.4-2.5/postgresql/restore");
  EXPECT_THAT(lost.error(), HasSubstr("zync_production.tenants (1 of 2 rows)"));
  EXPECT_EQ(check("postgresql/restore").state(), "pending");
  restored = kDump;
  EXPECT_TRUE(loaded_.plugin.apply("2.4-2.5/postgresql/restore").ok()) << "psql's complaints are no failures";
  EXPECT_EQ(check("postgresql/restore").state(), "done");
}

TEST_F(HopTo25, TellsInARollbackThatTheDatabaseIsEmpty) {
  host_.files = {{"zync-database/dump.sql", kDump}, {"zync-database/restored", "2 rows\n"}};
  const Outcome undone = loaded_.plugin.undo("2.4-2.5/postgresql/restore");
  ASSERT_TRUE(undone.ok()) << undone.error();
  EXPECT_THAT(undone.warning(), HasSubstr("empty"));
  EXPECT_TRUE(host_.files.contains("zync-database/dump.sql"));
  EXPECT_FALSE(host_.files.contains("zync-database/restored")) << "another upgrade puts it back again";
}

TEST_F(HopTo25, TakesZyncDownForOnePurposeAndBackForThatOneAlone) {
  ASSERT_TRUE(step("oidc/zync-off").ok());
  EXPECT_EQ(object_of(host_, "DeploymentConfig", "zync")["spec"]["replicas"], 0);
  settle(host_);
  EXPECT_EQ(check("postgresql/zync-off").state(), "done");
  EXPECT_EQ(check("postgresql/zync-on").state(), "done");
  ASSERT_TRUE(step("oidc-review/zync-on").ok());
  EXPECT_EQ(object_of(host_, "DeploymentConfig", "zync")["spec"]["replicas"], 1);
  EXPECT_TRUE(sdk::object_at(object_of(host_, "DeploymentConfig", "zync"), "/metadata/annotations").empty());
}

TEST_F(HopTo25, RestartsTheReadersOnlyWhereNothingElseWill) {
  host_.put({{"kind", "ConfigMap"},
             {"metadata", {{"name", "system"}}},
             {"data", {{"rolling_updates.yml", "production:\n  policies: true\n"}}}});
  const Outcome late = step("settings/rolling-updates");
  EXPECT_EQ(late.await().size(), 2U) << "2.5 runs already";
  edit(host_, "DeploymentConfig", "system-app", [](Json& dc) { dc["status"]["availableReplicas"] = 0; });
  EXPECT_EQ(check("settings/rolling-updates").state(), "pending") << "the readers are not out yet";
  settle(host_);
  EXPECT_EQ(check("settings/rolling-updates").state(), "done");
  // Killed between the file and the restart: the next run knows.
  edit(host_, "DeploymentConfig", "system-sidekiq",
       [](Json& dc) { dc["spec"]["template"]["metadata"].erase("annotations"); });
  EXPECT_THAT(check("settings/rolling-updates").summary(), HasSubstr("system-sidekiq"));
}

}  // namespace
}  // namespace upshift::testing
