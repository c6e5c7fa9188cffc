// Lists in pages, as a plugin's author sees them.
#include <gtest/gtest.h>

#include "upshift/sdk.hpp"
#include "upshift/testing/fake_host.hpp"

namespace upshift::testing {
namespace {

// A table of calls that leads to the fake host, for a Context without a plugin around it.
class Pages : public ::testing::Test {
 protected:
  Pages() {
    call_.struct_size = sizeof(upshift_call);
    call_.host_data = this;
    call_.invoke = [](const upshift_call* call, upshift_view service, upshift_view verb, upshift_view request,
                      const upshift_sink* sink) noexcept {
      auto& self = *static_cast<Pages*>(call->host_data);
      Json reply;
      const auto status =
          self.host_.invoke(UPSHIFT_OPERATION_CHECK, std::string(sdk::detail::text(service)),
                            std::string(sdk::detail::text(verb)), Json::parse(sdk::detail::text(request)), reply);
      const std::string bytes = sdk::to_text(reply);
      sink->write(sink->data, sdk::detail::view(bytes));
      return status;
    };
  }

  void put(int count, std::size_t size = 10) {
    for (int i = 0; i < count; ++i) {
      const std::string name = "r" + std::to_string(10000 + i);
      host_.put({{"kind", "Route"}, {"metadata", {{"name", name}}}, {"spec", std::string(size, 'x')}});
    }
  }
  std::vector<std::size_t> limits() const {
    std::vector<std::size_t> out;
    for (const Call& each : host_.calls()) out.push_back(static_cast<std::size_t>(sdk::int_at(each.request, "/limit")));
    return out;
  }
  // What is left when a page of number 0 makes everything before it void.
  std::vector<std::string> read(const sdk::Paging& paging) {
    std::vector<std::string> names;
    context_.list_pages("Route", paging, [&](sdk::Page& page) {
      if (page.number == 0) names.clear();
      largest_ = std::max(largest_, page.items.size());
      for (const Json& item : page.items) names.push_back(sdk::string_at(item, "/metadata/name"));
    });
    return names;
  }

  FakeHost host_;
  upshift_call call_{};
  sdk::Context context_{&call_, Json::object()};
  std::size_t largest_ = 0;
};

TEST_F(Pages, AreTakenOneByOneAndGrowWhileTheyAreShort) {
  put(25);
  EXPECT_EQ(read({.labels = "", .first = 4, .most = 10}).size(), 25U);
  EXPECT_EQ(limits(), (std::vector<std::size_t>{4, 8, 10, 10}));
  EXPECT_EQ(largest_, 10U);
}

TEST_F(Pages, BecomeShorterWhereTheObjectsAreLarge) {
  put(20, 1000);
  EXPECT_EQ(read({.labels = "", .first = 8, .most = 10, .bytes = 3000}).size(), 20U);
  EXPECT_EQ(limits(), (std::vector<std::size_t>{8, 4, 2, 2, 2, 2}));
}

TEST_F(Pages, BeginAnewWhenTheServerHasForgottenWhereItWas) {
  put(9);
  int asked = 0;
  host_.refuse = [&](const Call& call) {
    if (++asked != 3) return UPSHIFT_STATUS_OK;
    EXPECT_NE(sdk::string_at(call.request, "/continue"), "");
    host_.erase("Route", "r10000");
    return UPSHIFT_STATUS_OUT_OF_RANGE;
  };
  const auto names = read({.labels = "", .first = 3, .most = 3});
  ASSERT_EQ(names.size(), 8U);
  EXPECT_EQ(names.front(), "r10001") << "what was read before the restart is void";
}

TEST_F(Pages, AreGivenUpForTheWholeListWhereTheServerForgetsEachTime) {
  put(9);
  host_.refuse = [](const Call& call) {
    return sdk::string_at(call.request, "/continue").empty() ? UPSHIFT_STATUS_OK : UPSHIFT_STATUS_OUT_OF_RANGE;
  };
  EXPECT_EQ(read({.labels = "", .first = 3, .most = 3}).size(), 9U);
  EXPECT_EQ(limits().back(), 0U) << "without a limit: everything";
}

TEST_F(Pages, PassOtherRefusalsOn) {
  put(9);
  host_.refuse = [](const Call& call) {
    return sdk::string_at(call.request, "/continue").empty() ? UPSHIFT_STATUS_OK : UPSHIFT_STATUS_PERMISSION_DENIED;
  };
  EXPECT_THROW(read({.labels = "", .first = 3, .most = 3}), sdk::HostFailure);
}

TEST_F(Pages, AreOneWhereTheHostKnowsNoPages) {
  put(3);
  // An older host ignores members that it does not know.
  call_.invoke = [](const upshift_call*, upshift_view, upshift_view, upshift_view, const upshift_sink* sink) noexcept {
    sink->write(sink->data,
                sdk::detail::view(R"({"items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]})"));
    return upshift_status{UPSHIFT_STATUS_OK};
  };
  EXPECT_EQ(read({.labels = "", .first = 1, .most = 1}), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace upshift::testing
