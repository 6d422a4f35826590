#include <gtest/gtest.h>

#include "coordinator/strategies/strategy.h"
#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;  // its correction of n is n - 1

constexpr int kSize = 1000;

std::unique_ptr<Strategy> MakeEafo(const Space& space, Options options) {
  for (const auto& [name, value] : Options{{"first", 2}, {"seeds", 0}, {"fresh", 0}}) {
    options.try_emplace(name, value);
  }
  const StrategyRow& row = **Strategies().Find("eafo");
  return row.make(space, *CompleteOptions(row, options));
}

Candidate Propose(Strategy& strategy, std::uint64_t index) {
  Rng rng = Rng(7).Fork("propose", index);
  return strategy.Propose(index, rng).value();
}

Outcome Scored(double loss) { return {.status = Status::kScored, .losses = {loss}}; }

// Two first candidates with losses 0.5 and 0.6.
std::unique_ptr<Strategy> Started(const IntegerSpace& space, const Options& options) {
  auto strategy = MakeEafo(space, options);
  for (int i = 0; i < 2; ++i) Propose(*strategy, i);
  strategy->Observe(0, IntegerSpace::Of(100), Scored(0.6));
  strategy->Observe(1, IntegerSpace::Of(400), Scored(0.5));
  return strategy;
}

TEST(Eafo, CorrectsTheBestThatWasNotCorrectedYet) {
  const IntegerSpace space(kSize);
  const auto strategy = Started(space, {{"corrections", 1}});
  EXPECT_EQ(IntegerSpace::Value(Propose(*strategy, 2)), 399);
  EXPECT_EQ(IntegerSpace::Value(Propose(*strategy, 3)), 99);
}

TEST(Eafo, CorrectsAnImprovedChildAndDropsAnother) {
  const IntegerSpace space(kSize);
  const auto strategy = Started(space, {{"corrections", 1}});
  const Candidate better = Propose(*strategy, 2);  // 399
  const Candidate worse = Propose(*strategy, 3);   // 99
  strategy->Observe(2, better, Scored(0.4));
  strategy->Observe(3, worse, Scored(0.55));  // than most, but 100 has 0.6: improved
  EXPECT_EQ(IntegerSpace::Value(Propose(*strategy, 4)), 398);
  EXPECT_EQ(IntegerSpace::Value(Propose(*strategy, 5)), 98);

  const auto other = Started(space, {{"corrections", 1}});
  const Candidate first = Propose(*other, 2);
  other->Observe(2, first, Scored(0.5));  // no better than 400
  EXPECT_EQ(IntegerSpace::Value(Propose(*other, 3)), 99) << "398 would be the dropped child's";
}

TEST(Eafo, MutatesOtherwise) {
  const IntegerSpace space(kSize);
  const auto strategy = Started(space, {{"corrections", 0}, {"tournament", 100}});
  const int child = IntegerSpace::Value(Propose(*strategy, 2));
  EXPECT_EQ(std::abs(child - 400), 1);
}

TEST(Eafo, KeepsTheBestInItsPool) {
  const IntegerSpace space(kSize);
  const auto strategy = Started(space, {{"corrections", 1}, {"pool", 1}});
  EXPECT_EQ(IntegerSpace::Value(Propose(*strategy, 2)), 399);
  strategy->Observe(2, IntegerSpace::Of(399), {.status = Status::kRejected});
  // 400 is all there is, and its correction is known: it is mutated, and 100 forgotten.
  EXPECT_NE(IntegerSpace::Value(Propose(*strategy, 3)), 99);
}

}  // namespace
}  // namespace actsearch::strategies
