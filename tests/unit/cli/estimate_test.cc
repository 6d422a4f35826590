#include "cli/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace actsearch::cli {
namespace {

TEST(SecondsOf, ReadsTimesAsPeopleWriteThem) {
  EXPECT_EQ(*SecondsOf("90"), 90);
  EXPECT_EQ(*SecondsOf("90s"), 90);
  EXPECT_EQ(*SecondsOf("15m"), 900);
  EXPECT_EQ(*SecondsOf("1h30m"), 5400);
  EXPECT_EQ(*SecondsOf("0.5h"), 1800);
  for (const char* text : {"", "0", "-5m", "5 m", "2d", "soon", "1h-30m"}) {
    const auto seconds = SecondsOf(text);
    ASSERT_FALSE(seconds) << text;
    EXPECT_EQ(seconds.error().exit, kUsage);
    EXPECT_THAT(seconds.error().message, testing::HasSubstr("as 90s, 15m, 2h or 1h30m"));
  }
}

}  // namespace
}  // namespace actsearch::cli
