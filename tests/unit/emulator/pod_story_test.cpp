// What a pod's events and a DeploymentConfig's log tell.
#include "unit/emulator/emulated_project.hpp"

namespace upshift::emulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class PodStory : public EmulatedProject {
 protected:
  // Reasons, in the order in which they came.
  std::vector<std::string> reasons_about(const std::string& name) {
    std::vector<std::string> out;
    for (const std::string& text : events_about(name)) {
      out.push_back(text.substr(0, text.find(':')));
    }
    return out;
  }
  cluster::Response log(const std::string& query = {}) {
    cluster::Request request{"GET", cluster::object_path(ref("DeploymentConfig", "web")) + "/log", {}, "", nullptr};
    if (!query.empty()) request.query.emplace_back("version", query);
    return emulator.api().handle(request);
  }
};

TEST_F(PodStory, TellsHowAPodCameUp) {
  create(web_config());
  settle();
  const std::string name = string_at(pods_of("web-1").at(0), "/metadata/name");
  EXPECT_THAT(events_about(name),
              ElementsAre(StartsWith("Normal Scheduled: Successfully assigned demo/" + name + " to "),
                          "Normal Pulling: Pulling image \"example.com/team/web:1\"",
                          "Normal Pulled: Successfully pulled image \"example.com/team/web:1\"",
                          "Normal Created: Created container main", "Normal Started: Started container main"));
  remove("Pod", name);
  settle();
  const std::string next = string_at(pods_of("web-1").at(0), "/metadata/name");
  EXPECT_THAT(events_about(next), Contains(HasSubstr("already present on machine")));
}

TEST_F(PodStory, TellsWhatKeepsAPodFromStarting) {
  emulator.faults().add(ImageFault{.image = "*/web:1"});
  create(web_config());
  pass(30s);
  const std::string name = string_at(pods_of("web-1").at(0), "/metadata/name");
  EXPECT_THAT(reasons_about(name), ElementsAre("Normal Scheduled", "Warning Failed"));
}

TEST_F(PodStory, ReadsADeploymentConfigsLogFromThePodThatMatters) {
  emulator.api().set_log_source([](const Json& pod, const std::string& container) {
    return string_at(pod, "/metadata/name") + " " + container + "\n";
  });
  EXPECT_EQ(log().status, 404);
  Json config = web_config();
  config["spec"]["triggers"] = Json::array();
  create(config);
  settle();
  EXPECT_EQ(log().status, 400) << "there is no version yet";
  ASSERT_TRUE(send("POST", cluster::object_path(ref("DeploymentConfig", "web")) + "/instantiate",
                   {{"kind", "DeploymentRequest"}, {"name", "web"}, {"force", true}})
                  .ok());
  pass(2s);
  EXPECT_EQ(log().body, "web-1-deploy deployment\n");
  settle();
  EXPECT_EQ(log().body, string_at(pods_of("web-1").at(0), "/metadata/name") + " main\n");
  EXPECT_EQ(log("1").body, log().body);
  EXPECT_EQ(log("2").status, 400);
  EXPECT_EQ(log("first").status, 400);
  emulator.faults().add(ImageFault{.image = "*/web:1"});
}

TEST_F(PodStory, ReadsAFailedRolloutsLogFromItsDeployer) {
  emulator.api().set_log_source(
      [](const Json& pod, const std::string&) { return string_at(pod, "/metadata/name") + "\n"; });
  emulator.faults().add(ImageFault{.image = "*/web:1"});
  create(web_config());
  settle();
  ASSERT_EQ(phase("web-1"), "Failed");
  EXPECT_EQ(log().body, "web-1-deploy\n");
}

}  // namespace
}  // namespace upshift::emulator
