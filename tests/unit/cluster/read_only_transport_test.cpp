#include "cluster/read_only_transport.hpp"

#include <gtest/gtest.h>

namespace upshift::cluster {
namespace {

// Counts what reaches it.
class Counter final : public Transport {
 public:
  Result<Response> send(const Request&) override {
    ++sent;
    return Response{200, Json::object(), {}};
  }
  Result<WatchId> start_watch(const Request&, WatchHandler) override { return WatchId{1}; }
  void stop_watch(WatchId) override {}
  void wait(TimePoint) override {}
  Result<ExecResult> exec(const ExecRequest&) override {
    ++sent;
    return ExecResult{};
  }
  const Clock& clock() const override { return clock_; }
  int sent = 0;

 private:
  VirtualClock clock_{TimePoint{}};
};

TEST(ReadOnlyTransport, LetsNothingButReadsThrough) {
  Counter counter;
  ReadOnlyTransport transport(counter);
  const std::string path = "/api/v1/namespaces/x/secrets/y";
  EXPECT_TRUE(transport.send({"GET", path, {}, "", nullptr}));
  EXPECT_EQ(counter.sent, 1);
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "get", ""}) {
    const auto refused = transport.send({method, path, {}, "", Json::object()});
    ASSERT_FALSE(refused) << method;
    EXPECT_EQ(refused.error().code, StatusCode::kPermissionDenied);
  }
  EXPECT_FALSE(transport.exec({"x", "pod", "container", {"true"}, ""}));
  EXPECT_EQ(counter.sent, 1);
}

TEST(ReadOnlyTransport, RefusesAWholeGroupWithAChangeAmongIt) {
  Counter counter;
  ReadOnlyTransport transport(counter);
  const std::vector<Request> requests{{"GET", "/a", {}, "", nullptr}, {"DELETE", "/a", {}, "", nullptr}};
  for (const auto& answer : transport.send_all(requests)) EXPECT_FALSE(answer);
  EXPECT_EQ(counter.sent, 0);
}

}  // namespace
}  // namespace upshift::cluster
