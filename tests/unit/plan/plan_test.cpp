#include "plan/plan.hpp"

#include "catalog.hpp"

namespace upshift::plan {
namespace {

using After = std::vector<std::string>;

Result<Plan> plan_of(const std::vector<Json>& manifests, const Settings& settings = {}, const std::string& to = "2") {
  return make_plan(catalog_of(manifests), "shop", "1", to, settings);
}

Json one_hop(Json stages) {
  return hops({hop("1", "2", std::move(stages))});
}

std::string text_of(const Result<Plan>& plan) {
  return plan ? "" : plan.error().summary + " | " + plan.error().detail;
}

TEST(Plan, OrdersStepsStagesAndHopsOneAfterTheOther) {
  const auto plan = plan_of({hops({hop("1", "2", {stage("a", {step("x"), step("y")}), stage("b", {step("z")})}),
                                   hop("2", "3", {stage("a", {step("x")})})})},
                            {}, "3");
  ASSERT_TRUE(plan) << text_of(plan);
  ASSERT_EQ(plan->steps.size(), 4U);
  EXPECT_EQ(plan->steps[0].id, "1-2/a/x");
  EXPECT_EQ(plan->steps[0].after, After{});
  EXPECT_EQ(plan->steps[1].after, After{"1-2/a/x"});
  EXPECT_EQ(plan->steps[2].after, After{"1-2/a/y"});
  EXPECT_EQ(plan->steps[3].id, "2-3/a/x");
  EXPECT_EQ(plan->steps[3].after, After{"1-2/b/z"});
  EXPECT_EQ(plan->steps[0].subject, "1-2/a/x");
  EXPECT_EQ(plan->steps[0].stage_title, "Stage a");
  EXPECT_EQ(plan->hops, (After{"1-2", "2-3"}));
}

TEST(Plan, LetsStepsOfAStageGoSideBySideAndWaitsForAllOfThem) {
  const auto plan =
      plan_of({one_hop({stage("a", {step("x")}),
                        stage("b", {step("p", {{"after", Json::array()}}), step("q", {{"after", Json::array()}}),
                                    step("r", {{"after", {"p"}}})}),
                        stage("c", {step("z")})})});
  ASSERT_TRUE(plan) << text_of(plan);
  EXPECT_EQ(plan->find("1-2/b/q")->after, After{"1-2/a/x"});
  EXPECT_EQ(plan->find("1-2/b/r")->after, After{"1-2/b/p"});
  EXPECT_EQ(plan->find("1-2/c/z")->after, (After{"1-2/b/q", "1-2/b/r"}));
}

TEST(Plan, MovesAStepBehindWhatItDeclares) {
  const auto plan =
      plan_of({one_hop({stage("a", {step("x", {{"after", {"1-2/a/y"}}}), step("y", {{"after", Json::array()}})})})});
  ASSERT_TRUE(plan) << text_of(plan);
  EXPECT_EQ(plan->steps[0].id, "1-2/a/y");
  EXPECT_EQ(plan->steps[1].id, "1-2/a/x");
}

std::vector<std::string> ids_of(const Plan& plan) {
  std::vector<std::string> ids;
  for (const auto& step : plan.steps) ids.push_back(step.id);
  return ids;
}

Json with_optional_steps() {
  const Json optional = {{"optional", true}, {"after", {"x"}}, {"tags", {"tuning"}}};
  return one_hop(
      {stage("a", {step("x"), step("dump", optional), step("load", {{"optional", true}, {"tags", {"tuning"}}}),
                   step("y"), step("polish", {{"optional", true}})})});
}

TEST(Plan, HasAnOptionalStepOnlyWhenItIsAskedFor) {
  struct Case {
    std::vector<std::string> with;
    std::vector<std::string> ids;
    After after_of_y;
  };
  const std::vector<Case> cases = {
      {{}, {"1-2/a/x", "1-2/a/y"}, {"1-2/a/x"}},
      {{"dump"}, {"1-2/a/x", "1-2/a/dump", "1-2/a/y"}, {"1-2/a/dump"}},
      {{"1-2/a/polish"}, {"1-2/a/x", "1-2/a/y", "1-2/a/polish"}, {"1-2/a/x"}},
      {{"tuning"}, {"1-2/a/x", "1-2/a/dump", "1-2/a/load", "1-2/a/y"}, {"1-2/a/load"}},
  };
  for (const auto& one : cases) {
    Settings settings;
    settings.with = one.with;
    const auto plan = plan_of({with_optional_steps()}, settings);
    ASSERT_TRUE(plan) << text_of(plan);
    EXPECT_EQ(ids_of(*plan), one.ids);
    EXPECT_EQ(plan->find("1-2/a/y")->after, one.after_of_y);
    EXPECT_EQ(plan->steps.size() + plan->left_out.size(), 5U);
  }
}

TEST(Plan, NamesTheOptionalStepsWhenAnUnknownOneIsAskedFor) {
  Settings settings;
  settings.with = {"dunp"};
  const auto plan = plan_of({with_optional_steps()}, settings);
  EXPECT_EQ(text_of(plan), "the plan has no optional step 'dunp' | Did you mean 'dump'?");
  settings.with = {"x"};
  EXPECT_EQ(text_of(plan_of({with_optional_steps()}, settings)),
            "the plan has no optional step 'x' | Optional steps: dump, load, polish.");
}

Json registry_concern() {
  return {{"concerns",
           {{{"id", "registry"},
             {"title", "Registry"},
             {"parameters",
              {{"host", {{"type", "string"}, {"default", "registry.example.com"}}},
               {"token", {{"type", "string"}, {"x-upshift-secret", true}, {"x-upshift-stand-in", "made-up"}}}}},
             {"steps", {step("credentials")}}}}}};
}

TEST(Plan, PutsAConcernsStepsInTheStageThatUsesIt) {
  Settings settings;
  settings.values["registry.token"] = "t0p-secret";
  const auto plan = plan_of({one_hop({use("login", "registry")}), registry_concern()}, settings);
  ASSERT_TRUE(plan) << text_of(plan);
  const auto& one = plan->steps.at(0);
  EXPECT_EQ(one.id, "1-2/login/credentials");
  EXPECT_EQ(one.subject, "registry/credentials");
  EXPECT_EQ(one.plugin, "plugin-2");
  EXPECT_EQ(one.secret_parameters, After{"token"});
  EXPECT_EQ(to_json(*plan).dump().find("t0p-secret"), std::string::npos);
}

TEST(Plan, TakesAParametersValueFromTheFirstThatHasOne) {
  struct Case {
    Json with;
    std::map<std::string, Json> set;
    const char* host;
  };
  Json manifest = one_hop({});
  manifest["hops"][0]["parameters"] = {{"mirror", {{"type", "string"}, {"default", "mirror.example.com"}}},
                                       {"unset", {{"type", "string"}}}};
  const Case cases[] = {
      {Json::object(), {}, "registry.example.com"},
      {{{"host", "literal.example.com"}}, {}, "literal.example.com"},
      {{{"host", "${mirror}"}}, {}, "mirror.example.com"},
      {{{"host", "${mirror}"}}, {{"1-2.mirror", "user.example.com"}}, "user.example.com"},
      {{{"host", "${unset}"}}, {}, "registry.example.com"},
      {{{"host", "literal.example.com"}}, {{"registry.host", "word.example.com"}}, "word.example.com"},
  };
  for (const auto& one : cases) {
    manifest["hops"][0]["stages"] = Json::array({use("login", "registry", one.with)});
    Settings settings{one.set, true, {}, {}};
    const auto plan = plan_of({manifest, registry_concern()}, settings);
    ASSERT_TRUE(plan) << text_of(plan);
    EXPECT_EQ(string_at(plan->steps[0].parameters, "/host"), one.host);
  }
}

// Who builds, or answers, only in a real run is not waited for in a rehearsal.
TEST(Plan, HasAnotherDefaultInARehearsalWhereTheSchemaHasOne) {
  Json manifest = one_hop({use("login", "registry")});
  Json concern = registry_concern();
  concern["concerns"][0]["parameters"] = {{"build", {{"default", "check"}, {"x-upshift-rehearsal", "trust"}}}};
  const auto build = [&](bool is_rehearsal, const std::map<std::string, Json>& set) {
    const auto plan = plan_of({manifest, concern}, {set, is_rehearsal, {}, {}});
    EXPECT_TRUE(plan) << text_of(plan);
    EXPECT_TRUE(plan && plan->stand_ins.empty());
    return plan ? string_at(plan->steps[0].parameters, "/build") : "";
  };
  EXPECT_EQ(build(false, {}), "check");
  EXPECT_EQ(build(true, {}), "trust");
  EXPECT_EQ(build(true, {{"registry.build", "check"}}), "check");
}

TEST(Plan, SaysWhatAStepReadsWithTheKindsThatItsParametersList) {
  const Json concern = {
      {"concerns",
       {{{"id", "save"},
         {"parameters",
          {{"kinds", {{"default", {"Secret", "Route"}}}}, {"objects", {{"default", Json::array()}}}, {"one", Json()}}},
         {"steps", {step("all", {{"reads", {"pods/log", "${kinds}", "secrets", "${objects}", "${one}"}}})}}}}}};
  const auto catalog = catalog_of(
      {hops({hop("1", "2", {use("backup", "save", {{"objects", {"Route/web", "ConfigMap/a", "ConfigMap/b"}}})})}),
       concern});
  const auto plan = make_plan(catalog, "shop", "1", "2", {});
  ASSERT_TRUE(plan) << plan.error().summary;
  EXPECT_EQ(plan->steps[0].reads, (std::vector<std::string>{"pods/log", "secrets"}));
  EXPECT_EQ(plan->steps[0].reads_kinds, (std::vector<std::string>{"Secret", "Route", "ConfigMap"}));
  EXPECT_EQ(to_json(*plan)["steps"][0]["reads"], Json::array({"pods/log", "secrets"}));
  EXPECT_EQ(to_json(*plan)["steps"][0]["reads_kinds"].size(), 3U);
}

TEST(Plan, UsesStandInsInARehearsalOnlyAndListsThem) {
  const std::vector<Json> manifests{one_hop({use("login", "registry")}), registry_concern()};
  const auto rehearsed = plan_of(manifests, {{}, true, {}, {}});
  ASSERT_TRUE(rehearsed);
  EXPECT_EQ(rehearsed->stand_ins, After{"registry.token"});
  EXPECT_EQ(rehearsed->steps[0].stand_ins, After{"registry.token"});
  const auto run = plan_of(manifests);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, StatusCode::kFailedPrecondition);
  EXPECT_EQ(run.error().summary, "a value is needed for registry.token");
}

TEST(Plan, ReadsAndValidatesWhatTheUserSet) {
  Settings settings;
  settings.values["registry.token"] = "file.txt";
  settings.read = [](const std::string& name, const Json&, const Json& given) -> Result<Json> {
    return Json(name + ":" + given.get<std::string>());
  };
  std::vector<std::string> validated;
  settings.validate = [&](const std::string& name, const Json&, const Json& value) -> Status {
    validated.push_back(name);
    if (value == "registry.token:wrong") return failure(StatusCode::kInvalidArgument, "too short");
    return {};
  };
  const std::vector<Json> manifests{one_hop({use("login", "registry")}), registry_concern()};
  EXPECT_EQ(string_at(plan_of(manifests, settings)->steps[0].parameters, "/token"), "registry.token:file.txt");
  EXPECT_EQ(validated, (After{"registry.host", "registry.token"}));
  settings.values["registry.token"] = "wrong";
  EXPECT_NE(text_of(plan_of(manifests, settings)).find("too short"), std::string::npos);
}

TEST(Plan, InsertsStepsOfOthersWhereTheyBelong) {
  struct Case {
    Json where;
    After order;
  };
  const Case cases[] = {
      {{{"before", "1-2/a/y"}}, {"1-2/a/x", "1-2/a/mine", "1-2/a/y"}},
      {{{"after", "1-2/a/x"}}, {"1-2/a/x", "1-2/a/mine", "1-2/a/y"}},
      {{{"before", "x"}}, {"1-2/a/mine", "1-2/a/x", "1-2/a/y"}},
      {Json::object(), {"1-2/a/x", "1-2/a/y", "1-2/a/mine"}},
  };
  for (const auto& one : cases) {
    Json extension = one.where;
    extension["stage"] = "1-2/a";
    extension["steps"] = Json::array({step("mine")});
    const auto plan = plan_of({one_hop({stage("a", {step("x"), step("y")})}), {{"extends", Json::array({extension})}}});
    ASSERT_TRUE(plan) << text_of(plan);
    After order;
    for (const auto& each : plan->steps) order.push_back(each.id);
    EXPECT_EQ(order, one.order);
    EXPECT_EQ(plan->find("1-2/a/mine")->plugin, "plugin-2");
    EXPECT_EQ(plan->find("1-2/a/mine")->subject, "1-2/a/mine");
  }
}

TEST(Plan, HoldsAStepWithItsOwnOrderBehindOneInsertedBeforeIt) {
  const auto plan =
      plan_of({one_hop({stage("a", {step("x", {{"after", Json::array()}}), step("y", {{"after", {"x"}}})})}),
               {{"extends", {{{"stage", "1-2/a"}, {"before", "y"}, {"steps", {step("mine")}}}}}}});
  ASSERT_TRUE(plan) << text_of(plan);
  EXPECT_EQ(plan->find("1-2/a/y")->after, (After{"1-2/a/x", "1-2/a/mine"}));
}

TEST(Plan, WarnsOfAnExtensionWhoseHopNobodyOffers) {
  const auto plan =
      plan_of({one_hop({stage("a", {step("x")})}), {{"extends", {{{"stage", "8-9/a"}, {"steps", {step("mine")}}}}}}});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->warnings.size(), 1U);
  EXPECT_NE(plan->warnings[0].find("8-9/a"), std::string::npos);
}

TEST(Plan, KnowsWhatCannotBeUndone) {
  const auto plan = plan_of({one_hop({stage(
      "a", {step("x"),
            step("y", {{"irreversible", "the database is migrated"}, {"gate", "Go on?"}, {"timeout", "30m"}})})})});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->point_of_no_return()->id, "1-2/a/y");
  const Json json = to_json(*plan);
  EXPECT_EQ(string_at(json, "/point_of_no_return"), "1-2/a/y");
  EXPECT_EQ(string_at(json, "/steps/1/gate"), "Go on?");
  EXPECT_EQ(int_at(json, "/steps/1/timeout_ms"), 1'800'000);
}

struct Wrong {
  const char* name;
  std::vector<Json> manifests;
  std::map<std::string, Json> set;
  const char* says;
};

TEST(Plan, RefusesWhatDoesNotFitTogether) {
  const Wrong cases[] = {
      {"unknown concern",
       {one_hop({use("login", "regstry")}), registry_concern()},
       {},
       "stage 1-2/login uses the concern 'regstry', which no plugin offers | Did the plugin's author mean 'registry'?"},
      {"unknown parameter handed over",
       {one_hop({use("login", "registry", {{"hots", "x"}})}), registry_concern()},
       {},
       "stage 1-2/login: 'registry' has no parameter 'hots'"},
      {"unknown reference",
       {one_hop({use("login", "registry", {{"host", "${nope}"}})}), registry_concern()},
       {},
       "hands over ${nope}, but its hop has no parameter 'nope'"},
      {"unknown setting",
       {one_hop({stage("a", {step("x")})}), registry_concern()},
       {{"registry.tokn", "x"}},
       "no plugin has a parameter 'registry.tokn' | Did you mean 'registry.token'?"},
      {"extends an unknown stage",
       {one_hop({stage("images", {step("x")})}), {{"extends", {{{"stage", "1-2/image"}, {"steps", {step("m")}}}}}}},
       {},
       "plugin plugin-2 extends the unknown stage '1-2/image'; did it mean '1-2/images'?"},
      {"next to an unknown step",
       {one_hop({stage("a", {step("x")})}),
        {{"extends", {{{"stage", "1-2/a"}, {"before", "q"}, {"steps", {step("m")}}}}}}},
       {},
       "puts steps next to 'q', which stage 1-2/a does not have"},
      {"the same step twice",
       {one_hop({stage("a", {step("x")})}), {{"extends", {{{"stage", "1-2/a"}, {"steps", {step("x")}}}}}}},
       {},
       "step 1-2/a/x is there twice: from plugin plugin-1 and from plugin plugin-2"},
      {"after an unknown step",
       {one_hop({stage("a", {step("x", {{"after", {"1-2/a/wy"}}}), step("y")})})},
       {},
       "step 1-2/a/x comes after '1-2/a/wy', a step that no plugin offers"},
      {"a circle",
       {one_hop({stage("a", {step("x", {{"after", {"y"}}}), step("y", {{"after", {"x"}}})})})},
       {},
       "in a circle: 1-2/a/x after 1-2/a/y after 1-2/a/x"},
      {"nobody produces",
       {one_hop({stage("a", {step("x", {{"consumes", {"label"}}})})})},
       {},
       "step 1-2/a/x needs the value 'label', which no step of the plan produces"},
      {"produced too late",
       {one_hop({stage("a", {step("x", {{"consumes", {"label"}}}), step("y", {{"produces", {"label"}}})})})},
       {},
       "needs the value 'label' of step 1-2/a/y, which does not come before it"},
  };
  for (const auto& one : cases) {
    const auto plan = plan_of(one.manifests, {one.set, true, {}, {}});
    ASSERT_FALSE(plan) << one.name;
    EXPECT_NE(text_of(plan).find(one.says), std::string::npos) << one.name << ": " << text_of(plan);
  }
}

TEST(Manifest, RefusesWhatASchemaCannotSay) {
  struct Case {
    Json manifest;
    const char* says;
    const char* path;
  };
  const Case cases[] = {
      {one_hop({stage("a", {step("x"), step("x")})}), "there are two steps 'x'", "/hops/0/stages/0/steps/1"},
      {one_hop({stage("a", Json::array()), stage("a", Json::array())}), "there are two stages 'a'", "/hops/0/stages/1"},
      {one_hop({{{"id", "a"}}}), "needs either steps or a concern", "/hops/0/stages/0"},
      {hops({hop("1", "1")}), "leads from 1 to itself", "/hops/0"},
      {hops({{{"product", "shop"}}}), "needs product, from and to", "/hops/0"},
      {one_hop({stage("a", {step("x", {{"timeout", "soon"}})})}), "the timeout 'soon' of step x is no duration",
       "/hops/0/stages/0/steps/0"},
      {{{"extends", {{{"stage", "1-2/a"}, {"before", "x"}, {"after", "y"}}}}},
       "before or after a step, not both",
       "/extends/0"},
      {registry_concern(), "'registry' is offered by plugin first already", "/concerns/0"},
  };
  for (const auto& one : cases) {
    Catalog catalog;
    ASSERT_TRUE(add_manifest(catalog, "first", registry_concern()));
    const auto status = add_manifest(catalog, "second", one.manifest);
    ASSERT_FALSE(status) << one.says;
    EXPECT_NE(status.error().summary.find(one.says), std::string::npos) << status.error().summary;
    EXPECT_EQ(status.error().path, one.path);
    EXPECT_TRUE(catalog.hops.empty());
  }
}

}  // namespace
}  // namespace upshift::plan
