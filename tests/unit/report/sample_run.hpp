// A short run's events, as the engine sends them.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "base/event.hpp"

namespace upshift::report {

inline Event make_event(Event::Kind kind, const std::string& step, Json data, std::int64_t at_ms = 0) {
  return {kind, TimePoint(Duration(at_ms)), step, std::move(data)};
}

inline Event run_started() {
  const auto step = [](const char* id, const char* stage, const char* guide, const char* gate,
                       const char* irreversible) {
    return Json{{"id", id},
                {"title", std::string("Title of ") + id},
                {"hop", "2.5-2.6"},
                {"stage", stage},
                {"stage_title", std::string("Stage ") + stage},
                {"guide", guide},
                {"gate", gate},
                {"irreversible", irreversible}};
  };
  return make_event(
      Event::Kind::kRunStarted, "",
      {{"mode", "rehearse"},
       {"product", "3scale"},
       {"from", "2.5"},
       {"to", "2.6"},
       {"target", "sample threescale-2.5"},
       {"steps", Json::array({step("2.5-2.6/backup/objects", "backup", "2.1", "", ""),
                              step("2.5-2.6/images/amp-system", "images", "2.7", "", "the database is migrated"),
                              step("2.5-2.6/routes/old", "routes", "2.9", "Delete the old routes?", "")})}});
}

// Two steps end well, the third fails.
inline std::vector<Event> sample_run() {
  using Kind = Event::Kind;
  const std::string image = "2.5-2.6/images/amp-system";
  const std::string route = "2.5-2.6/routes/old";
  return {
      run_started(),
      make_event(Kind::kStepStarted, "2.5-2.6/backup/objects", {{"index", 1}, {"total", 3}, {"title", "Save"}}),
      make_event(Kind::kStepEnded, "2.5-2.6/backup/objects",
                 {{"state", "skipped"}, {"summary", "a backup is there"}, {"duration_ms", 0}, {"changes", 0}}),
      make_event(Kind::kStepStarted, image, {{"index", 2}, {"total", 3}, {"title", "Images"}}, 1000),
      make_event(Kind::kChange, image,
                 {{"verb", "update"}, {"object", "ImageStream/amp-system"}, {"state", "applied"}, {"http_status", 200}},
                 1000),
      make_event(Kind::kUnchanged, image, {{"object", "DeploymentConfig/system-app"}}, 1000),
      make_event(
          Kind::kWaiting, image,
          {{"conditions",
            {{{"text", "rollout of DeploymentConfig/system-app"}, {"reason", "0 of 1 updated"}, {"since_ms", 0}}}}},
          1000),
      make_event(
          Kind::kWaiting, image,
          {{"conditions",
            {{{"text", "rollout of DeploymentConfig/system-app"}, {"reason", "pre hook runs"}, {"since_ms", 9000}}}}},
          10000),
      make_event(
          Kind::kDiagnostic, image,
          {{"severity", "warning"}, {"summary", "the emptyDir is emptied"}, {"detail", "it heals"}, {"path", ""}},
          10000),
      make_event(Kind::kStepEnded, image,
                 {{"state", "done"}, {"summary", "tag 2.6 added"}, {"duration_ms", 61000}, {"changes", 1}}, 62000),
      make_event(Kind::kStepStarted, route, {{"index", 3}, {"total", 3}, {"title", "Routes"}}, 62000),
      make_event(Kind::kGate, route, {{"question", "Delete the old routes?"}, {"answer", "yes"}, {"by", "rehearsal"}},
                 62000),
      make_event(Kind::kStepEnded, route,
                 {{"state", "failed"}, {"summary", "Route/old cannot be deleted"}, {"duration_ms", 10}, {"changes", 0}},
                 63000),
      make_event(Kind::kRunEnded, "",
                 {{"state", "failed"}, {"summary", "step 2.5-2.6/routes/old failed"}, {"duration_ms", 63000}}, 63000),
  };
}

}  // namespace upshift::report
