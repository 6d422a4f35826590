#include "coordinator/strategies/population.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "coordinator/strategies/hall_of_fame.h"

namespace actsearch::strategies {
namespace {

constexpr std::size_t kMany = 200;  // draws that leave out no member

Member Of(const std::string& text, double loss, int size) { return {{text}, loss, size}; }

std::string WinnerOf(Population& population, double parsimony) {
  Rng rng(3);
  return population.Tournament(kMany, parsimony, rng).candidate.text;
}

TEST(Population, TheLowestLossWins) {
  Population population(3);
  population.Add(Of("a", -1, 1));
  population.Add(Of("b", -3, 1));
  population.Add(Of("c", 1e6, 1));
  EXPECT_EQ(WinnerOf(population, 0), "b");
}

TEST(Population, ForgetsTheOldest) {
  Population population(2);
  population.Add(Of("a", 1, 1));
  population.Add(Of("b", 2, 1));
  population.Add(Of("c", 3, 1));
  EXPECT_EQ(WinnerOf(population, 0), "b");
}

TEST(Population, FrequentSizesStandBack) {
  Population population(10);
  for (int i = 0; i < 9; ++i) population.Add(Of("common", 1 + 0.01 * i, 5));
  population.Add(Of("rare", 1.005, 7));
  EXPECT_EQ(WinnerOf(population, 0), "common");
  EXPECT_EQ(WinnerOf(population, 0.5), "rare");
}

TEST(Population, SharesOfSizesFollowTheMembers) {
  Population population(2);
  population.Add(Of("a", 1, 5));
  population.Add(Of("b", 2, 5));
  population.Add(Of("c", 3, 7));  // one of each size is left
  EXPECT_EQ(WinnerOf(population, 100), "b");
}

TEST(Population, WornOutMembersLoseToAnyOther) {
  Population population(2);
  population.Add(Of("best", 1, 1));
  population.Add(Of("other", 2, 1));
  Rng rng(3);
  for (int i = 0; i < kWornOut; ++i) ++population.Tournament(kMany, 0, rng).stale;
  EXPECT_EQ(WinnerOf(population, 0), "other");
  for (int i = 0; i < kWornOut; ++i) ++population.Tournament(kMany, 0, rng).stale;
  EXPECT_EQ(WinnerOf(population, 0), "best") << "when all are worn out";
}

TEST(HallOfFame, HoldsTheFrontOfLossAndSize) {
  HallOfFame hall;
  hall.Add(Of("small", 0.5, 2));
  hall.Add(Of("worse", 0.9, 2));
  hall.Add(Of("larger and no better", 0.5, 4));
  hall.Add(Of("large", 0.3, 6));
  std::map<std::string, int> picked;
  Rng rng(1);
  for (int i = 0; i < 100; ++i) ++picked[hall.Pick(rng).candidate.text];
  EXPECT_EQ(picked.size(), 2u);
  EXPECT_GT(picked["small"], 20);
  EXPECT_GT(picked["large"], 20);
}

// Further trainings showed that the first was lucky.
TEST(Population, GoesByRevisedLosses) {
  Population population(3);
  population.Add(Of("lucky", 0.1, 1));
  population.Add(Of("good", 0.2, 1));
  population.Add(Of("lucky", 0.1, 1));
  population.Revise({"lucky"}, 0.5);
  EXPECT_EQ(WinnerOf(population, 0), "good");
}

TEST(HallOfFame, ARevisedMemberMakesWay) {
  HallOfFame hall;
  hall.Add(Of("lucky", 0.1, 2));
  hall.Add(Of("good", 0.2, 2));
  hall.Revise({"lucky"}, 0.5);
  hall.Add(Of("next", 0.3, 2));
  Rng rng(1);
  EXPECT_EQ(hall.Pick(rng).candidate.text, "next");
}

}  // namespace
}  // namespace actsearch::strategies
