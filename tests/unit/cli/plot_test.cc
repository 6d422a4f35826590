#include "cli/plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace actsearch::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::vector<std::string> Lines(const Plot& plot, bool utf8) {
  std::istringstream text(Draw(plot, utf8));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// x over [-2, 2] with its slope.
Plot Line() {
  Plot plot{.low = -2, .high = 2, .solid = {}, .dotted = {}};
  for (int i = 0; i <= 256; ++i) {
    plot.solid.push_back(-2 + i / 64.0);
    plot.dotted.push_back(1);
  }
  return plot;
}

TEST(Plot, DrawsALineFromCornerToCorner) {
  const auto lines = Lines(Line(), false);
  ASSERT_THAT(lines, SizeIs(18));
  EXPECT_THAT(lines[0], StartsWith(" 2 +"));
  EXPECT_THAT(lines[0], EndsWith("***"));
  EXPECT_THAT(lines[15], StartsWith("-2 +***"));
  EXPECT_THAT(lines[8], StartsWith(" 0 +----"));  // the axis
  EXPECT_THAT(lines[4], StartsWith("   |......"));
  EXPECT_THAT(lines[16], StartsWith("   ++----"));
  EXPECT_THAT(lines[17], StartsWith("   -2  "));
  EXPECT_THAT(lines[17], HasSubstr("  0  "));
  EXPECT_THAT(lines[17], EndsWith("  2"));
}

TEST(Plot, DrawsBrailleInUtf8) {
  const auto lines = Lines(Line(), true);
  ASSERT_THAT(lines, SizeIs(18));
  EXPECT_THAT(lines[0], StartsWith(" 2 ┤"));
  EXPECT_THAT(lines[0], EndsWith("⠋"));
  EXPECT_THAT(lines[15], StartsWith("-2 ┤⣀"));
  EXPECT_THAT(lines[16], StartsWith("   └┴──"));
}

TEST(Plot, LeavesOutWhatIsNotFiniteAndCutsSteepSlopes) {
  Plot plot = Line();
  plot.solid[100] = std::numeric_limits<double>::quiet_NaN();
  plot.dotted[7] = std::numeric_limits<double>::infinity();
  plot.dotted[8] = 1e6;
  const auto lines = Lines(plot, false);
  EXPECT_THAT(lines[0], StartsWith(" 6 +"));  // as far above the line as it is high
  EXPECT_THAT(lines[15], StartsWith("-2 +"));
}

TEST(Plot, DrawsConstants) {
  const Plot plot{.low = 0, .high = 1, .solid = {3, 3}, .dotted = {3, 3}};
  EXPECT_THAT(Draw(plot, false), HasSubstr("*"));
  const double nan = std::nan("");
  const Plot nothing{.low = 0, .high = 1, .solid = {nan, nan}, .dotted = {nan, nan}};
  EXPECT_EQ(Draw(nothing, false).find('*'), std::string::npos);
}

}  // namespace
}  // namespace actsearch::cli
