#include "search_spaces/base/hash.h"

#include <gtest/gtest.h>

namespace actsearch {
namespace {

TEST(Hash, DistinguishesLengthOrderAndSeed) {
  EXPECT_NE(HashText("ab"), HashText("ba"));
  EXPECT_NE(HashText(std::string_view("a\0", 2)), HashText("a"));
  EXPECT_NE(HashText("a", 1), HashText("a", 2));
  EXPECT_NE(HashCombine(1, 2), HashCombine(2, 1));
}

TEST(Hash, HexDigitsPadsToSixteen) {
  EXPECT_EQ(HexDigits(0x1f), "000000000000001f");
  EXPECT_EQ(HexDigits(0xfedcba9876543210ULL), "fedcba9876543210");
}

}  // namespace
}  // namespace actsearch
