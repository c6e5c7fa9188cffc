#include "report/redaction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace upshift::report {
namespace {

TEST(Redaction, KnowsNamesOfSecrets) {
  for (const char* name : {"MYSQL_ROOT_PASSWORD", "ADMIN_ACCESS_TOKEN", "SECRET_KEY_BASE", "password", "apiKey",
                           "tokens", "smtp.passwd", "AWS_SECRET_ACCESS_KEY", "credentials"}) {
    EXPECT_TRUE(names_a_secret(name)) << name;
  }
  for (const char* name : {"RAILS_ENV", "KEYBOARD", "TOKENIZER", "MONKEYS_EAT", "URL", ""}) {
    EXPECT_FALSE(names_a_secret(name)) << name;
  }
}

TEST(Redaction, HidesCredentialsInText) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"mysql2://root:pa55@system-mysql/system", "mysql2://(redacted)@system-mysql/system"},
      {"http://tok3n@system-master:3000/x", "http://(redacted)@system-master:3000/x"},
      {"redis://system-redis:6379/1", "redis://system-redis:6379/1"},
      {"https://a.example.com/?mail=me@b", "https://a.example.com/?mail=me@b"},
      {"rake openshift:deploy MASTER_ACCESS_TOKEN=\"abc\" X=1",
       "rake openshift:deploy MASTER_ACCESS_TOKEN=\"(redacted)\" X=1"},
      {"GET /x?access_token=abc&page=2", "GET /x?access_token=(redacted)&page=2"},
      {"Authorization: Bearer abc.def", "Authorization: Bearer (redacted)"},
      {"password: hunter2, user: me", "password: (redacted), user: me"},
      {"nothing here", "nothing here"},
      {"ends in a scheme://", "ends in a scheme://"},
      {"", ""},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(redact_text(text), expected);
}

TEST(Redaction, HidesEveryValueOfASecret) {
  const Json secret{
      {"kind", "Secret"},
      {"metadata", {{"name", "zync"}, {"annotations", {{"openshift.io/token-secret.value", "eyJ"}, {"a", "b"}}}}},
      {"data", {{"DATABASE_URL", "cG9z"}, {"EMPTY", ""}}},
      {"stringData", {{"x", "plain"}}}};
  const Json shown = redact_object(secret);
  EXPECT_EQ(shown["data"]["DATABASE_URL"], kRedacted);
  EXPECT_EQ(shown["data"]["EMPTY"], "");
  EXPECT_EQ(shown["stringData"]["x"], kRedacted);
  EXPECT_EQ(shown["metadata"]["annotations"]["openshift.io/token-secret.value"], kRedacted);
  EXPECT_EQ(shown["metadata"]["annotations"]["a"], "b");
  EXPECT_EQ(shown["metadata"]["name"], "zync");
}

TEST(Redaction, HidesLiteralsOfVariablesButNotWhereTheyComeFrom) {
  const Json container{
      {"kind", "DeploymentConfig"},
      {"spec",
       {{"env",
         Json::array({{{"name", "MYSQL_ROOT_PASSWORD"}, {"value", "hunter2"}},
                      {{"name", "RAILS_ENV"}, {"value", "production"}},
                      {{"name", "DB_PASSWORD"},
                       {"valueFrom", {{"secretKeyRef", {{"name", "system-database"}, {"key", "DB_PASSWORD"}}}}}}})}}}};
  const Json env = redact_object(container)["spec"]["env"];
  EXPECT_EQ(env[0]["value"], kRedacted);
  EXPECT_EQ(env[1]["value"], "production");
  EXPECT_EQ(env[2]["valueFrom"]["secretKeyRef"]["key"], "DB_PASSWORD");
}

TEST(Redaction, HidesAPrivateKeyOfARouteAndAConfigMapsPasswords) {
  const Json route{{"kind", "Route"}, {"spec", {{"tls", {{"key", "-----BEGIN"}, {"certificate", "-----BEGIN C"}}}}}};
  EXPECT_EQ(redact_object(route)["spec"]["tls"]["key"], kRedacted);
  EXPECT_EQ(redact_object(route)["spec"]["tls"]["certificate"], "-----BEGIN C");
  const Json smtp{{"kind", "ConfigMap"}, {"data", {{"password", "hunter2"}, {"address", "mail"}}}};
  EXPECT_EQ(redact_object(smtp)["data"]["password"], kRedacted);
  EXPECT_EQ(redact_object(smtp)["data"]["address"], "mail");
}

TEST(Redaction, ShowsThatASecretChangedWithoutShowingIt) {
  const Json before{{"kind", "Secret"}, {"data", {{"a", "b25l"}, {"same", "c2FtZQ=="}}}};
  const Json after{{"kind", "Secret"}, {"data", {{"a", "dHdv"}, {"same", "c2FtZQ=="}, {"new", "bmV3"}}}};
  const auto [old_state, new_state] = redact_pair(before, after);
  EXPECT_EQ(old_state["data"]["a"], "(redacted) (old)");
  EXPECT_EQ(new_state["data"]["a"], "(redacted) (new)");
  EXPECT_EQ(old_state["data"]["same"], new_state["data"]["same"]);
  EXPECT_EQ(new_state["data"]["new"], kRedacted);
}

TEST(Redaction, ShowsThatAnUrlsPasswordChanged) {
  const auto [old_state, new_state] = redact_pair({{"url", "redis://:a@h"}}, {{"url", "redis://:b@h"}});
  EXPECT_NE(old_state, new_state);
  EXPECT_THAT(new_state.dump(), testing::Not(testing::HasSubstr(":b@")));
}

}  // namespace
}  // namespace upshift::report
