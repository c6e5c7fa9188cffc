#include "cli/doctor.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/live_project.hpp"
#include "cli/parameter_values.hpp"
#include "cli/rehearsal.hpp"
#include "cluster/await.hpp"
#include "cluster/read_only_transport.hpp"

namespace upshift::cli {
namespace {

using Grade = Finding::Grade;

std::string texts_of(const Json& list) {
  std::vector<std::string> texts;
  for (const auto& one : list) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return join(texts, ", ");
}

class Examination {
 public:
  Examination(LiveSession& session, const VersionRequest& request, const config::Settings& settings)
      : session_(session),
        request_(request),
        settings_(settings),
        looking_(*session.cluster.transport),
        client_(looking_, session.cluster.name_space) {}

  Result<Diagnosis> run() {
    look_at_server();
    auto project = read_live_project(session_.cluster);
    if (project) {
      tell_of(*project);
    } else {
      add(Grade::kWarning, "project", project.error().summary,
          "It cannot be rehearsed as it is. " + project.error().detail);
    }
    UPSHIFT_ASSIGN(const bool found, look_at_version());
    if (!found) return std::move(diagnosis_);
    UPSHIFT_TRY(look_at_deployments());
    if (version_.nothing_to_do) {
      add(Grade::kFine, "plan",
          fmt::format("{} {} is the newest that can be reached", version_.product, version_.from));
      return std::move(diagnosis_);
    }
    UPSHIFT_TRY(look_at_plan());
    if (project) rehearse(std::move(*project));
    return std::move(diagnosis_);
  }

 private:
  void tell_of(const LiveProject& project) {
    add(Grade::kFine, "project",
        fmt::format("'{}' can be read: {} objects", project.name_space,
                    array_at(project.document.content, "/items").size()));
    for (const auto& warning : project.warnings) add(Grade::kWarning, "project", warning.summary, warning.detail);
  }

  void add(Grade grade, std::string subject, std::string text, std::string advice = {}) {
    diagnosis_.findings.push_back({grade, std::move(subject), std::move(text), std::move(advice)});
  }

  void look_at_server() {
    const auto openshift = cluster::http::openshift_version(looking_);
    add(Grade::kFine, "server",
        fmt::format("{} answers: {}Kubernetes {}", session_.cluster.server,
                    openshift.empty() ? "" : fmt::format("OpenShift {}, ", openshift),
                    session_.cluster.facts.kubernetes_version));
  }

  // False: nothing more can be said of an upgrade.
  Result<bool> look_at_version() {
    auto version = choose_version(request_, session_.catalog, session_.registry, client_);
    if (!version && is_of_cluster(version.error())) {
      return failure(as_unreachable(std::move(version.error()), session_.cluster));
    }
    if (!version) {
      add(Grade::kBlocks, "version", version.error().summary, version.error().detail);
      return false;
    }
    version_ = std::move(*version);
    const auto variants = texts_of(array_at(version_.detection, "/variants"));
    add(Grade::kFine, "version",
        fmt::format("{} {}{}", version_.product, version_.from,
                    variants.empty() ? "" : fmt::format(" ({})", variants)));
    for (const auto& evidence : array_at(version_.detection, "/evidence")) {
      add(Grade::kFine, string_at(evidence, "/source"), fmt::format("says {}", string_at(evidence, "/says")));
    }
    for (const auto& warning : version_.warnings) add(Grade::kWarning, "version", warning.summary, warning.detail);
    return true;
  }

  Status look_at_deployments() {
    cluster::Cache cache(client_);
    auto configs = cache.list(*cluster::find_kind("DeploymentConfig"));
    if (!configs) return failure(as_unreachable(std::move(configs.error()), session_.cluster));
    std::vector<std::string> names;
    for (const Json* config : *configs) names.push_back(string_at(*config, "/metadata/name"));
    for (const auto& name : names) {
      const TimePoint now = client_.clock().now();
      auto await = cluster::make_await({{"condition", "rollout"}, {"deployment_config", name}}, cache, now);
      if (!await) return failure(std::move(await.error()));
      const auto& verdict = await->judge(now);
      if (verdict.state == cluster::Verdict::State::kMet) continue;
      add(Grade::kWarning, "DeploymentConfig/" + name, verdict.reason,
          verdict.advice.empty() ? "An upgrade waits for it where it changes it; bring it to rest first."
                                 : verdict.advice);
    }
    return {};
  }

  Result<plan::Plan> plan_with(StandIns stand_ins) const {
    auto settings = plan_settings(settings_, stand_ins);
    settings.via = request_.via;
    return plan::make_plan(session_.catalog, version_.product, version_.from, version_.to, settings);
  }

  Status look_at_plan() {
    auto plan = plan_with(StandIns::kRefuse);
    if (!plan) {
      add(Grade::kBlocks, "parameters", plan.error().summary, plan.error().detail);
      UPSHIFT_ASSIGN(plan, plan_with(StandIns::kUse));
    }
    const auto* point = plan->point_of_no_return();
    add(Grade::kFine, "plan",
        fmt::format("{} {} → {}: {} steps{}", plan->product, plan->from, plan->to, plan->steps.size(),
                    point == nullptr ? "" : ", point of no return at " + point->id));
    for (const auto& step : plan->steps) {
      if (!step.gate.empty()) add(Grade::kFine, step.id, "has a gate: " + step.gate);
    }
    std::vector<Diagnostic> warnings;
    const auto rights = check_rights(session_, *plan, warnings);
    if (rights) add(Grade::kFine, "rights", "the user may do all that the plan needs");
    if (!rights) add(Grade::kBlocks, "rights", rights.error().summary, rights.error().detail);
    for (const auto& warning : warnings) add(Grade::kWarning, "rights", warning.summary, warning.detail);
    return {};
  }

  void rehearse(LiveProject project) {
    RehearsalRequest request;
    request.settings = settings_;
    request.settings.name_space = project.name_space;
    request.input.documents = {std::move(project.document)};
    request.version = request_;
    auto rehearsal = Rehearsal::prepare(std::move(request), nullptr);
    if (!rehearsal) {
      return add(Grade::kBlocks, "rehearsal", rehearsal.error().summary, rehearsal.error().detail);
    }
    report::RunRecord record;
    const auto result = (*rehearsal)->run(record);
    if (!result) return add(Grade::kBlocks, "rehearsal", result.error().summary, result.error().detail);
    const bool done = result->outcome == journal::RunState::kDone;
    add(done ? Grade::kFine : Grade::kBlocks, "rehearsal", result->summary,
        done ? "" : "`upshift rehearse --live` shows every step.");
  }

  LiveSession& session_;
  const VersionRequest& request_;
  const config::Settings& settings_;
  cluster::ReadOnlyTransport looking_;
  cluster::Client client_;
  VersionChoice version_;
  Diagnosis diagnosis_;
};

std::string_view word_of(Grade grade) {
  switch (grade) {
    case Grade::kFine:
      return "fine";
    case Grade::kWarning:
      return "warning";
    default:
      return "blocks";
  }
}

report::Tone tone_of(Grade grade) {
  return grade == Grade::kFine      ? report::Tone::kGood
         : grade == Grade::kWarning ? report::Tone::kNote
                                    : report::Tone::kBad;
}

}  // namespace

bool Diagnosis::blocked() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.grade == Grade::kBlocks; });
}

Result<Diagnosis> examine(LiveSession& session, const VersionRequest& request, const config::Settings& settings) {
  return Examination(session, request, settings).run();
}

std::string to_text(const Diagnosis& diagnosis, const report::Look& look) {
  constexpr std::size_t kMargin = 10;
  std::string out;
  for (const auto& finding : diagnosis.findings) {
    const std::string text =
        fmt::format("{}: {}{}{}", finding.subject, finding.text, finding.advice.empty() ? "" : " – ", finding.advice);
    const auto lines = report::wrap(report::printable(text), std::max(20, look.width - static_cast<int>(kMargin)));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto word = report::pad(i == 0 ? std::string(word_of(finding.grade)) : "", 8);
      out += "  " + report::paint(look, tone_of(finding.grade), word) + lines[i] + "\n";
    }
  }
  out += diagnosis.blocked() ? "\nAn upgrade would be blocked.\n" : "\nNothing blocks an upgrade.\n";
  return out;
}

Json to_json(const Diagnosis& diagnosis) {
  Json findings = Json::array();
  for (const auto& finding : diagnosis.findings) {
    findings.push_back({{"grade", std::string(word_of(finding.grade))},
                        {"subject", finding.subject},
                        {"text", finding.text},
                        {"advice", finding.advice}});
  }
  return {{"doctor", 1}, {"blocked", diagnosis.blocked()}, {"findings", std::move(findings)}};
}

}  // namespace upshift::cli
