// What is spoken besides HTTP and JSON: SPDY, protocol buffers, certificates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/server/certificates.hpp"
#include "emulator/server/protobuf.hpp"
#include "emulator/server/protobuf_messages.hpp"
#include "emulator/server/spdy.hpp"
#include "emulator/server/table.hpp"

namespace upshift::emulator::server {
namespace {

using namespace std::chrono_literals;

TEST(Spdy, KnowsTheDictionaryOfTheSpecification) {
  std::uint32_t a = 1, b = 0;
  for (const char c : spdy_dictionary()) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  EXPECT_EQ(spdy_dictionary().size(), 1423U);
  EXPECT_EQ((b << 16U) | a, 0xe3c6a7c2U);
}

TEST(Spdy, ReadsTheHeadersItWrites) {
  SpdyWriter writer;
  SpdyHeaderReader reader;
  for (const char* type : {"error", "stdout"}) {
    std::string bytes = writer.reply(5, {{"streamtype", type}});
    const auto frame = take_spdy_frame(bytes);
    ASSERT_TRUE(frame && frame->has_value());
    EXPECT_EQ((*frame)->type, SpdyFrame::Type::kSynReply);
    EXPECT_EQ((*frame)->stream, 5U);
    const auto headers = reader.read((*frame)->payload);
    ASSERT_TRUE(headers) << headers.error().summary;
    EXPECT_EQ(headers->at("streamtype"), type);
  }
}

TEST(Spdy, WaitsForTheRestOfAFrame) {
  const std::string whole = SpdyWriter::data(3, "typed", true);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::string part = whole.substr(0, size);
    const auto frame = take_spdy_frame(part);
    ASSERT_TRUE(frame);
    EXPECT_FALSE(frame->has_value());
  }
  std::string bytes = whole;
  const auto frame = take_spdy_frame(bytes);
  ASSERT_TRUE(frame && frame->has_value());
  EXPECT_EQ((*frame)->payload, "typed");
  EXPECT_TRUE((*frame)->finished);
  EXPECT_TRUE(bytes.empty());
}

TEST(Spdy, RefusesWhatIsNone) {
  std::string version_two("\x80\x02\x00\x01\x00\x00\x00\x00", 8);
  EXPECT_FALSE(take_spdy_frame(version_two));
  std::string huge("\x00\x00\x00\x01\x00\xff\xff\xff", 8);
  EXPECT_FALSE(take_spdy_frame(huge));
  SpdyHeaderReader reader;
  EXPECT_FALSE(reader.read("\x78\xbbnonsense"));
}

TEST(Protobuf, ReadsAnAccessReview) {
  const std::string attributes = protobuf_field(1, "demo") + protobuf_field(2, "create") + protobuf_field(5, "pods");
  const std::string review = protobuf_field(2, protobuf_field(1, attributes));
  const std::string type = protobuf_field(1, "authorization.k8s.io/v1") + protobuf_field(2, "SelfSubjectAccessReview");
  const auto object = decode_object(std::string("k8s\0", 4) + protobuf_field(1, type) + protobuf_field(2, review));
  ASSERT_TRUE(object) << object.error().summary;
  EXPECT_EQ((*object)["spec"]["resourceAttributes"],
            Json({{"namespace", "demo"}, {"verb", "create"}, {"resource", "pods"}}));
}

TEST(Protobuf, RefusesWhatIsMalformedOrUnknown) {
  EXPECT_EQ(decode_object("{}").error().code, StatusCode::kInvalidArgument);
  EXPECT_EQ(decode_object(std::string("k8s\0\x0a\x7f", 6)).error().code, StatusCode::kInvalidArgument);
  const std::string type = protobuf_field(1, "v1") + protobuf_field(2, "Widget");
  EXPECT_EQ(decode_object(std::string("k8s\0", 4) + protobuf_field(1, type)).error().code, StatusCode::kUnimplemented);
}

std::string number_field(unsigned number, unsigned value) {
  return {static_cast<char>(number << 3U), static_cast<char>(value)};
}

TEST(Protobuf, ReadsNestedListsMapsAndSmallValuesAndLeavesOutWhatWasNeverSet) {
  const std::string label = protobuf_field(1, "app") + protobuf_field(2, "web");
  const std::string port = protobuf_field(1, "http") + number_field(2, 0) + number_field(3, 80);
  const std::string limits = protobuf_field(1, protobuf_field(1, "cpu") + protobuf_field(2, protobuf_field(1, "50m")));
  const std::string reference = protobuf_field(1, protobuf_field(1, "db")) + protobuf_field(2, "url");
  const std::string variable =
      protobuf_field(1, "URL") + protobuf_field(2, "") + protobuf_field(3, protobuf_field(3, reference));
  const std::string container = protobuf_field(1, "main") + protobuf_field(2, "example.com/web:1") +
                                protobuf_field(5, "") + protobuf_field(6, port) + protobuf_field(7, variable) +
                                protobuf_field(8, limits);
  const std::string pod = protobuf_field(1, protobuf_field(3, "") + protobuf_field(11, label)) +
                          protobuf_field(2, protobuf_field(2, container));
  const std::string surge = number_field(1, 1) + protobuf_field(3, "25%");
  const std::string strategy = protobuf_field(1, "RollingUpdate") + protobuf_field(2, protobuf_field(2, surge));
  const std::string spec =
      number_field(1, 0) + protobuf_field(3, pod) + protobuf_field(4, strategy) + number_field(5, 0);
  const std::string metadata = protobuf_field(1, "web") + protobuf_field(8, "");
  const std::string type = protobuf_field(1, "apps/v1") + protobuf_field(2, "Deployment");
  const auto object = decode_object(std::string("k8s\0", 4) + protobuf_field(1, type) +
                                    protobuf_field(2, protobuf_field(1, metadata) + protobuf_field(2, spec)));
  ASSERT_TRUE(object) << object.error().summary;
  EXPECT_EQ(*object, Json::parse(R"({
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
    "spec": {"replicas": 0, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}},
             "template": {"metadata": {"labels": {"app": "web"}},
                          "spec": {"containers": [{
                            "name": "main", "image": "example.com/web:1", "ports": [{"name": "http", "containerPort": 80}],
                            "env": [{"name": "URL", "valueFrom": {"configMapKeyRef": {"name": "db", "key": "url"}}}],
                            "resources": {"limits": {"cpu": "50m"}}}]}}}})"))
      << object->dump(1);
}

TEST(Protobuf, ReadsBytesAndTimes) {
  const std::string entry = protobuf_field(1, "key") + protobuf_field(2, std::string("\x00\xff", 2));
  const std::string made = protobuf_field(8, std::string("\x08\x80\xa3\x05", 4));
  const std::string type = protobuf_field(1, "v1") + protobuf_field(2, "Secret");
  const auto object = decode_object(std::string("k8s\0", 4) + protobuf_field(1, type) +
                                    protobuf_field(2, protobuf_field(1, made) + protobuf_field(2, entry)));
  ASSERT_TRUE(object) << object.error().summary;
  EXPECT_EQ((*object)["data"], Json({{"key", "AP8="}}));
  EXPECT_EQ(string_at(*object, "/metadata/creationTimestamp"), "1970-01-02T00:00:00Z");
}

TEST(Protobuf, EveryMessageOfTheTableIsMadeOfKnownOnes) {
  std::set<std::string_view> seen;
  std::vector<std::string_view> left = {"Namespace",
                                        "Secret",
                                        "ConfigMap",
                                        "ServiceAccount",
                                        "Service",
                                        "ResourceQuota",
                                        "LimitRange",
                                        "Pod",
                                        "PodTemplate",
                                        "ReplicationController",
                                        "PersistentVolumeClaim",
                                        "Endpoints",
                                        "Event",
                                        "Deployment",
                                        "StatefulSet",
                                        "ReplicaSet",
                                        "Job",
                                        "CronJob",
                                        "PodDisruptionBudget",
                                        "Role",
                                        "RoleBinding",
                                        "ClusterRole",
                                        "ClusterRoleBinding",
                                        "HorizontalPodAutoscaler",
                                        "SelfSubjectAccessReview",
                                        "SelfSubjectRulesReview",
                                        "DeleteOptions"};
  const std::set<std::string_view> simple = {"s", "b", "i", "B", "t", "q", "i/s"};
  while (!left.empty()) {
    const auto name = left.back();
    left.pop_back();
    if (!seen.insert(name).second) continue;
    const auto* const fields = protobuf_message(name);
    ASSERT_NE(fields, nullptr) << name;
    std::set<unsigned> numbers;
    for (const ProtobufField& field : *fields) {
      EXPECT_TRUE(field.number > 0 && numbers.insert(field.number).second) << name << " " << field.name;
      EXPECT_FALSE(field.name.empty()) << name;
      if (!simple.contains(field.type)) left.push_back(field.type);
    }
  }
  EXPECT_GT(seen.size(), 100U);
}

TEST(Certificates, AreMadeAfreshEachTime) {
  const auto one = CertificateAuthority::make(30), other = CertificateAuthority::make(-1);
  ASSERT_TRUE(one && other);
  EXPECT_THAT((*one)->certificate(), testing::StartsWith("-----BEGIN CERTIFICATE-----"));
  EXPECT_NE((*one)->certificate(), (*other)->certificate());
}

TEST(Table, WritesAgesAsKubectlDoes) {
  const std::vector<std::pair<Duration, const char*>> ages = {
      {0s, "0s"},   {119s, "119s"}, {125s, "2m5s"},      {15min, "15m"},      {3h + 7min, "3h7m"},
      {30h, "30h"}, {75h, "3d3h"},  {24h * 100, "100d"}, {24h * 800, "2y70d"}};
  for (const auto& [age, text] : ages) EXPECT_EQ(age_text(age), text);
}

TEST(Table, TellsWhyAPodDoesNotRun) {
  const Json pod = {
      {"kind", "Pod"},
      {"metadata", {{"name", "web"}}},
      {"spec", {{"containers", {{{"name", "main"}}}}}},
      {"status",
       {{"phase", "Running"},
        {"containerStatuses", {{{"restartCount", 4}, {"state", {{"waiting", {{"reason", "CrashLoopBackOff"}}}}}}}}}}};
  const Json cells = to_table(pod, "", {})["rows"][0]["cells"];
  EXPECT_EQ(cells[1], "0/1");
  EXPECT_EQ(cells[2], "CrashLoopBackOff");
  EXPECT_EQ(cells[3], "4");
}

}  // namespace
}  // namespace upshift::emulator::server
