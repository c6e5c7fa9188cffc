#include "report/text_layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace upshift::report {
namespace {

using testing::ElementsAre;

TEST(TextLayout, TakesControlCharactersAway) {
  EXPECT_EQ(printable("a\x1b[31mb\nc\td\x07"), "a?[31mb c d?");
  EXPECT_EQ(printable("x\xc2\x9bJy"), "x?Jy");
  EXPECT_EQ(printable("Zürich → x"), "Zürich → x");
}

TEST(TextLayout, ClipsByColumnsAndNotInsideACharacter) {
  EXPECT_EQ(clip("abcdef", 6), "abcdef");
  EXPECT_EQ(clip("abcdef", 4), "abc…");
  EXPECT_EQ(clip("äöüäöü", 4), "äöü…");
  EXPECT_EQ(clip("abc", 0), "");
  EXPECT_EQ(display_width(clip("→→→→→→", 3)), 3);
}

TEST(TextLayout, PadsByColumns) {
  EXPECT_EQ(pad("ä", 3), "ä  ");
  EXPECT_EQ(pad("abcd", 3), "abcd");
}

TEST(TextLayout, WrapsAtBlanksAndKeepsLongWordsWhole) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("a registry.example.com/x b", 6), ElementsAre("a", "registry.example.com/x", "b"));
  EXPECT_THAT(wrap("", 10), ElementsAre());
}

TEST(TextLayout, PaintsNothingWithoutColour) {
  EXPECT_EQ(paint({.colour = false, .width = 80}, Tone::kBad, "x"), "x");
  EXPECT_EQ(paint({.colour = true, .width = 80}, Tone::kBad, "x"), "\x1b[1;31mx\x1b[0m");
  EXPECT_EQ(paint({.colour = true, .width = 80}, Tone::kPlain, "x"), "x");
}

TEST(TextLayout, GivesEachStateATone) {
  EXPECT_EQ(tone_of("done"), Tone::kGood);
  EXPECT_EQ(tone_of("failed"), Tone::kBad);
  EXPECT_EQ(tone_of("blocked"), Tone::kNote);
  EXPECT_EQ(tone_of("skipped"), Tone::kDim);
  EXPECT_EQ(tone_of("running"), Tone::kPlain);
}

}  // namespace
}  // namespace upshift::report
