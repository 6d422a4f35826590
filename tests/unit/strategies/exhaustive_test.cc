#include <gtest/gtest.h>

#include <set>

#include "coordinator/strategies/strategy.h"
#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;

std::vector<Candidate> All(const Space& space) {
  const StrategyRow& row = **Strategies().Find("exhaustive");
  const auto strategy = row.make(space, *CompleteOptions(row, {}));
  std::vector<Candidate> all;
  Rng rng(1);
  while (auto candidate = strategy->Propose(all.size(), rng)) all.push_back(*std::move(candidate));
  EXPECT_FALSE(strategy->Propose(all.size(), rng)) << "stays at the end";
  return all;
}

TEST(Exhaustive, FollowsTheOrderOfTheSpace) {
  const std::vector<Candidate> all = All(IntegerSpace(20));
  ASSERT_EQ(all.size(), 20u);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)], IntegerSpace::Of(i));
}

TEST(Exhaustive, ProposesEveryFunctionOnce) {
  const auto space = std::move(*MakeSpace({.unary = {"identity", "neg", "relu", "tanh", "square"},
                                           .binary = {"add", "mul", "max"},
                                           .shape = "binary(unary(x), unary(x))"}));
  std::set<std::uint64_t> functions;
  for (std::uint64_t i = 0; i < *space->Size(); ++i) {
    if (const auto candidate = space->At(i)) {
      functions.insert(space->FingerprintOf(*candidate).exact);
    }
  }
  std::set<std::uint64_t> proposed;
  for (const Candidate& candidate : All(*space)) {
    EXPECT_TRUE(proposed.insert(space->FingerprintOf(candidate).exact).second) << candidate.text;
  }
  EXPECT_EQ(proposed, functions);
}

}  // namespace
}  // namespace actsearch::strategies
