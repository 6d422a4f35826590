#include "evaluators/datasets/glyphs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "evaluators/datasets/glyph_shapes.h"

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
  EXPECT_EQ(one->digest, two->digest);
  EXPECT_EQ(one->train.pixels, two->train.pixels);
  EXPECT_NE(one->digest, three->digest);
}

TEST(Glyphs, AnImageDoesNotDependOnHowManyThereAre) {
  const auto small = MakeGlyphs(kSmall);
  GlyphOptions more = kSmall;
  more.final = 320;
  const auto large = MakeGlyphs(more);
  ASSERT_TRUE(small && large);
  EXPECT_TRUE(std::equal(small->final.pixels.begin(), small->final.pixels.end(),
                         large->final.pixels.begin()));
}

TEST(Glyphs, HasSixteenNamedClassesEquallyOften) {
  const auto data = MakeGlyphs(kSmall);
  ASSERT_TRUE(data);
  EXPECT_EQ(data->train.classes, 16);
  EXPECT_EQ(std::set(data->class_names.begin(), data->class_names.end()).size(), 16U);
  std::map<int, int> counts;
  for (const auto label : data->final.labels) ++counts[label];
  EXPECT_EQ(counts.size(), 16U);
  for (const auto& [label, count] : counts) EXPECT_EQ(count, 10) << data->class_names[label];
}

TEST(Glyphs, StrokesStayNearTheirSquare) {
  for (const Glyph& glyph : Glyphs()) {
    EXPECT_FALSE(glyph.strokes.empty()) << glyph.name;
    for (const Stroke& s : glyph.strokes) {
      for (const float v : {s.x0, s.y0, s.x1, s.y1}) EXPECT_LE(std::abs(v), 1) << glyph.name;
    }
  }
}

double SquaredDistance(const Images& a, std::size_t i, const Images& b, std::size_t j) {
  const float* x = a.pixels.data() + i * a.ImageSize();
  const float* y = b.pixels.data() + j * b.ImageSize();
  double sum = 0;
  for (std::size_t k = 0; k < a.ImageSize(); ++k) sum += (x[k] - y[k]) * (x[k] - y[k]);
  return sum;
}

int NearestLabel(const Images& known, const Images& images, std::size_t i) {
  double best = SquaredDistance(known, 0, images, i);
  int label = known.labels[0];
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
  int right = 0;
  for (std::size_t i = 0; i < data->final.Count(); ++i) {
    right += NearestLabel(data->train, data->final, i) == data->final.labels[i] ? 1 : 0;
  }
  EXPECT_GT(right, 0.4 * 160);
  EXPECT_LT(right, 0.95 * 160);
}

}  // namespace
}  // namespace actsearch::datasets
