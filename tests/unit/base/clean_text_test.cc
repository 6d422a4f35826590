#include "search_spaces/base/clean_text.h"

#include <gtest/gtest.h>

#include <string>

namespace actsearch {
namespace {

TEST(CleanText, KeepsTextOfAnyLanguage) {
  for (const std::string text : {"", "plain", "na\xc3\xafve", "\xe2\x89\xa4 \xf0\x9f\x8e\xb2"}) {
    EXPECT_EQ(CleanText(text, '?'), text);
  }
}

TEST(CleanText, NothingMovesTheCursorOrReordersText) {
  EXPECT_EQ(CleanText("two\nlines\x1b[31m\x7f", ' '), "two lines [31m ");
  EXPECT_EQ(CleanText("b\xc2\x9b""31mRED", '?'), "b?31mRED") << "C1: CSI";
  EXPECT_EQ(CleanText("a\xe2\x80\xaegnp.exe", '?'), "a?gnp.exe") << "right-to-left override";
  EXPECT_EQ(CleanText("\xe2\x80\xa8\xe2\x80\xa9\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8f", '.'),
            ".....");
}

TEST(CleanText, BytesThatAreNoUtf8AreReplacedEach) {
  EXPECT_EQ(CleanText("\xff\xfe bytes", ' '), "?? bytes");
  EXPECT_EQ(CleanText("\x9b""31m", ' '), "?31m");
  EXPECT_EQ(CleanText("\xc0\x8a", ' '), "??") << "overlong";
  EXPECT_EQ(CleanText("\xed\xa0\x80", ' '), "???") << "surrogate";
  EXPECT_EQ(CleanText("cut \xe2\x89", ' '), "cut ??");
}

TEST(CleanText, ACutKeepsWholeCharacters) {
  EXPECT_EQ(Shortened("na\xc3\xafve", 6), "na\xc3\xafve");
  EXPECT_EQ(Shortened("na\xc3\xafve", 4), "na\xc3\xaf");
  EXPECT_EQ(Shortened("na\xc3\xafve", 3), "na");
  EXPECT_EQ(Shortened("\xf0\x9f\x8e\xb2", 3), "");
  EXPECT_EQ(Shortened(std::string(5, '\x80'), 4).size(), 4u) << "no text at all";
}

}  // namespace
}  // namespace actsearch
