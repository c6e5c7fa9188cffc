#include "cluster/received_object.hpp"

#include <gtest/gtest.h>

namespace upshift::cluster {
namespace {

TEST(ReceivedObject, StaysTheTextThatCameUntilSomebodyLooksIntoIt) {
  const std::string body = R"({"metadata": {"name": "gr\u00fc\u00df", "resourceVersion": "5"}, "kind": "Pod" })";
  auto object = ReceivedObject::read(body);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->name(), "gr\u00fc\u00df");
  EXPECT_EQ(object->version(), "5");
  EXPECT_EQ(object->deployer_of(), "");
  EXPECT_EQ(object->text(), body);
  object->tree()["kind"] = "Node";
  EXPECT_EQ(Json::parse(object->text()),
            Json::parse(R"({"kind":"Node","metadata":{"name":"gr\u00fc\u00df","resourceVersion":"5"}})"));
}

TEST(ReceivedObject, TellsWhoseDeployerAPodIsWithoutATree) {
  const Json pod = {
      {"kind", "Pod"},
      {"metadata", {{"name", "web-2-deploy"}, {"labels", {{"openshift.io/deployer-pod-for.name", "web-2"}}}}}};
  const auto event = ReceivedObject::read_event(to_text(Json{{"type", "ADDED"}, {"object", pod}}));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->second, "ADDED");
  EXPECT_EQ(event->first.deployer_of(), "web-2");
  EXPECT_EQ(event->first.tree(), pod);
  EXPECT_EQ(event->first.deployer_of(), "web-2") << "from the tree as well";
  EXPECT_EQ(ReceivedObject::read(to_text(pod))->deployer_of(), "web-2");
  EXPECT_EQ(ReceivedObject(pod).deployer_of(), "web-2");
  EXPECT_EQ(event->first.text(), to_text(pod)) << "not the event around it";
}

TEST(ReceivedObject, TellsThePhaseOfARolloutAndWhichControllerItIs) {
  const Json controller = {
      {"metadata",
       {{"name", "web-2"}, {"uid", "u-2"}, {"annotations", {{"openshift.io/deployment.phase", "Running"}}}}}};
  EXPECT_EQ(ReceivedObject::read(to_text(controller))->rollout_phase(), "Running");
  EXPECT_EQ(ReceivedObject::read(to_text(controller))->uid(), "u-2");
  EXPECT_EQ(ReceivedObject(controller).uid(), "u-2");
  EXPECT_EQ(ReceivedObject(controller).rollout_phase(), "Running");
  EXPECT_EQ(ReceivedObject(Json{{"metadata", {{"name", "a"}}}}).rollout_phase(), "");
}

TEST(ReceivedObject, TellsAllButItsSpecWhetherItIsATreeOrText) {
  const Json pod = {{"kind", "Pod"}, {"metadata", {{"name", "a"}}}, {"spec", {{"x", 1}}}, {"status", {{"y", {2}}}}};
  Json rest = pod;
  rest.erase("spec");
  const auto line = to_text(Json{{"type", "ADDED"}, {"object", pod}});
  EXPECT_EQ(ReceivedObject::read(to_text(pod))->without_spec(), rest);
  EXPECT_EQ(ReceivedObject::read_event(line)->first.without_spec(), rest);
  EXPECT_EQ(ReceivedObject(pod).without_spec(), rest);
  EXPECT_EQ(ReceivedObject(rest).without_spec(), rest);
}

TEST(ReceivedObject, CanBeCopiedAsItCameWhateverItBecame) {
  const std::string text = R"({"metadata": {"name": "a"}, "status": {"type": "x"}})";
  const Json tree = Json::parse(text);
  const auto as_servers_write = ReceivedObject::read_event(R"({"type":"ADDED","object":)" + text + "}");
  EXPECT_EQ(as_servers_write->first.as_it_came()->text(), text);
  for (const auto& line :
       {R"({"object":)" + text + R"(,"type":"ADDED"})", R"({"type":"ADDED","object":)" + text + R"(,"more":{}})",
        R"({"type":"ADDED","object":)" + text + " }"}) {
    const auto event = ReceivedObject::read_event(line);
    ASSERT_TRUE(event) << line;
    EXPECT_EQ(event->first.as_it_came()->tree(), tree) << line;
  }
  auto looked_into = *ReceivedObject::read(text);
  EXPECT_EQ(std::as_const(looked_into).tree(), tree);
  EXPECT_EQ(looked_into.as_it_came()->text(), text);
  looked_into.tree()["status"] = 1;
  EXPECT_EQ(looked_into.as_it_came()->tree()["status"], 1);
  EXPECT_EQ(ReceivedObject(tree).as_it_came()->tree(), tree);
  EXPECT_FALSE(ReceivedObject(Json::object()).as_it_came());
}

TEST(ReceivedObject, IsOnlyWhatIsAnObjectWithAName) {
  for (const char* body :
       {"", "null", "[]", "{", "{}", R"({"metadata":{}})", R"({"metadata":{"name":""}})", R"({"metadata":{"name":1}})",
        R"({"metadata":{"name":"a"})", R"({"metadata":{"name":"a"}} 1)"}) {
    EXPECT_FALSE(ReceivedObject::read(body)) << body;
    EXPECT_FALSE(ReceivedObject::read_event(body)) << body;
  }
  EXPECT_FALSE(
      ReceivedObject::read(R"({"metadata":{"name":"a"},"x":")" + std::string(std::size_t{1024} * 1024, 'x') + "\"}"))
      << "too large for the quick parser";
}

}  // namespace
}  // namespace upshift::cluster
