// What a step's operations answer. Failures are thrown (failure.hpp), so these are the good ends only.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "upshift/sdk/conditions.hpp"
#include "upshift/sdk/json.hpp"

namespace upshift::sdk {

struct CheckResult {
  std::string_view state;
  std::string summary;
  Json json() const { return {{"state", state}, {"summary", summary}}; }
};
// Nothing is left to do: the step is skipped.
inline CheckResult done(std::string summary) {
  return {"done", std::move(summary)};
}
inline CheckResult pending(std::string summary) {
  return {"pending", std::move(summary)};
}
// The step does not concern this installation: the step is skipped.
inline CheckResult not_applicable(std::string summary) {
  return {"not_applicable", std::move(summary)};
}
// The run stops before anything of this step is sent; the summary says what to do.
inline CheckResult blocked(std::string summary) {
  return {"blocked", std::move(summary)};
}

struct ApplyResult {
  std::string summary;
  std::vector<Condition> conditions;

  ApplyResult await(Condition condition) && {
    conditions.push_back(std::move(condition));
    return std::move(*this);
  }
  void await(Condition condition) & { conditions.push_back(std::move(condition)); }
  Json json() const {
    Json list = Json::array();
    for (const Condition& condition : conditions) list.push_back(condition.json());
    return {{"summary", summary}, {"await", std::move(list)}};
  }
};
inline ApplyResult applied(std::string summary) {
  return {std::move(summary), {}};
}

struct VerifyResult {
  std::string_view state;
  std::string summary;
  Json json() const { return {{"state", state}, {"summary", summary}}; }
};
inline VerifyResult verified(std::string summary) {
  return {"ok", std::move(summary)};
}
// Asked again later, until the step's timeout. A hopeless state is a Failure instead.
inline VerifyResult not_yet(std::string summary) {
  return {"pending", std::move(summary)};
}

struct UndoResult {
  std::string summary;
  Json json() const { return {{"summary", summary}}; }
};
inline UndoResult undone(std::string summary) {
  return {std::move(summary)};
}

class DetectResult {
 public:
  explicit DetectResult(Json json) : json_(std::move(json)) {}
  DetectResult variant(std::string name) && {
    add_variant(std::move(name));
    return std::move(*this);
  }
  // Where it was seen ("ImageStream/amp-system tag latest") and what that says ("2.5").
  DetectResult evidence(std::string source, std::string says) && {
    add_evidence(std::move(source), std::move(says));
    return std::move(*this);
  }
  void add_variant(std::string name) { json_["variants"].push_back(std::move(name)); }
  void add_evidence(std::string source, std::string says) {
    json_["evidence"].push_back({{"source", std::move(source)}, {"says", std::move(says)}});
  }
  const Json& json() const { return json_; }

 private:
  Json json_;
};
inline DetectResult found(std::string version, std::string summary) {
  return DetectResult({{"found", true},
                       {"version", std::move(version)},
                       {"variants", Json::array()},
                       {"evidence", Json::array()},
                       {"summary", std::move(summary)}});
}
inline DetectResult not_found(std::string summary) {
  return DetectResult({{"found", false}, {"summary", std::move(summary)}});
}

}  // namespace upshift::sdk
