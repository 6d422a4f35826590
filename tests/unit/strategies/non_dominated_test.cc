#include "coordinator/strategies/non_dominated.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "search_spaces/base/rng.h"

namespace actsearch::strategies {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<Objectives> RandomPoints(std::size_t count, std::size_t size, std::size_t values,
                                     Rng& rng) {
  std::vector<Objectives> points(count, Objectives(size));
  for (Objectives& point : points) {
    for (double& value : point) value = static_cast<double>(rng.Below(values));
  }
  return points;
}

// By the definition: whom none of the rest dominates leaves, again and again.
std::vector<int> PeeledFronts(const std::vector<Objectives>& points) {
  std::vector<int> front(points.size(), -1);
  std::size_t placed = 0;
  for (int depth = 0; placed < points.size(); ++depth) {
    std::vector<std::size_t> leaving;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (front[i] >= 0) continue;
      bool dominated = false;
      for (std::size_t k = 0; k < points.size(); ++k) {
        dominated |= front[k] < 0 && Dominates(points[k], points[i]);
      }
      if (!dominated) leaving.push_back(i);
    }
    for (const std::size_t i : leaving) front[i] = depth;
    placed += leaving.size();
  }
  return front;
}

// By the definition, where no two points share a value: from the next below to the next above.
double CrowdingByDefinition(const std::vector<Objectives>& points, std::size_t of) {
  double sum = 0;
  for (std::size_t k = 0; k < points[of].size(); ++k) {
    double below = -kInfinity;
    double above = kInfinity;
    double low = kInfinity;
    double high = -kInfinity;
    for (const Objectives& point : points) {
      if (point[k] < points[of][k]) below = std::max(below, point[k]);
      if (point[k] > points[of][k]) above = std::min(above, point[k]);
      low = std::min(low, point[k]);
      high = std::max(high, point[k]);
    }
    sum += (above - below) / (high - low);
  }
  return sum;
}

TEST(Dominates, NowhereWorseAndSomewhereBetter) {
  EXPECT_TRUE(Dominates({1, 2}, {1, 3}));
  EXPECT_TRUE(Dominates({0, 2}, {1, 3}));
  EXPECT_FALSE(Dominates({1, 3}, {1, 2}));
  EXPECT_FALSE(Dominates({1, 2}, {1, 2})) << "equal";
  EXPECT_FALSE(Dominates({0, 3}, {1, 2})) << "each better in one";
}

TEST(Fronts, OfAnExampleByHand) {
  const std::vector<Objectives> points = {{5, 5}, {1, 5}, {3, 4}, {2, 3}, {4, 1}};
  EXPECT_EQ(FrontsOf(points), (std::vector<int>{2, 0, 1, 0, 0}));
}

TEST(Fronts, EqualPointsShareOne) {
  const std::vector<Objectives> points = {{1, 1}, {2, 2}, {1, 1}, {2, 2}};
  EXPECT_EQ(FrontsOf(points), (std::vector<int>{0, 1, 0, 1}));
}

TEST(Fronts, OfNoPoints) { EXPECT_TRUE(FrontsOf({}).empty()); }

TEST(Fronts, AreThoseOfTheDefinition) {
  Rng rng(1);
  for (int round = 0; round < 200; ++round) {
    // Few values: many ties and many fronts.
    const auto points = RandomPoints(1 + rng.Below(40), 1 + rng.Below(4), 2 + rng.Below(8), rng);
    ASSERT_EQ(FrontsOf(points), PeeledFronts(points)) << "round " << round;
  }
}

TEST(Crowding, OfAnExampleByHand) {
  const std::vector<Objectives> points = {{9, 9}, {1, 5}, {4, 1}, {2, 3}};
  const std::vector<std::size_t> front = {1, 2, 3};  // not the first point
  // (4 - 1) / 3 + (5 - 1) / 4
  EXPECT_EQ(CrowdingOf(points, front), (std::vector<double>{kInfinity, kInfinity, 2}));
}

TEST(Crowding, AnObjectiveAllShareSaysNothing) {
  const std::vector<Objectives> points = {{1, 7}, {2, 7}, {5, 7}};
  const std::vector<std::size_t> front = {1, 0, 2};
  EXPECT_EQ(CrowdingOf(points, front)[2], kInfinity);
  for (const double crowding : CrowdingOf(points, front)) EXPECT_FALSE(std::isnan(crowding));
}

TEST(Crowding, IsThatOfTheDefinition) {
  Rng rng(2);
  for (int round = 0; round < 100; ++round) {
    const std::size_t count = 2 + rng.Below(30);
    std::vector<Objectives> points(count, Objectives(1 + rng.Below(4)));
    for (std::size_t k = 0; k < points[0].size(); ++k) {
      std::vector<double> values(count);
      std::iota(values.begin(), values.end(), 1);
      rng.Shuffle(values);
      for (std::size_t i = 0; i < count; ++i) points[i][k] = values[i] * values[i];
    }
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), 0);
    rng.Shuffle(all);
    const std::vector<double> crowding = CrowdingOf(points, all);
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_DOUBLE_EQ(crowding[i], CrowdingByDefinition(points, all[i])) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace actsearch::strategies
