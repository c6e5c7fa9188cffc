// Two saved projects that must be the same.
#pragma once

#include <gtest/gtest.h>

#include "scenario/rehearsal.hpp"
#include "support/project.hpp"

namespace upshift::testing {

// The authority in every project is the server's own.
inline void expect_same_project(Json left, Json right) {
  ASSERT_FALSE(left.is_null());
  for (Json* project : {&left, &right}) {
    if (Json* authority = object_in(*project, "ConfigMap", "kube-root-ca.crt")) authority->erase("data");
  }
  for (const auto& one : differences(left, right, {})) ADD_FAILURE() << one.text();
}

}  // namespace upshift::testing
