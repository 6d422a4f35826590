#include "evaluators/datasets/glyphs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "evaluators/datasets/glyph_shapes.h"
#include "tests/unit/evaluators/datasets/subset_values.h"

namespace actsearch::datasets {
namespace {

constexpr GlyphOptions kSmall{.seed = 5, .pool = 640, .final = 160};

TEST(Glyphs, TheSeedDecidesEveryByte) {
  const auto one = MakeGlyphs(kSmall);
  const auto two = MakeGlyphs(kSmall);
  GlyphOptions other = kSmall;
  other.seed = 6;
  const auto three = MakeGlyphs(other);
  ASSERT_TRUE(one && two && three);
  EXPECT_EQ((*one)->Facts(), (*two)->Facts());
  EXPECT_EQ(ValuesOf(**one, Subset::kTrain).inputs, ValuesOf(**two, Subset::kTrain).inputs);
  EXPECT_NE((*one)->Facts().digest, (*three)->Facts().digest);
}

TEST(Glyphs, AnImageDoesNotDependOnHowManyThereAre) {
  const auto small = MakeGlyphs(kSmall);
  GlyphOptions more = kSmall;
  more.final = 320;
  const auto large = MakeGlyphs(more);
  ASSERT_TRUE(small && large);
  const SubsetValues few = ValuesOf(**small, Subset::kFinal),
                     many = ValuesOf(**large, Subset::kFinal);
  EXPECT_TRUE(std::equal(few.inputs.begin(), few.inputs.end(), many.inputs.begin()));
}

TEST(Glyphs, HasSixteenNamedClassesEquallyOften) {
  const auto data = MakeGlyphs(kSmall);
  ASSERT_TRUE(data);
  EXPECT_EQ((*data)->Facts().targets.classes, 16);
  std::set<std::string> names;
  for (const Glyph& glyph : Glyphs()) names.emplace(glyph.name);
  EXPECT_EQ(names.size(), 16U);
  std::map<std::int64_t, int> counts;
  for (const auto label : ValuesOf(**data, Subset::kFinal).labels) ++counts[label];
  EXPECT_EQ(counts.size(), 16U);
  for (const auto& [label, count] : counts) EXPECT_EQ(count, 10) << label;
}

TEST(Glyphs, StrokesStayNearTheirSquare) {
  for (const Glyph& glyph : Glyphs()) {
    EXPECT_FALSE(glyph.strokes.empty()) << glyph.name;
    for (const Stroke& s : glyph.strokes) {
      for (const float v : {s.x0, s.y0, s.x1, s.y1}) EXPECT_LE(std::abs(v), 1) << glyph.name;
    }
  }
}

double SquaredDistance(const SubsetValues& a, std::size_t i, const SubsetValues& b, std::size_t j) {
  const float* x = a.inputs.data() + i * a.size;
  const float* y = b.inputs.data() + j * b.size;
  double sum = 0;
  for (std::size_t k = 0; k < a.size; ++k) sum += (x[k] - y[k]) * (x[k] - y[k]);
  return sum;
}

std::int64_t NearestLabel(const SubsetValues& known, const SubsetValues& images, std::size_t i) {
  double best = SquaredDistance(known, 0, images, i);
  std::int64_t label = known.labels[0];
  for (std::size_t j = 1; j < known.Count(); ++j) {
    const double distance = SquaredDistance(known, j, images, i);
    if (distance < best) {
      best = distance;
      label = known.labels[j];
    }
  }
  return label;
}

// With a twelfth of the images the nearest neighbour is right far more often than chance
// (6 %), and wrong often enough that there is something to learn.
TEST(Glyphs, AreNeitherTrivialNorNoise) {
  const auto data = MakeGlyphs(kSmall);
  ASSERT_TRUE(data);
  const SubsetValues train = ValuesOf(**data, Subset::kTrain),
                     final = ValuesOf(**data, Subset::kFinal);
  int right = 0;
  for (std::size_t i = 0; i < final.Count(); ++i) {
    right += NearestLabel(train, final, i) == final.labels[i] ? 1 : 0;
  }
  EXPECT_GT(right, 0.4 * 160);
  EXPECT_LT(right, 0.95 * 160);
}

}  // namespace
}  // namespace actsearch::datasets
