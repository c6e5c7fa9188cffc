#include "plan/selection.hpp"

#include "catalog.hpp"

namespace upshift::plan {
namespace {

using Ids = std::vector<std::string>;

// Two hops of two stages; in the second stage of the first, y and z go side by side.
std::vector<Json> manifests() {
  const Json beside = {{"after", Json::array()}};
  return {hops(
      {hop("1", "2",
           {stage("prepare", {step("save", {{"tags", {"backup"}}}), step("read", {{"produces", {"label"}}})}),
            stage("images", {step("web", {{"after", Json::array()}, {"tags", {"image"}}, {"consumes", {"label"}}}),
                             step("db", {{"after", Json::array()}, {"tags", {"image", "database"}}})})}),
       hop("2", "3",
           {stage("images", {step("web", {{"tags", {"image"}}}), step("tune", {{"optional", true}, {"tags", {"x"}}}),
                             step("last", {{"irreversible", "gone"}})})})})};
}

Result<Plan> plan_with(const Selection& selection, const Ids& with = {}) {
  Settings settings;
  settings.selection = selection;
  settings.with = with;
  return make_plan(catalog_of(manifests()), "shop", "1", "3", settings);
}

Ids ids_of(const Plan& plan, bool selected) {
  Ids ids;
  for (const auto& step : plan.steps) {
    if (step.selected == selected) ids.push_back(step.id);
  }
  return ids;
}

struct Case {
  const char* name;
  Selection selection;
  Ids selected;
  Ids proven;
};

const Ids kAll = {"1-2/prepare/save", "1-2/prepare/read", "1-2/images/web",
                  "1-2/images/db",    "2-3/images/web",   "2-3/images/last"};

std::vector<Case> cases() {
  return {
      {"nothing said", {}, kAll, {}},
      {"one step", {.only = {"1-2/images/web"}}, {"1-2/images/web"}, {"1-2/prepare/save", "1-2/prepare/read"}},
      {"the end of an id", {.only = {"save"}}, {"1-2/prepare/save"}, {}},
      {"a stage", {.only = {"prepare"}}, {"1-2/prepare/save", "1-2/prepare/read"}, {}},
      {"a hop", {.only = {"2-3"}}, {"2-3/images/web", "2-3/images/last"}, {kAll.begin(), kAll.begin() + 4}},
      {"a glob", {.only = {"1-2/*/w*"}}, {"1-2/images/web"}, {"1-2/prepare/save", "1-2/prepare/read"}},
      {"a glob without the hop",
       {.only = {"images/web*"}},
       {"1-2/images/web", "2-3/images/web"},
       {"1-2/prepare/save", "1-2/prepare/read", "1-2/images/db"}},
      {"a glob of last parts", {.only = {"s?ve"}}, {"1-2/prepare/save"}, {}},
      {"a tag", {.only = {"tag:database"}}, {"1-2/images/db"}, {"1-2/prepare/save", "1-2/prepare/read"}},
      {"two in one text", {.only = {"save,read"}}, {"1-2/prepare/save", "1-2/prepare/read"}, {}},
      {"up to a step", {.until = {"read"}}, {"1-2/prepare/save", "1-2/prepare/read"}, {}},
      {"up to the last of several", {.until = {"1-2/images/*"}}, {kAll.begin(), kAll.begin() + 4}, {}},
      {"from the first of several",
       {.from_step = {"*/images/web"}},
       {"1-2/images/web", "1-2/images/db", "2-3/images/web", "2-3/images/last"},
       {"1-2/prepare/save", "1-2/prepare/read"}},
      {"between",
       {.from_step = {"read"}, .until = {"1-2/images/web"}},
       {"1-2/prepare/read", "1-2/images/web"},
       {"1-2/prepare/save"}},
      {"without a step that others come after",
       {.skip = {"tag:backup"}},
       {kAll.begin() + 1, kAll.end()},
       {"1-2/prepare/save"}},
      {"without the end", {.skip = {"last"}}, {kAll.begin(), kAll.end() - 1}, {}},
      {"both",
       {.only = {"1-2/images"}, .skip = {"tag:database"}},
       {"1-2/images/web"},
       {"1-2/prepare/save", "1-2/prepare/read"}},
      {"with what it needs",
       {.only = {"1-2/images/web"}, .with_prerequisites = true},
       {"1-2/prepare/save", "1-2/prepare/read", "1-2/images/web"},
       {}},
      {"with what it needs but for what is skipped",
       {.only = {"1-2/images/web"}, .skip = {"save"}, .with_prerequisites = true},
       {"1-2/prepare/read", "1-2/images/web"},
       {"1-2/prepare/save"}},
  };
}

TEST(Selection, KeepsWhatIsMeantAndWhatComesBeforeIt) {
  for (const auto& one : cases()) {
    const auto plan = plan_with(one.selection);
    ASSERT_TRUE(plan) << one.name << ": " << plan.error().summary << " " << plan.error().detail;
    EXPECT_EQ(ids_of(*plan, true), one.selected) << one.name;
    EXPECT_EQ(ids_of(*plan, false), one.proven) << one.name;
  }
}

TEST(Selection, RefusesWhatMeansNothingOrTooMuch) {
  const std::vector<std::pair<Selection, std::string>> table = {
      {{.only = {"1-2/images/wep"}},
       "--only: no step of the plan is meant by '1-2/images/wep' | Did you mean '1-2/images/web'?"},
      {{.skip = {"tag:databse"}},
       "--skip: no step of the plan is meant by 'tag:databse' | Did you mean 'tag:database'?"},
      {{.skip = {"tag:nothing-of-the-kind"}}, "There is tag:backup, tag:image, tag:database."},
      {{.until = {"9-9/*"}}, "--until: no step of the plan is meant by '9-9/*'"},
      {{.from_step = {"nowhere-near-anything"}}, "`upshift plan` lists the steps."},
      {{.only = {"web"}},
       "--only: 'web' may mean 1-2/images/web, 2-3/images/web | Write the whole id, or '*/web' for all of them."},
      {{.only = {"images"}}, "'images' may mean 1-2/images, 2-3/images"},
      {{.only = {"save"}, .skip = {"prepare"}}, "no step is left by --only save --skip prepare"},
      {{.from_step = {"last"}, .until = {"save"}}, "2-3/images/last comes after 1-2/prepare/save."},
      {{.only = {"tune"}}, "2-3/images/tune is optional: ask for it with --with 2-3/images/tune."},
  };
  for (const auto& [selection, says] : table) {
    const auto plan = plan_with(selection);
    ASSERT_FALSE(plan) << says;
    EXPECT_EQ(plan.error().code, StatusCode::kInvalidArgument);
    const auto text = plan.error().summary + " | " + plan.error().detail;
    EXPECT_NE(text.find(says), std::string::npos) << text;
  }
}

TEST(Selection, MeansOptionalStepsThatAreAskedFor) {
  const auto plan = plan_with({.only = {"tag:x"}}, {"tune"});
  ASSERT_TRUE(plan) << plan.error().summary;
  EXPECT_EQ(ids_of(*plan, true), Ids{"2-3/images/tune"});
}

TEST(Selection, NotesTheValuesThatALeftOutStepWouldGive) {
  const auto plan = plan_with({.only = {"1-2/images/web"}});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->find("1-2/prepare/read")->gives, Ids{"the value 'label' for 1-2/images/web"});
  EXPECT_TRUE(plan->find("1-2/prepare/save")->gives.empty());
  EXPECT_TRUE(plan_with({.only = {"1-2/images/db"}})->find("1-2/prepare/read")->gives.empty());
}

TEST(Selection, StandsInThePlansRecord) {
  const auto plan = plan_with({.only = {"images/*"}, .skip = {"last", "2-3/images/web"}, .with_prerequisites = true});
  ASSERT_TRUE(plan) << plan.error().summary;
  const Json json = to_json(*plan);
  EXPECT_EQ(json["selection"],
            Json({{"only", {"images/*"}}, {"skip", {"last", "2-3/images/web"}}, {"with_prerequisites", true}}));
  EXPECT_TRUE(to_json(*plan_with({}))["selection"].is_null());
  EXPECT_EQ(plan->point_of_no_return(), nullptr);
  EXPECT_EQ(plan_with({})->point_of_no_return()->id, "2-3/images/last");
}

TEST(Selection, AsksForParametersOfSelectedStepsOnly) {
  Json manifest = hops({hop("1", "2", {use("login", "registry"), stage("a", {step("x")})})});
  const Json concern = {{"concerns",
                         {{{"id", "registry"},
                           {"title", "Registry"},
                           {"parameters", {{"token", {{"type", "string"}, {"x-upshift-stand-in", "made-up"}}}}},
                           {"steps", {step("credentials")}}}}}};
  Settings settings;
  const auto catalog = catalog_of({manifest, concern});
  EXPECT_EQ(make_plan(catalog, "shop", "1", "2", settings).error().summary, "a value is needed for registry.token");
  settings.selection.only = {"a/x"};
  EXPECT_TRUE(make_plan(catalog, "shop", "1", "2", settings));
  settings.rehearsal = true;
  EXPECT_TRUE(make_plan(catalog, "shop", "1", "2", settings)->stand_ins.empty());
}

}  // namespace
}  // namespace upshift::plan
