#include "coordinator/strategies/choice_tree.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;

constexpr double kExploration = 0.5;

int ValueOf(const ChoiceTree::Descent& walk) { return IntegerSpace::Value(*walk.candidate); }

// Walks until one leads to `value`; walks alone leave no trace.
ChoiceTree::Descent WalkTo(const ChoiceTree& tree, int value, Rng& rng) {
  ChoiceTree::Descent walk = tree.Walk(rng);
  for (int i = 0; i < 10000 && ValueOf(walk) != value; ++i) walk = tree.Walk(rng);
  EXPECT_EQ(ValueOf(walk), value);
  return walk;
}

// Proposes and rewards as one worker would; how often each option was reached.
std::map<int, int> Learn(ChoiceTree& tree, int count, double (*reward)(int), Rng& rng) {
  std::map<int, int> visits;
  for (int i = 0; i < count; ++i) {
    ChoiceTree::Descent walk = tree.Walk(rng);
    tree.Visit(walk);
    tree.Reward(walk.path, reward(ValueOf(walk)));
    ++visits[ValueOf(walk)];
  }
  return visits;
}

TEST(ChoiceTree, ReachesEveryOptionOnceWhenAllAreClosed) {
  for (const bool bisects : {false, true}) {
    for (const int options : {1, 2, 3, 7, 16}) {
      const IntegerSpace space(options);
      ChoiceTree tree(space, kExploration, bisects);
      Rng rng(1);
      std::set<int> reached;
      for (int i = 0; i < options; ++i) {
        ASSERT_FALSE(tree.IsClosed());
        ChoiceTree::Descent walk = tree.Walk(rng);
        reached.insert(ValueOf(walk));
        tree.Close(walk);
      }
      EXPECT_EQ(reached.size(), static_cast<std::size_t>(options)) << "bisects " << bisects;
      EXPECT_TRUE(tree.IsClosed()) << options << " options, bisects " << bisects;
    }
  }
}

TEST(ChoiceTree, BisectionAsksInHalves) {
  const IntegerSpace space(16);
  Rng rng(1);
  EXPECT_EQ(ChoiceTree(space, kExploration, true).Walk(rng).steps.size(), 4u);
  const auto steps = ChoiceTree(space, kExploration, false).Walk(rng).steps;
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].width, 16u);
}

TEST(ChoiceTree, TriesEveryBranchBeforeOneTwice) {
  const IntegerSpace space(16);
  ChoiceTree tree(space, kExploration, false);
  Rng rng(1);
  const auto visits = Learn(tree, 16, [](int value) { return value == 3 ? 1.0 : 0.0; }, rng);
  EXPECT_EQ(visits.size(), 16u);
}

TEST(ChoiceTree, ThePlantedBestIsVisitedMost) {
  for (const bool bisects : {false, true}) {
    const IntegerSpace space(16);
    ChoiceTree tree(space, kExploration, bisects);
    Rng rng(1);
    const auto visits =
        Learn(tree, 400, [](int value) { return value == 11 ? 1.0 : 0.2; }, rng);
    for (const auto& [value, count] : visits) {
      if (value == 11) continue;
      EXPECT_LT(3 * count, visits.at(11)) << value << ", bisects " << bisects;
    }
  }
}

// The reward of one option speaks for its neighbours on the line.
TEST(ChoiceTree, BisectionSharesAmongNeighbours) {
  const IntegerSpace space(64);
  ChoiceTree tree(space, kExploration, true);
  Rng rng(1);
  const auto visits = Learn(tree, 60, [](int value) { return value >= 48 ? 1.0 : 0.0; }, rng);
  int in_quarter = 0;
  for (const auto& [value, count] : visits) in_quarter += value >= 48 ? count : 0;
  EXPECT_GT(in_quarter, 30);
}

TEST(ChoiceTree, PendingVisitsSpread) {
  const IntegerSpace space(8);
  ChoiceTree tree(space, kExploration, true);
  Rng rng(1);
  Learn(tree, 200, [](int value) { return value == 3 ? 1.0 : 0.3; }, rng);
  std::set<int> alone;
  for (int i = 0; i < 64; ++i) alone.insert(ValueOf(tree.Walk(rng)));
  EXPECT_EQ(alone, std::set<int>{3});
  std::set<int> pending;
  for (int i = 0; i < 64; ++i) {
    ChoiceTree::Descent walk = tree.Walk(rng);
    tree.Visit(walk);
    pending.insert(ValueOf(walk));
  }
  EXPECT_GE(pending.size(), 3u);
}

TEST(ChoiceTree, AWalkThatLedNowhereCountsAgainstItsBranch) {
  const IntegerSpace space(4);
  ChoiceTree tree(space, kExploration, true);
  Rng rng(1);
  ChoiceTree::Descent closed = WalkTo(tree, 0, rng);
  ChoiceTree::Descent good = WalkTo(tree, 3, rng);
  tree.Close(closed);
  tree.Visit(good);
  tree.Reward(good.path, 1);
  EXPECT_EQ(ValueOf(tree.Walk(rng)), 2) << "the left half has a visit and no reward, and 3 all";
}

}  // namespace
}  // namespace actsearch::strategies
