// Variants of the product's real templates: upgraded from 2.3, and the same variant installed as 2.6.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/product_templates.hpp"
#include "scenario/rehearsal.hpp"
#include "scenario/variants.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

using ::testing::ElementsAre;

// All in one: databases outside, files in S3, nothing asked for.
Json variant_of(const std::string& version) {
  Json project = fresh(version).project;
  if (project.is_null()) return project;
  make_highly_available(project, version);
  make_s3(project, version);
  make_evaluation(project, version);
  return project;
}

TEST(ProductTemplateVariant, From23EndsLikeAFreshOneOfTheSameVariant) {
  const Json wanted = variant_of("2.6"), before = variant_of("2.3");
  ASSERT_FALSE(wanted.is_null() || before.is_null());
  const auto upgraded = rehearse_project(before, {"--to", "2.6"});
  ASSERT_EQ(upgraded.process.exit_status, 0) << upgraded.process.standard_output << upgraded.process.standard_error;
  EXPECT_THAT(upgraded.report["detection"]["variants"].get<std::vector<std::string>>(),
              ElementsAre("ha", "external-databases", "s3", "eval"));
  for (const auto& difference : differences(upgraded.project, wanted, differences_of("2.6"))) {
    ADD_FAILURE() << difference.text();
  }
}

}  // namespace
}  // namespace upshift::testing
