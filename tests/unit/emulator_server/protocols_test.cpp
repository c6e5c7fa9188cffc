// What is spoken besides HTTP and JSON: SPDY, protocol buffers, certificates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/server/certificates.hpp"
#include "emulator/server/protobuf.hpp"
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
  const std::string type = protobuf_field(1, "v1") + protobuf_field(2, "Pod");
  EXPECT_EQ(decode_object(std::string("k8s\0", 4) + protobuf_field(1, type)).error().code, StatusCode::kUnimplemented);
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
