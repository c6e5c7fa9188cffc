#include "plan/graph.hpp"

#include "base/text.hpp"
#include "catalog.hpp"

namespace upshift::plan {
namespace {

Plan sample() {
  const Json beside = {{"after", Json::array()}};
  Settings settings;
  settings.with = {"tune"};
  auto plan = make_plan(
      catalog_of(
          {hops({hop("1", "2",
                     {stage("a", {step("x"), step("ask", {{"gate", "Sure?"}})}),
                      stage("b", {step("p", beside), step("q", beside)})}),
                 hop("2", "3",
                     {stage("c", {step("z", {{"irreversible", "gone"}, {"after", {"1-2/b/p", "1-2/b/q", "1-2/a/x"}}}),
                                  step("tune", {{"optional", true}})})})})}),
      "shop", "1", "3", settings);
  EXPECT_TRUE(plan) << plan.error().summary;
  plan->steps[0].selected = false;
  plan->steps[1].title = "Ask \"her\" \\ him";
  return *plan;
}

int count(const std::string& text, const std::string& what) {
  int found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(Graph, HasANodeForEachStepAndNoArrowThatOthersSay) {
  const auto dot = to_dot(sample());
  EXPECT_EQ(count(dot, "[label="), 6);
  // x → ask → p, q → z → tune; that x comes before z is said already.
  EXPECT_EQ(count(dot, " -> "), 6);
  EXPECT_NE(dot.find("s0 -> s1;"), std::string::npos);
  EXPECT_EQ(dot.find("s0 -> s4;"), std::string::npos);
  const auto mermaid = to_mermaid(sample());
  EXPECT_EQ(count(mermaid, " --> "), 6);
  EXPECT_TRUE(mermaid.starts_with("flowchart TB\n"));
}

TEST(Graph, TellsKindsOfStepsApart) {
  const auto dot = to_dot(sample());
  EXPECT_EQ(count(dot, "shape=diamond"), 1);
  EXPECT_EQ(count(dot, "color=red"), 1);
  EXPECT_EQ(count(dot, "style=dashed"), 1);
  EXPECT_EQ(count(dot, "style=dotted"), 1);
  const auto mermaid = to_mermaid(sample());
  EXPECT_EQ(count(mermaid, "s1{\"ask\"}"), 1);
  EXPECT_EQ(count(mermaid, "class s4 no_return"), 1);
  EXPECT_EQ(count(mermaid, "class s5 optional"), 1);
  EXPECT_EQ(count(mermaid, "class s0 left_out"), 1);
}

TEST(Graph, OpensAndClosesWhatItsFormatsBracket) {
  const auto dot = to_dot(sample());
  EXPECT_EQ(count(dot, "{"), count(dot, "}"));
  EXPECT_EQ(count(dot, "subgraph cluster_hop"), 2);
  EXPECT_EQ(count(dot, "subgraph cluster_stage"), 3);
  EXPECT_NE(dot.find("Ask \\\"her\\\" \\\\ him"), std::string::npos) << dot;
  const auto mermaid = to_mermaid(sample());
  EXPECT_EQ(count(mermaid, "subgraph "), count(mermaid, " end\n"));
  EXPECT_EQ(to_dot(Plan{}), "digraph plan {\n  rankdir=TB;\n  node [shape=box, fontname=\"sans-serif\"];\n}\n");
}

}  // namespace
}  // namespace upshift::plan
