#include "plan/record.hpp"

#include "catalog.hpp"

namespace upshift::plan {
namespace {

Result<Plan> full_plan() {
  Json manifest = hops({hop("1", "2",
                            {stage("a", {step("x", {{"gate", "Sure?"},
                                                    {"irreversible", "gone for good"},
                                                    {"produces", {"label"}},
                                                    {"awaits", {"rollout of db"}},
                                                    {"tags", {"database"}},
                                                    {"timeout", "5m"},
                                                    {"reads", {"secrets", "${saved}"}},
                                                    {"changes", {{{"resource", "secrets"}, {"verbs", {"create"}}}}}}),
                                         step("y", {{"consumes", {"label"}}, {"optional", true}})})})});
  manifest["hops"][0]["parameters"] = {
      {"saved", {{"description", "kinds"}, {"type", "array"}, {"default", {"Secret"}}}},
      {"password", {{"description", "a password"}, {"type", "string"}, {"x-upshift-secret", true}}}};
  Settings settings;
  settings.values["1-2.password"] = "s3cret";
  settings.with = {"y"};
  return make_plan(catalog_of({manifest}), "shop", "1", "2", settings);
}

TEST(PlanRecord, ComesBackWhole) {
  const auto plan = full_plan();
  ASSERT_TRUE(plan) << plan.error().summary;
  const Json record = to_json(*plan);
  EXPECT_EQ(to_text(record).find("s3cret"), std::string::npos);
  const auto back = plan_of_record(record, secrets_of(*plan));
  ASSERT_TRUE(back) << back.error().summary;
  EXPECT_EQ(to_json(*back), record);
  const Step& step = *back->find("1-2/a/x");
  EXPECT_EQ(step.parameters, plan->find("1-2/a/x")->parameters);
  EXPECT_EQ(step.parameters["password"], "s3cret");
  EXPECT_EQ(step.timeout, std::chrono::minutes(5));
  EXPECT_EQ(step.produces, std::vector<std::string>{"label"});
  EXPECT_EQ(back->find("1-2/a/y")->consumes, std::vector<std::string>{"label"});
  EXPECT_TRUE(back->find("1-2/a/y")->optional);
  EXPECT_EQ(step.changes, plan->find("1-2/a/x")->changes);
}

TEST(PlanRecord, OfTheFirstFormatGivesItsParametersToAPlanMadeAnew) {
  const auto plan = full_plan();
  ASSERT_TRUE(plan) << plan.error().summary;
  Json record = to_json(*plan);
  EXPECT_TRUE(is_whole(record));
  for (auto& step : record["steps"]) {
    step.erase("subject");
    step["parameters"]["saved"] = {"Route"};
    step["parameters"]["unknown today"] = 1;
  }
  EXPECT_FALSE(is_whole(record));
  EXPECT_FALSE(plan_of_record(record, secrets_of(*plan)));
  const auto made = with_recorded_parameters(*plan, record);
  EXPECT_EQ(made.find("1-2/a/x")->parameters, (Json{{"saved", {"Route"}}, {"password", "s3cret"}}));
  EXPECT_EQ(made.find("1-2/a/x")->subject, plan->find("1-2/a/x")->subject);
}

TEST(PlanRecord, IsRefusedWhereSomethingIsMissing) {
  const auto plan = full_plan();
  ASSERT_TRUE(plan) << plan.error().summary;
  const auto no_secrets = plan_of_record(to_json(*plan), Json::object());
  ASSERT_FALSE(no_secrets);
  EXPECT_EQ(no_secrets.error().summary, "the journal does not hold the secret parameter password of step 1-2/a/x");
  Json format_1 = to_json(*plan);
  for (auto& step : format_1["steps"]) step.erase("subject");
  EXPECT_EQ(plan_of_record(format_1, secrets_of(*plan)).error().summary,
            "the journal does not hold the whole plan of the run");
  for (const Json& none : {Json(), Json::object(), Json{{"steps", "x"}}, Json::array()}) {
    EXPECT_FALSE(plan_of_record(none, Json::object())) << none;
  }
}

}  // namespace
}  // namespace upshift::plan
