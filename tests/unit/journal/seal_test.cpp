// Secrets encrypted at rest: not in the file's bytes, back with the key, and told plainly without it.
#include <filesystem>
#include <gmock/gmock.h>
#include <sqlite3.h>

#include "base/file.hpp"
#include "journal/keys.hpp"
#include "journal/verify.hpp"
#include "support.hpp"
#include "support/process.hpp"

namespace upshift::journal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using upshift::testing::TemporaryDirectory;
namespace fs = std::filesystem;

constexpr const char* kHexKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr const char* kBase64Key = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

class Seal : public ::testing::Test {
 protected:
  std::shared_ptr<const KeyRing> keys(const std::string& text) {
    EXPECT_TRUE(write_private_file(folder_.file("key"), text));
    auto ring = KeyRing::read(folder_.file("key"));
    EXPECT_TRUE(ring) << ring.error().summary;
    return ring.value_or(nullptr);
  }
  // What fill() writes, and a command with its output.
  Json write(const std::shared_ptr<const KeyRing>& ring) {
    const auto journal = open_journal(path_, ring);
    EXPECT_TRUE(journal) << journal.error().summary;
    if (!journal) return {};
    fill(**journal);
    Change command = sample_change(1);
    command.verb = Verb::kExec;
    command.kind = "Pod";
    command.request = {{"command", {"say", "spoken-secret"}}};
    const auto id = (*journal)->intend(command);
    EXPECT_TRUE(id);
    EXPECT_TRUE((*journal)->settle(*id, ChangeState::kApplied, 0, {{"stdout", "heard-secret"}}, "", at_ms(7)));
    Change workload = sample_change(1);
    workload.kind = "DeploymentConfig";
    workload.intended = {{"env", {{{"name", "PASSWORD"}, {"value", "literal-secret"}}}}};
    EXPECT_TRUE((*journal)->intend(workload));
    Change clear = sample_change(1);
    clear.kind = "ConfigMap";
    clear.request = clear.old_value = clear.intended = {{"data", {{"a", "in-clear"}}}};
    EXPECT_TRUE((*journal)->intend(clear));
    return everything_in(**journal).value();
  }
  // Every byte that was left on the disk.
  std::string bytes() const {
    std::string all;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      if (entry.path().filename().string().starts_with("journal.db")) all += read_file(entry.path()).value();
    }
    return all;
  }
  void execute(const std::string& sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }

  TemporaryDirectory folder_;
  std::string path_ = folder_.file("journal.db");
};

TEST_F(Seal, LeavesNoSecretInTheFilesBytesAndGivesAllBackWithTheKey) {
  const std::vector<std::string> secrets{"cmVkaXM6Ly94", "s3cret", "spoken-secret", "heard-secret", "literal-secret"};
  const Json clear = write(nullptr);
  for (const auto& secret : secrets) EXPECT_NE(bytes().find(secret), std::string::npos) << "else this shows nothing";
  fs::remove(path_);
  const auto ring = keys(kHexKey);
  EXPECT_EQ(write(ring), clear);
  for (const auto& secret : secrets) EXPECT_EQ(bytes().find(secret), std::string::npos) << secret;
  EXPECT_NE(bytes().find("in-clear"), std::string::npos) << "what is no secret stands there as it is";
  EXPECT_EQ(everything_in(**open_journal(path_, ring)).value(), clear);
  EXPECT_EQ(everything_in(**journal_snapshot(path_, ring)).value(), clear);
  EXPECT_EQ((*read_journal(path_, ring))->value(1, "token").value(), Json("s3cret"));
}

TEST_F(Seal, WithoutTheKeyNobodyWritesAndNobodyActsOnWhatIsMissing) {
  const auto ring = keys(kHexKey);
  write(ring);
  const auto other = keys(kBase64Key);
  for (const auto& without : {std::shared_ptr<const KeyRing>(), other}) {
    const auto writer = open_journal(path_, without);
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code, StatusCode::kFailedPrecondition);
    EXPECT_THAT(writer.error().summary, HasSubstr("encrypted with the key " + ring->id()));
    EXPECT_THAT(writer.error().summary,
                HasSubstr(without ? "the key file holds " + other->id() : "no key is configured"));
    EXPECT_THAT(writer.error().detail, HasSubstr("--journal-key-file"));
    EXPECT_THAT(writer.error().detail, HasSubstr("Nothing was sent"));
    const auto reader = read_journal(path_, without);
    ASSERT_TRUE(reader) << reader.error().summary;
    const auto changes = (*reader)->changes(1);
    ASSERT_FALSE(changes);
    EXPECT_THAT(changes.error().summary, HasSubstr(ring->id()));
    EXPECT_FALSE((*reader)->value(1, "token"));
    EXPECT_EQ((*reader)->value(1, "label").value(), (Json{{"app", "3scale"}}));
    EXPECT_EQ((*reader)->steps(1).value().size(), 2U);
  }
}

TEST_F(Seal, WithoutTheKeyAllElseCanBeLookedAt) {
  const auto ring = keys(kHexKey);
  write(ring);
  const auto reader = read_journal(path_, nullptr, Sealed::kLeaveOut).value();
  int left_out = 0;
  const auto changes = reader->changes(1).value();
  for (const Change& change : changes) {
    EXPECT_EQ(change.sealed_by.empty(), change.kind == "ConfigMap") << change.id;
    if (change.sealed_by.empty()) continue;
    ++left_out;
    EXPECT_EQ(change.sealed_by, ring->id());
    EXPECT_TRUE(change.request.is_null() && change.old_value.is_null() && change.new_value.is_null());
    EXPECT_NE(change.object, "");
  }
  EXPECT_EQ(left_out, 6);
  const auto values = reader->values(1).value();
  for (const Value& value : values) EXPECT_EQ(value.sealed_by.empty(), !value.secret);
  const auto verification = verify_journal(path_).value();
  EXPECT_TRUE(verification.sound());
  EXPECT_GT(verification.sealed, 8);
}

TEST_F(Seal, JournalsWithClearValuesAndSeveralKeysAreReadWhole) {
  const Json clear = write(nullptr);
  const auto first = keys(kHexKey);
  {
    const auto journal = open_journal(path_, first).value();
    EXPECT_EQ(everything_in(*journal).value(), clear);
    ASSERT_TRUE(journal->settle(4, ChangeState::kApplied, 201, {{"kind", "ConfigMap"}}, "", at_ms(8)));
    ASSERT_TRUE(journal->set_value(1, "a/b/c", "token", "changed-secret", true));
  }
  // A new key stands first, the old one stays behind it.
  const auto both = keys(std::string("# made in spring\n") + kBase64Key + "\n" + kHexKey + "\n");
  EXPECT_NE(both->id(), first->id());
  {
    const auto journal = open_journal(path_, both).value();
    EXPECT_EQ(journal->value(1, "token").value(), Json("changed-secret"));
    ASSERT_TRUE(journal->set_value(2, "a/b/c", "token", "third-secret", true));
  }
  EXPECT_EQ(bytes().find("changed-secret"), std::string::npos);
  EXPECT_EQ(bytes().find("third-secret"), std::string::npos);
  EXPECT_THAT(open_journal(path_, first).error().summary, HasSubstr("encrypted with the key " + both->id()));
  EXPECT_TRUE(verify_journal(path_, both.get())->sound());
  EXPECT_EQ((*read_journal(path_, both))->value(2, "token").value(), Json("third-secret"));
}

TEST_F(Seal, RefusesAValueThatWasMovedOrChangedEvenWithAChecksumThatFits) {
  const auto ring = keys(kHexKey);
  const std::string place = R"(["value",1,"token"])";
  const std::string sealed = ring->seal("\"s3cret\"", place);
  EXPECT_EQ(ring->open(sealed, place).value(), "\"s3cret\"");
  EXPECT_NE(ring->seal("\"s3cret\"", place), sealed) << "each time with another nonce";
  EXPECT_FALSE(ring->open(sealed, R"(["value",2,"token"])"));
  for (std::size_t at = sealed.size() - 60; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(ring->open(changed, place)) << at;
  }
  for (const char* malformed : {"sealed:", "sealed:x", "sealed::AAAA", "sealed:zz:AAAA"}) {
    EXPECT_FALSE(ring->open(malformed, place)) << malformed;
  }
  EXPECT_FALSE(ring->open("sealed:" + ring->id() + ":AAAA", place)) << "shorter than any";
}

TEST_F(Seal, TellsDamageOfWhatIsSealed) {
  const auto ring = keys(kHexKey);
  write(ring);
  execute("UPDATE changes SET old_value = (SELECT old_value FROM changes WHERE id = 2) WHERE id = 1");
  EXPECT_THAT((*read_journal(path_, ring))->changes(1).error().summary, HasSubstr("does not fit its checksum"));
  EXPECT_FALSE(verify_journal(path_)->sound()) << "which needs no key";
}

TEST_F(Seal, KeyFilesThatAreNoneAreRefusedWithoutRepeatingThem) {
  const std::vector<std::pair<std::string, std::string>> table{{"", "holds no key"},
                                                               {"# only words\n", "holds no key"},
                                                               {"hunter2", "line 1"},
                                                               {std::string(kHexKey) + "\nhunter2\n", "line 2"},
                                                               {std::string(kHexKey).substr(2), "line 1"},
                                                               {"aHVudGVyMg==", "line 1"}};
  for (const auto& [text, expected] : table) {
    ASSERT_TRUE(write_private_file(folder_.file("key"), text));
    const auto ring = KeyRing::read(folder_.file("key"));
    ASSERT_FALSE(ring) << text;
    EXPECT_EQ(ring.error().code, StatusCode::kInvalidArgument);
    EXPECT_THAT(ring.error().summary, HasSubstr(expected));
    EXPECT_THAT(ring.error().summary + ring.error().detail, Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(KeyRing::read(folder_.file("none")).error().code, StatusCode::kNotFound);
  ASSERT_TRUE(write_private_file(folder_.file("key"), kHexKey));
  fs::permissions(folder_.file("key"), fs::perms(0640));
  EXPECT_EQ(KeyRing::read(folder_.file("key")).error().code, StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace upshift::journal
