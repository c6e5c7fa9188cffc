// Compares two saved projects (Lists) object by object, apart from what a server owns and what is explicitly allowed.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace upshift::testing {

// One difference that may be: globs over "Kind/name" and over the pointer below the object ("" = the object is on one
// side only), and why.
struct Allowed {
  std::string object;
  std::string pointer;
  std::string why;
};

struct Difference {
  std::string object;   // "DeploymentConfig/zync"
  std::string pointer;  // "/spec/template/spec/containers[zync]/env[POD_NAME]"; "" where one side lacks the object
  std::string detail;   // both values

  std::string text() const { return object + " " + pointer + ": " + detail; }
};

// Objects by "Kind/name" without what the server owns (uid, versions, times, status, addresses, the namespace) and what
// controllers make (pods, ReplicationControllers, events, endpoints, tokens), or upshift for itself; lists of named
// things keyed by name, so that their order is free.
std::map<std::string, Json> comparable_objects(const Json& list);

// Every difference between the two that no rule allows. `used` gets the index of each rule that was needed.
std::vector<Difference> differences(const Json& left, const Json& right, const std::vector<Allowed>& allowed,
                                    std::set<std::size_t>* used = nullptr);

}  // namespace upshift::testing
