// The same over HTTPS, between processes: `upshift run` on a served project that does one fault to one request, or to
// every watch. A sample, since a run takes seconds, chosen by the seed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <random>

#include "fault/seed.hpp"
#include "scenario/administration.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

constexpr std::size_t kParts = 3, kSamplesPerPart = 4;

bool is_watch(const Json& request) {
  return string_at(request, "/query").find("watch=true") != std::string::npos;
}

// What a run keeps in the project for itself is not the upgrade's.
bool is_own(const std::string& path) {
  return path.find("/upshift-") != std::string::npos || path.ends_with("/selfsubjectaccessreviews");
}

// New objects have no name in their requests: those of these kinds are judged by the project alone.
bool may_be_own(const std::string& method, const std::string& path) {
  return method == "POST" && (path.ends_with("/configmaps") || path.ends_with("/secrets"));
}

// "PATCH /apis/…": all changes that the cluster accepted, sorted. A command counts as one.
std::vector<std::string> accepted(const Json& requests) {
  std::vector<std::string> all;
  for (const auto& request : array_at(requests, "/requests")) {
    const auto method = string_at(request, "/method");
    const auto path = string_at(request, "/path");
    const auto fault = string_at(request, "/fault");
    const auto status = int_at(request, "/status");
    const bool command = path.ends_with("/exec");
    if ((method == "GET" && !command) || is_own(path) || may_be_own(method, path)) continue;
    if ((status >= 200 && status < 300) || status == 101 || fault == "cut_after") {
      all.push_back(command ? "EXEC" : method + " " + path);
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

struct Undisturbed {
  Json project, requests;
  std::vector<std::string> accepted;
};

const Undisturbed& undisturbed() {
  static const Undisturbed kOne = [] {
    const ServedProject served;
    const auto run = run_upshift(served.run({"--yes"}));
    EXPECT_EQ(run.exit_status, 0) << run.standard_error;
    Administration administration(served);
    Undisturbed one{administration.project(), administration.requests(), {}};
    one.accepted = accepted(one.requests);
    return one;
  }();
  return kOne;
}

struct Trouble {
  Json fault;
  // Words of a message about a run that it stopped, any of them.
  std::vector<std::string> causes;
};

const std::vector<Trouble>& troubles() {
  static const std::vector<Trouble> kAll = {
      {{{"fault", "refuse"}}, {"connection was lost", "reset", "refused"}},
      {{{"fault", "cut_before"}}, {"connection was lost", "cut off"}},
      {{{"fault", "cut_after"}}, {"connection was lost", "cut off"}},
      {{{"fault", "truncate"}, {"bytes", 20}}, {"cut off", "connection was lost"}},
      {{{"fault", "delay"}, {"delay_ms", 300}}, {}},
      {{{"fault", "slow"}, {"bytes", 200}, {"delay_ms", 5}}, {}},
      {{{"fault", "expired_token"}}, {"Unauthorized", "credentials"}},
      {{{"fault", "status"}, {"code", 409}}, {"fails on demand", "409"}},
      {{{"fault", "status"}, {"code", 410}}, {"fails on demand", "410", "Expired"}},
      {{{"fault", "status"}, {"code", 429}, {"retry_after", 1}}, {"fails on demand", "429"}},
      {{{"fault", "status"}, {"code", 500}}, {"fails on demand", "500"}},
      {{{"fault", "status"}, {"code", 503}}, {"fails on demand", "503"}},
  };
  return kAll;
}

bool says_one(const std::string& text, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const auto& word) { return text.find(word) != std::string::npos; });
}

// Commands may be run again where the answer to them was lost; nothing else is done twice.
void expect_same_deeds(const Json& requests, const Json& fault) {
  auto deeds = accepted(requests);
  const bool lost = string_at(fault, "/fault") == "cut_after";
  if (lost && std::count(deeds.begin(), deeds.end(), "EXEC") == 2) {
    deeds.erase(std::find(deeds.begin(), deeds.end(), "EXEC"));
  }
  EXPECT_EQ(deeds, undisturbed().accepted);
}

// How the fault was met: the run's exit status.
int disturb(const ServedProject& served, Administration& administration, const Json& fault,
            const std::vector<std::string>& causes) {
  const auto run = run_upshift(served.run({"--yes"}));
  const auto said = run.standard_error + run.standard_output;
  if (run.exit_status != 0) {
    EXPECT_THAT((std::vector{1, 3, 5}), ::testing::Contains(run.exit_status)) << said;
    EXPECT_TRUE(says_one(said, causes)) << to_text(fault) << " is not named:\n" << said;
    const auto again = run_upshift(served.run({"--yes"}));
    EXPECT_EQ(again.exit_status, 0) << again.standard_error << again.standard_output;
  }
  expect_same_deeds(administration.requests(), fault);
  for (const auto& one : differences(administration.project(), undisturbed().project, {})) ADD_FAILURE() << one.text();
  return run.exit_status;
}

class ServedFaults : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ServedFaults, AreToleratedOrToldAndThenMended) {
  const auto count = static_cast<std::size_t>(int_at(undisturbed().requests, "/count"));
  ASSERT_GT(count, 300U);
  std::cout << "sample of seed " << fault_seed() << ", of " << count << " requests\n";
  std::mt19937_64 random(fault_seed() * kParts + GetParam());
  for (std::size_t i = 0; i < kSamplesPerPart; ++i) {
    // Every kind of fault in turn, each at a request that chance chooses.
    const Trouble& trouble = troubles()[(i * kParts + GetParam() + fault_seed()) % troubles().size()];
    Json fault = trouble.fault;
    fault["first"] = 1 + random() % count;
    fault["times"] = 1;
    SCOPED_TRACE(to_text(fault));
    const TemporaryDirectory folder;
    ASSERT_TRUE(write_private_file(folder.file("faults.json"), to_text(Json::array({fault}))));
    const ServedProject served({"--sample", "threescale-2.5", "--faults", folder.file("faults.json")});
    Administration administration(served);
    const int status = disturb(served, administration, fault, trouble.causes);
    const auto faults = administration.ask("GET", "/upshift/faults");
    EXPECT_GE(int_at(faults, "/faults/0/seen"), int_at(fault, "/first"));
    std::cout << to_text(fault) << ": " << status << "\n";
  }
}

INSTANTIATE_TEST_SUITE_P(Part, ServedFaults, ::testing::Range(std::size_t{0}, kParts));

TEST(ServedDetection, ThatIsGivenNoAnswerEndsAsAClusterOutOfReach) {
  for (const int code : {403, 409, 410}) {
    const TemporaryDirectory folder;
    const Json fault = {{"fault", "status"}, {"code", code}, {"path", "*/system-app"}, {"times", 1}};
    ASSERT_TRUE(write_private_file(folder.file("faults.json"), to_text(Json::array({fault}))));
    const ServedProject served({"--sample", "threescale-2.5", "--faults", folder.file("faults.json")});
    const auto run = run_upshift(served.run({"--yes"}));
    EXPECT_EQ(run.exit_status, 5) << code << run.standard_error;
    EXPECT_THAT(run.standard_error, ::testing::HasSubstr("DeploymentConfig/system-app")) << code;
  }
}

// All watches at once, told to the server while it serves: none of it may stop a run, and none is worth a change.
TEST(ServedWatches, ThatAreCutForgottenOrToldTwiceDisturbNothing) {
  const std::vector<Json> faults = {
      {{"fault", "cut_watch"}, {"events", 3}}, {{"fault", "gone"}, {"events", 5}}, {{"fault", "duplicate"}}};
  std::size_t watches = 0;
  for (const auto& request : array_at(undisturbed().requests, "/requests")) watches += is_watch(request) ? 1 : 0;
  ASSERT_GE(watches, 5U);
  for (const Json& kind : faults) {
    Json fault = kind;
    fault["method"] = "GET";
    fault["times"] = 0;
    SCOPED_TRACE(to_text(fault));
    const ServedProject served;
    Administration administration(served);
    administration.ask("POST", "/upshift/faults", fault);
    EXPECT_EQ(disturb(served, administration, fault, {}), 0);
    std::size_t met = 0, watched = 0;
    const Json requests = administration.requests();
    for (const auto& request : array_at(requests, "/requests")) {
      if (!is_watch(request)) continue;
      ++watched;
      met += string_at(request, "/fault") == string_at(fault, "/fault") ? 1 : 0;
    }
    EXPECT_GT(met, 0U);
    std::cout << to_text(fault) << ": " << met << " of " << watched << " watches\n";
    // Without the fault each is opened once; one that ends is opened again.
    if (string_at(fault, "/fault") != "duplicate") {
      EXPECT_GT(watched, watches);
    }
  }
}

}  // namespace
}  // namespace upshift::testing
