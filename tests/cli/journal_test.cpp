// `upshift status`, `history` and `journal …` as their users call them, on journals that upshift wrote.
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/schema.hpp"
#include "support/process.hpp"
#include "unit/cli/journal_fixture.hpp"

namespace upshift {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using upshift::testing::begin_upgrade;
using upshift::testing::ProcessOptions;
using upshift::testing::run_upshift;
using upshift::testing::TemporaryDirectory;
namespace fs = std::filesystem;

// What a command printed, which fits its schema.
Json document(const std::string& schema, std::vector<std::string> arguments, int expected_status = 0) {
  arguments.insert(arguments.end(), {"--output", "json"});
  const auto result = run_upshift(arguments);
  EXPECT_EQ(result.exit_status, expected_status) << result.standard_error;
  auto json = parse_json(result.standard_output, "the output");
  EXPECT_TRUE(json) << result.standard_output;
  if (!json) return {};
  for (const auto& problem : config::shipped_schema(schema).value().validate(*json)) {
    ADD_FAILURE() << schema << ": " << problem.summary << " " << problem.path;
  }
  return std::move(*json);
}

TEST(JournalCommands, TellOfAnUpgradeThatIsWrittenAtThisMoment) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  auto upgrade = begin_upgrade(path);
  const Json status = document("status", {"status", "--journal", path});
  EXPECT_EQ(status.at("state"), "running");
  EXPECT_EQ(status.at("writer"), std::to_string(::getpid()));
  EXPECT_EQ(document("history", {"history", "--journal", path}).at("runs").at(0).at("changes").at("applied"), 3);
  const Json shown = document("journal", {"journal", "show", "--journal", path, "--diff", "--run", "latest"});
  EXPECT_EQ(shown.at("runs").at(0).at("step_runs").size(), 2U);
  EXPECT_EQ(document("export", {"journal", "export", "--journal", path}).at("records").size(), 8U);
  EXPECT_TRUE(document("verification", {"journal", "verify", "--journal", path}).at("sound").get<bool>());
  EXPECT_TRUE(upgrade.journal->note_reply(upgrade.two, {{"apply", nullptr}})) << "nobody keeps the writer waiting";
  upgrade.journal.reset();
  EXPECT_EQ(document("status", {"status", "--journal", path}).at("state"), "killed");
}

TEST(JournalCommands, PrintNoSecret) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  begin_upgrade(path);
  for (const std::string command : {"status", "history", "journal show --diff", "journal verify", "journal export"}) {
    for (const char* output : {"text", "json"}) {
      auto arguments = split(command, ' ');
      arguments.insert(arguments.end(), {"--journal", path, "--output", output});
      const auto result = run_upshift(arguments);
      EXPECT_EQ(result.exit_status, 0) << command << result.standard_error;
      EXPECT_NE(result.standard_output, "") << command;
      for (const char* secret : upshift::testing::kSecrets) {
        EXPECT_THAT(result.standard_output + result.standard_error, Not(HasSubstr(secret))) << command;
      }
    }
  }
}

TEST(JournalCommands, ExportSecretsToAPrivateFileOnly) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  begin_upgrade(path);
  const std::string file = folder.file("export.jsonl");
  const auto result = run_upshift({"journal", "export", "--journal", path, "--with-secrets", "--file", file});
  EXPECT_EQ(result.exit_status, 0) << result.standard_error;
  EXPECT_EQ(result.standard_output, "");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0600));
  const std::string text = read_file(file).value();
  for (const char* secret : upshift::testing::kSecrets) EXPECT_THAT(text, HasSubstr(secret));
  for (const auto& line : split(text, '\n')) EXPECT_TRUE(line.empty() || parse_json(line, "a line")) << line;
}

TEST(JournalCommands, FindTheProjectsJournalWithoutItsCluster) {
  const TemporaryDirectory folder;
  // Nobody listens there.
  ASSERT_TRUE(write_private_file(folder.file("kubeconfig"),
                                 "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
                                 "clusters: [{name: k, cluster: {server: 'https://127.0.0.1:1'}}]\n"
                                 "contexts: [{name: c, context: {cluster: k, namespace: shop}}]\n"));
  ProcessOptions options;
  options.environment = {{"KUBECONFIG", folder.file("kubeconfig")}, {"XDG_STATE_HOME", folder.path()}};
  const auto none = run_upshift({"status"}, options);
  EXPECT_EQ(none.exit_status, 0) << none.standard_error;
  EXPECT_THAT(none.standard_output, HasSubstr("no upgrade of project 'shop' at https://127.0.0.1:1 was begun"));
  EXPECT_EQ(run_upshift({"history"}, options).exit_status, 2);
  const std::string directory = folder.file("upshift/127.0.0.1_1/shop");
  ASSERT_TRUE(make_private_directory(directory));
  begin_upgrade(directory + "/journal.db");
  EXPECT_THAT(run_upshift({"status"}, options).standard_output, HasSubstr("at step 2 of 4"));
  EXPECT_THAT(run_upshift({"status", "-n", "other"}, options).standard_output,
              HasSubstr("no upgrade of project 'other'"));
  EXPECT_THAT(run_upshift({"history"}, options).standard_output, HasSubstr("3scale 2.5 → 2.6"));
}

TEST(JournalCommands, TellDamageWithStatusOne) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  begin_upgrade(path);
  std::string bytes = read_file(path).value();
  const auto at = bytes.find("set with token");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'b';
  ASSERT_TRUE(write_private_file(path, bytes));
  const Json verification = document("verification", {"journal", "verify", "--journal", path}, 1);
  EXPECT_FALSE(verification.at("sound").get<bool>());
  const auto text = run_upshift({"journal", "verify", "--journal", path});
  EXPECT_EQ(text.exit_status, 1);
  EXPECT_THAT(text.standard_output, HasSubstr("damaged  checksums   step run 1 (h/s/one) does not fit its checksum"));
  const auto status = run_upshift({"status", "--journal", path});
  EXPECT_EQ(status.exit_status, 2);
  EXPECT_THAT(status.standard_error, HasSubstr("is damaged: step run 1"));
}

TEST(JournalCommands, TellWhatIsEncryptedWithAKeyThatIsNotAtHand) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  const std::string key = folder.file("key");
  ASSERT_TRUE(write_private_file(key, std::string(64, 'a')));
  begin_upgrade(path, journal::KeyRing::read(key).value());
  EXPECT_EQ(document("status", {"status", "--journal", path}).at("state"), "killed");
  const Json blind = document("export", {"journal", "export", "--journal", path});
  EXPECT_TRUE(blind.at("records").at(3).at("sealed_by").is_string()) << blind.at("records").at(3);
  EXPECT_THAT(run_upshift({"journal", "show", "--diff", "--journal", path}).standard_output,
              HasSubstr("which is not at hand"));
  ProcessOptions options;
  options.environment = {{"UPSHIFT_JOURNAL_KEY_FILE", key}};
  const auto shown = run_upshift({"journal", "show", "--diff", "--journal", path}, options);
  EXPECT_THAT(shown.standard_output, HasSubstr("+  DB_PASSWORD: (redacted)"));
  const Json verified = document("verification", {"journal", "verify", "--journal", path, "--journal-key-file", key});
  EXPECT_GT(verified.at("counts").at("sealed"), 0);
  ASSERT_TRUE(write_private_file(key, "no key"));
  const auto refused = run_upshift({"status", "--journal", path, "--journal-key-file", key});
  EXPECT_EQ(refused.exit_status, 2);
  EXPECT_THAT(refused.standard_error, HasSubstr("expected a key of 32 bytes"));
}

TEST(JournalCommands, ReadAJournalOfTheFirstFormat) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  fs::copy_file(UPSHIFT_SOURCE_DIR "/tests/fixtures/journal/format-1.db", path);
  EXPECT_EQ(document("status", {"status", "--journal", path}).at("state"), "killed");
  EXPECT_EQ(document("verification", {"journal", "verify", "--journal", path}).at("format"), 1);
  EXPECT_GT(
      document("journal", {"journal", "show", "--journal", path, "--changes"}).at("runs").at(0).at("step_runs").size(),
      3U);
}

}  // namespace
}  // namespace upshift
