#include "cli/gatekeeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

namespace upshift::cli {
namespace {

using ::testing::HasSubstr;

plan::Step gated() {
  plan::Step step;
  step.id = "2.5-2.6/routes/manual-routes";
  step.gate = "Delete the routes?";
  return step;
}

// A terminal at which somebody has typed the text already.
class Typed {
 public:
  explicit Typed(const std::string& text) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(ends[1]);
    input_ = ends[0];
  }
  ~Typed() { ::close(input_); }
  engine::GateAnswer answer() {
    return Gatekeeper(false, {}, {input_, &screen, [this] { cleared = true; }}).answer(gated());
  }
  std::ostringstream screen;
  bool cleared = false;

 private:
  int input_ = -1;
};

TEST(Gatekeeper, TakesTheWordOfTheOptions) {
  const auto all = Gatekeeper(true, {}, {}).answer(gated());
  EXPECT_TRUE(all.yes);
  EXPECT_EQ(all.by, "--yes");
  const auto one = Gatekeeper(false, {"*/manual-routes"}, {}).answer(gated());
  EXPECT_TRUE(one.yes);
  EXPECT_EQ(one.by, "--yes-to */manual-routes");
}

TEST(Gatekeeper, RefusesWhereNobodyCanBeAskedAndSaysHowToAnswer) {
  const auto answer = Gatekeeper(false, {"*/another"}, {}).answer(gated());
  EXPECT_FALSE(answer.yes);
  EXPECT_THAT(answer.advice, HasSubstr("--yes-to 2.5-2.6/routes/manual-routes"));
}

TEST(Gatekeeper, AsksAtTheTerminal) {
  const std::pair<const char*, bool> cases[] = {
      {"yes\n", true},           {"y\n", true}, {"no\n", false}, {"what\nyes\n", true},
      {"a\nb\nc\nyes\n", false}, {"", false},   {"yes", false}};
  for (const auto& [text, yes] : cases) {
    Typed terminal(text);
    const auto answer = terminal.answer();
    EXPECT_EQ(answer.yes, yes) << text;
    EXPECT_TRUE(terminal.cleared);
    EXPECT_THAT(terminal.screen.str(), HasSubstr("Delete the routes?"));
    EXPECT_FALSE(answer.by.empty());
  }
}

}  // namespace
}  // namespace upshift::cli
