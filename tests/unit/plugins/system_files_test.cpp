#include "threescale/system_files.hpp"

#include <gtest/gtest.h>

namespace upshift::threescale {
namespace {

constexpr std::array<std::string_view, 2> kKeys = {"policy_registry", "service_mesh_integration"};

struct Case {
  const char* case_name;
  const char* before;
  const char* after;  // nullptr: it cannot be extended safely
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.case_name;
}

class Switches : public ::testing::TestWithParam<Case> {};

TEST_P(Switches, AreAddedAndNothingElseChanges) {
  const auto& one = GetParam();
  const auto result = with_switches(one.before, kKeys);
  if (one.after == nullptr) {
    EXPECT_FALSE(result) << *result;
    return;
  }
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, one.after);
  EXPECT_TRUE(missing_switches(*result, kKeys).empty());
  EXPECT_EQ(with_switches(*result, kKeys), result) << "a second time changes something";
}

INSTANTIATE_TEST_SUITE_P(
    RollingUpdates, Switches,
    ::testing::Values(
        Case{"Block", "production:\n  policies: true\n",
             "production:\n  policies: true\n  policy_registry: true\n  service_mesh_integration: true\n"},
        Case{"OwnIndentAndComments",
             "# ours\nproduction: # all\n    policies: true # on\n    # off for now\n    forum: false\n\n",
             "# ours\nproduction: # all\n    policies: true # on\n    # off for now\n    forum: false\n"
             "    policy_registry: true\n    service_mesh_integration: true\n\n"},
        Case{"KeepsTheUsersValue", "production:\n  policy_registry: false\n",
             "production:\n  policy_registry: false\n  service_mesh_integration: true\n"},
        Case{"OtherEnvironmentsFollow", "production:\n  a: true\ndevelopment:\n  b: true\n",
             "production:\n  a: true\n  policy_registry: true\n  service_mesh_integration: true\ndevelopment:\n  b: "
             "true\n"},
        Case{"KeyOfAnotherEnvironment", "development:\n  policy_registry: true\nproduction:\n  a: true\n",
             "development:\n  policy_registry: true\nproduction:\n  a: true\n  policy_registry: true\n"
             "  service_mesh_integration: true\n"},
        Case{"Flow", "production: {policies: true}\n",
             "production: {policies: true, policy_registry: true, service_mesh_integration: true}\n"},
        Case{"EmptyFlowWithComment", "production: {} # none\n",
             "production: {policy_registry: true, service_mesh_integration: true} # none\n"},
        Case{"FlowThatHasOne", "production: {policy_registry: false}\n",
             "production: {policy_registry: false, service_mesh_integration: true}\n"},
        Case{"NoProduction", "development:\n  a: true\n",
             "development:\n  a: true\nproduction:\n  policy_registry: true\n  service_mesh_integration: true\n"},
        Case{"Empty", "", "production:\n  policy_registry: true\n  service_mesh_integration: true\n"},
        Case{"NothingBelow", "production:\n",
             "production:\n  policy_registry: true\n  service_mesh_integration: true\n"},
        Case{"WithoutANewlineAtTheEnd", "production:\n  a: true",
             "production:\n  a: true\n  policy_registry: true\n  service_mesh_integration: true\n"},
        Case{"KeyWithinALongerOne", "production:\n  policy_registry_old: true\n",
             "production:\n  policy_registry_old: true\n  policy_registry: true\n  service_mesh_integration: true\n"},
        Case{"Alias", "base: &base\n  a: true\nproduction: *base\n", nullptr},
        Case{"FlowOverLines", "production: {a: true,\n  b: true}\n", nullptr},
        Case{"Tabs", "production:\n\ta: true\n", nullptr}),
    [](const auto& instance) { return std::string(instance.param.case_name); });

TEST(Switches, ThatAreAllThereLeaveTheTextAlone) {
  const std::string text = "production:\n  service_mesh_integration: false\n  policy_registry: true";
  EXPECT_EQ(with_switches(text, kKeys), text);
}

}  // namespace
}  // namespace upshift::threescale
