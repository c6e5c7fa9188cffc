#include "engine/recorded_change.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace upshift::engine {
namespace {

using journal::Change;
using journal::Verb;

Json object_of(const char* spec, const char* version = "1", const char* uid = "u1") {
  Json object = Json::parse(spec);
  object["metadata"] = {{"name", "web"}, {"uid", uid}, {"resourceVersion", version}};
  return object;
}

Change change_of(Verb verb, const Json& old_value, const Json& intended, const char* kind = "ConfigMap") {
  Change change;
  change.verb = verb;
  change.kind = kind;
  change.name = "web";
  change.object = "/api/v1/namespaces/shop/configmaps/web";
  change.old_value = old_value;
  change.intended = intended;
  return change;
}

struct FateCase {
  const char* name;
  Verb verb;
  const char *old_value, *intended, *live;  // null: absent
  Fate fate;
  const char* live_version = "2";
  const char* live_uid = "u1";
};

class FateOf : public ::testing::TestWithParam<FateCase> {};

TEST_P(FateOf, AChangeWithoutAnAnswer) {
  const auto& c = GetParam();
  const auto side = [](const char* text, const char* version, const char* uid) {
    return text == nullptr ? Json() : object_of(text, version, uid);
  };
  const auto change = change_of(c.verb, side(c.old_value, "1", "u1"), side(c.intended, "1", "u1"));
  const auto live = c.live == nullptr ? std::nullopt : std::optional(side(c.live, c.live_version, c.live_uid));
  EXPECT_EQ(fate_of(change, live), c.fate);
}

const FateCase kFates[] = {
    {"CreateNotSent", Verb::kCreate, nullptr, R"({"a":1})", nullptr, Fate::kNotSent},
    {"CreateArrived", Verb::kCreate, nullptr, R"({"a":1})", R"({"a":1,"default":0})", Fate::kArrived},
    {"CreateArrivedWithoutWhatIsEmpty", Verb::kCreate, nullptr, R"({"a":1,"b":"","c":false,"d":0,"e":[],"f":null})",
     R"({"a":1})", Fate::kArrived},
    {"CreatedOtherwiseThanEmptyByOthers", Verb::kCreate, nullptr, R"({"a":1,"b":""})", R"({"a":1,"b":"x"})",
     Fate::kForeign},
    {"CreatedOtherwiseByOthers", Verb::kCreate, nullptr, R"({"a":1})", R"({"a":2})", Fate::kForeign},
    {"UpdateNotSent", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":1})", Fate::kNotSent, "1"},
    {"UpdateNotSentAndOthersEditedElsewhere", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":1,"x":1})",
     Fate::kNotSent},
    {"UpdateArrived", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":2})", Fate::kArrived},
    {"UpdateArrivedWithoutWhatIsEmpty", Verb::kUpdate, R"({"l":[{"name":"a"}]})",
     R"({"l":[{"name":"a"},{"name":"b","value":""}]})", R"({"l":[{"name":"a"},{"name":"b"}],"x":1})", Fate::kArrived},
    {"UpdateArrivedAndOthersEditedElsewhere", Verb::kUpdate, R"({"a":1,"x":1})", R"({"a":2,"x":1})", R"({"a":2,"x":5})",
     Fate::kArrived},
    {"OthersEditedTheSame", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":3})", Fate::kForeign},
    {"HalfArrivedIsNobodysKnowledge", Verb::kUpdate, R"({"a":1,"b":1})", R"({"a":2,"b":2})", R"({"a":2,"b":1})",
     Fate::kForeign},
    {"RemovalNotSentAndOthersEditedElsewhere", Verb::kUpdate, R"({"a":1,"b":1})", R"({"a":1})",
     R"({"a":1,"b":1,"x":1})", Fate::kNotSent},
    {"ListArrivedAndTheServerCompletedIt", Verb::kUpdate, R"({"l":[{"t":1}]})", R"({"l":[{"t":1},{"t":2}]})",
     R"({"l":[{"t":1},{"t":2,"default":0}],"x":1})", Fate::kArrived},
    {"UpdatedThingIsGone", Verb::kUpdate, R"({"a":1})", R"({"a":2})", nullptr, Fate::kForeign},
    {"UpdatedThingIsAnotherOne", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":2})", Fate::kForeign, "9", "u2"},
    {"DeleteNotSent", Verb::kDelete, R"({"a":1})", nullptr, R"({"a":1})", Fate::kNotSent},
    {"DeleteArrived", Verb::kDelete, R"({"a":1})", nullptr, nullptr, Fate::kArrived},
    {"DeletedAndMadeAnewByOthers", Verb::kDelete, R"({"a":1})", nullptr, R"({"a":1})", Fate::kArrived, "9", "u2"},
};
INSTANTIATE_TEST_SUITE_P(Of, FateOf, ::testing::ValuesIn(kFates),
                         [](const auto& item) { return std::string(item.param.name); });

TEST(RecordedChange, KnowsItsObjectByThePath) {
  Change change;
  change.object = "/apis/apps.openshift.io/v1/namespaces/shop/deploymentconfigs/web";
  change.kind = "DeploymentConfig";
  change.name = "web";
  auto ref = ref_of(change);
  EXPECT_EQ(ref.type, *cluster::find_kind("DeploymentConfig"));
  EXPECT_EQ(object_path(ref), change.object);
  change.object = "/api/v1/namespaces/shop/secrets/web";
  change.kind = "Secret";
  EXPECT_EQ(object_path(ref_of(change)), change.object);
}

TEST(RecordedChange, KeepsOthersEditsOutOfItsOutcome) {
  const auto change = change_of(Verb::kUpdate, object_of(R"({"env":[{"name":"a"}]})"),
                                object_of(R"({"env":[{"name":"a"},{"name":"b","from":{"key":"k"}}]})"));
  const auto live =
      object_of(R"({"env":[{"name":"a","mine":1},{"name":"b","from":{"key":"k","optional":false}}],"theirs":1})", "2");
  const Json outcome = outcome_of(change, live);
  EXPECT_EQ(outcome["env"], Json::parse(R"([{"name":"a"},{"name":"b","from":{"key":"k","optional":false}}])"));
  EXPECT_FALSE(outcome.contains("theirs"));
}

TEST(RecordedChange, KnowsTheOlderNameOfTheAccount) {
  const auto change =
      change_of(Verb::kUpdate, object_of(R"({"spec":{}})"), object_of(R"({"spec":{"serviceAccountName":"amp"}})"));
  const auto live = object_of(R"({"spec":{"serviceAccountName":"amp","serviceAccount":"amp"}})", "2");
  EXPECT_EQ(outcome_of(change, live)["spec"], live["spec"]);
}

TEST(RecordedChange, TakesListsWithoutNamesAsTheServerCompletedThem) {
  const auto change = change_of(Verb::kUpdate, object_of(R"({"l":[{"t":1}],"m":[{"t":1}]})"),
                                object_of(R"({"l":[{"t":1},{"t":2}],"m":[{"t":1}]})"));
  const Json outcome =
      outcome_of(change, object_of(R"({"l":[{"t":1},{"t":2,"default":0}],"m":[{"t":1,"theirs":1}]})", "2"));
  EXPECT_EQ(outcome["l"], Json::parse(R"([{"t":1},{"t":2,"default":0}])"));
  EXPECT_EQ(outcome["m"], Json::parse(R"([{"t":1}])"));
}

Change applied(Verb verb, const Json& old_value, const Json& new_value, const char* kind = "ConfigMap") {
  Change change = change_of(verb, old_value, new_value, kind);
  change.new_value = new_value;
  return change;
}

struct UndoCase {
  const char* name;
  Verb verb;
  const char *old_value, *new_value, *live;
  Undo::Kind kind;
  const char* restored = nullptr;  // without metadata
  const char* live_uid = "u1";
};

class UndoOf : public ::testing::TestWithParam<UndoCase> {};

TEST_P(UndoOf, AChangeOnTheLiveObject) {
  const auto& c = GetParam();
  const auto side = [](const char* text, const char* version, const char* uid) {
    return text == nullptr ? Json() : object_of(text, version, uid);
  };
  const auto change = applied(c.verb, side(c.old_value, "1", "u1"), side(c.new_value, "2", "u1"));
  const auto live = c.live == nullptr ? std::nullopt : std::optional(side(c.live, "7", c.live_uid));
  auto undo = undo_of(change, live, OnConflict::kKeepLive);
  EXPECT_EQ(undo.kind, c.kind) << undo.reason;
  if (c.restored == nullptr) return;
  undo.object.erase("metadata");
  EXPECT_EQ(undo.object, Json::parse(c.restored));
}

using Kind = Undo::Kind;
const UndoCase kUndos[] = {
    {"CreatedIsDeleted", Verb::kCreate, nullptr, R"({"a":1})", R"({"a":1})", Kind::kDelete},
    {"CreatedAndGone", Verb::kCreate, nullptr, R"({"a":1})", nullptr, Kind::kNothing},
    {"CreatedAndEditedElsewhere", Verb::kCreate, nullptr, R"({"a":1})", R"({"a":1,"x":1})", Kind::kConflict},
    {"CreatedAndEdited", Verb::kCreate, nullptr, R"({"a":1})", R"({"a":2})", Kind::kConflict},
    {"CreatedAndMadeAnew", Verb::kCreate, nullptr, R"({"a":1})", R"({"a":1})", Kind::kConflict, nullptr, "u2"},
    {"UpdatedIsRestored", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":2})", Kind::kReplace, R"({"a":1})"},
    {"UpdatedAndEditedElsewhere", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":2,"x":1})", Kind::kReplace,
     R"({"a":1,"x":1})"},
    {"UpdatedAndEdited", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":3})", Kind::kConflict},
    {"UpdatedAndSetBack", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":1})", Kind::kNothing},
    {"UpdatedAndGone", Verb::kUpdate, R"({"a":1})", R"({"a":2})", nullptr, Kind::kConflict},
    {"UpdatedAndMadeAnew", Verb::kUpdate, R"({"a":1})", R"({"a":2})", R"({"a":2})", Kind::kConflict, nullptr, "u2"},
    {"DeletedIsCreated", Verb::kDelete, R"({"a":1,"status":{"x":1}})", nullptr, nullptr, Kind::kCreate, R"({"a":1})"},
    {"DeletedAndMadeAnewAlike", Verb::kDelete, R"({"a":1})", nullptr, R"({"a":1})", Kind::kNothing, nullptr, "u2"},
    {"DeletedAndMadeAnewOtherwise", Verb::kDelete, R"({"a":1})", nullptr, R"({"a":2})", Kind::kConflict, nullptr, "u2"},
};
INSTANTIATE_TEST_SUITE_P(Of, UndoOf, ::testing::ValuesIn(kUndos),
                         [](const auto& item) { return std::string(item.param.name); });

Json deployment(const char* tag, const char* image, const char* resolved) {
  Json config = Json::parse(R"({"kind":"DeploymentConfig","spec":{"template":{"spec":{"containers":[{"name":"main"}]}},
    "triggers":[{"type":"ConfigChange"},{"type":"ImageChange","imageChangeParams":{"automatic":true,
    "containerNames":["main"],"from":{"kind":"ImageStreamTag"}}}]}})");
  config["metadata"] = {{"name", "web"}, {"uid", "u1"}, {"resourceVersion", image}, {"generation", 3}};
  config["spec"]["template"]["spec"]["containers"][0]["image"] = image;
  auto& trigger = config["spec"]["triggers"][1]["imageChangeParams"];
  trigger["from"]["name"] = tag;
  trigger["lastTriggeredImage"] = resolved;
  config["status"] = {{"latestVersion", image}};
  return config;
}

// The image that the trigger resolved since is no edit of somebody.
TEST(UndoOfADeploymentConfig, LeavesTheImageToItsTrigger) {
  const auto change = applied(Verb::kUpdate, deployment("web:1", "web@old", "web@old"),
                              deployment("web:2", "web@old", "web@old"), "DeploymentConfig");
  const auto live = deployment("web:2", "web@new", "web@new");
  const auto undo = undo_of(change, live, OnConflict::kKeepLive);
  ASSERT_EQ(undo.kind, Kind::kReplace) << undo.reason;
  EXPECT_EQ(undo.object["spec"]["triggers"][1]["imageChangeParams"]["from"]["name"], "web:1");
  EXPECT_EQ(undo.object["spec"]["template"]["spec"]["containers"][0]["image"], "web@new");
  EXPECT_EQ(undo.object["metadata"]["resourceVersion"], "web@new");
}

TEST(FateOfADeploymentConfig, HasArrivedThoughItsTriggerResolvedTheImageSince) {
  auto intended = deployment("web:1", "web:1", "");
  intended["spec"]["triggers"][1]["imageChangeParams"].erase("lastTriggeredImage");
  auto live = deployment("web:1", "web@new", "web@new");
  live["spec"]["triggers"][1]["imageChangeParams"]["from"]["namespace"] = "shop";
  live["spec"]["revisionHistoryLimit"] = 10;
  EXPECT_EQ(fate_of(change_of(Verb::kCreate, nullptr, intended, "DeploymentConfig"), live), Fate::kArrived);
  live["spec"]["template"]["spec"]["containers"][0]["name"] = "other";
  EXPECT_EQ(fate_of(change_of(Verb::kCreate, nullptr, intended, "DeploymentConfig"), live), Fate::kForeign);
}

TEST(FateOfAServiceAccount, HasArrivedThoughTheServerMadeItsTokensSince) {
  Json intended = Json::parse(R"({"kind":"ServiceAccount","imagePullSecrets":[{"name":"registry"}]})");
  intended["metadata"] = {{"name", "amp"}};
  Json live = intended;
  live["metadata"] = {{"name", "amp"}, {"uid", "u1"}, {"resourceVersion", "7"}};
  live["secrets"] = Json::parse(R"([{"name":"amp-token-x"}])");
  live["imagePullSecrets"].push_back({{"name", "amp-dockercfg-x"}});
  const auto change = change_of(Verb::kCreate, nullptr, intended, "ServiceAccount");
  EXPECT_EQ(fate_of(change, live), Fate::kArrived);
  live["imagePullSecrets"] = Json::parse(R"([{"name":"amp-dockercfg-x"}])");
  EXPECT_EQ(fate_of(change, live), Fate::kForeign);
}

TEST(UndoOfADeploymentConfig, DeletesOneThatOnlyItsControllersHaveChanged) {
  const auto change = applied(Verb::kCreate, nullptr, deployment("web:1", " ", ""), "DeploymentConfig");
  EXPECT_EQ(undo_of(change, deployment("web:1", "web@new", "web@new"), OnConflict::kKeepLive).kind, Kind::kDelete);
}

TEST(UndoOfAServiceAccount, KnowsTheTokensThatTheServerMakes) {
  Json made = Json::parse(R"({"kind":"ServiceAccount","imagePullSecrets":[{"name":"registry"}]})");
  made["metadata"] = {{"name", "amp"}, {"uid", "u1"}};
  Json live = made;
  live["secrets"] = Json::parse(R"([{"name":"amp-token-x"}])");
  live["imagePullSecrets"].push_back({{"name", "amp-dockercfg-x"}});
  const auto created = applied(Verb::kCreate, nullptr, made, "ServiceAccount");
  EXPECT_EQ(undo_of(created, live, OnConflict::kKeepLive).kind, Kind::kDelete);
  const auto deleted = applied(Verb::kDelete, live, nullptr, "ServiceAccount");
  const auto undo = undo_of(deleted, std::nullopt, OnConflict::kKeepLive);
  EXPECT_EQ(undo.object["imagePullSecrets"], Json::parse(R"([{"name":"registry"}])"));
  EXPECT_EQ(undo.object["secrets"], Json::array());
}

TEST(UndoOfAClaim, KnowsWhatTheServerNotesOnIt) {
  Json claim = object_of(R"({"kind":"PersistentVolumeClaim","spec":{"accessModes":["ReadWriteOnce"]}})");
  Json live = claim;
  live["metadata"]["annotations"] = {{"volume.beta.kubernetes.io/storage-provisioner", "p"},
                                     {"volume.kubernetes.io/storage-provisioner", "p"},
                                     {"pv.kubernetes.io/bind-completed", "yes"}};
  live["spec"]["volumeName"] = "pv1";
  const auto change = applied(Verb::kCreate, nullptr, claim, "PersistentVolumeClaim");
  EXPECT_EQ(undo_of(change, live, OnConflict::kKeepLive).kind, Undo::Kind::kDelete);
  live["metadata"]["annotations"]["mine"] = "1";
  EXPECT_EQ(undo_of(change, live, OnConflict::kKeepLive).kind, Undo::Kind::kConflict);
}

TEST(UndoOfAServiceAccount, KnowsTheNoteOnItsPullSecret) {
  Json account = object_of(R"({"kind":"ServiceAccount"})");
  Json live = account;
  live["metadata"]["annotations"] = {{"openshift.io/internal-registry-pull-secret-ref", "web-dockercfg-x"}};
  live["imagePullSecrets"] = Json::array({{{"name", "web-dockercfg-x"}}});
  const auto change = applied(Verb::kCreate, nullptr, account, "ServiceAccount");
  EXPECT_EQ(undo_of(change, live, OnConflict::kKeepLive).kind, Undo::Kind::kDelete);
}

TEST(UndoOfAClaim, DoesNotAskForTheVolumeThatIsGone) {
  Json claim =
      Json::parse(R"({"kind":"PersistentVolumeClaim","spec":{"volumeName":"pv1","accessModes":["ReadWriteOnce"]}})");
  claim["metadata"] = {{"name", "data"},
                       {"uid", "u1"},
                       {"finalizers", {"kubernetes.io/pvc-protection"}},
                       {"annotations", {{"pv.kubernetes.io/bind-completed", "yes"}, {"mine", "1"}}}};
  const auto undo =
      undo_of(applied(Verb::kDelete, claim, nullptr, "PersistentVolumeClaim"), std::nullopt, OnConflict::kKeepLive);
  EXPECT_FALSE(undo.object["spec"].contains("volumeName"));
  EXPECT_EQ(undo.object["metadata"]["annotations"], (Json{{"mine", "1"}}));
  EXPECT_FALSE(undo.object["metadata"].contains("finalizers"));
}

}  // namespace
}  // namespace upshift::engine
