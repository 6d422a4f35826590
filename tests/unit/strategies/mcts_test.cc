#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "coordinator/strategies/strategy.h"
#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;

constexpr int kSize = 1024;
constexpr std::uint64_t kProposals = 200;
constexpr std::uint64_t kWindow = 8;

// The second half of the proposals, when the first half has taught the tree.
std::vector<int> Late(const Options& options, const std::function<Outcome(int)>& judge) {
  const IntegerSpace space(kSize);
  const StrategyRow& row = **Strategies().Find("mcts");
  const auto strategy = row.make(space, *CompleteOptions(row, options));
  std::vector<int> values;
  for (std::uint64_t i = 0; i < kProposals; ++i) {
    if (i > kWindow) {
      const int due = values[i - kWindow - 1];
      strategy->Observe(i - kWindow - 1, IntegerSpace::Of(due), judge(due));
    }
    Rng rng = Rng(7).Fork("propose", i);
    values.push_back(IntegerSpace::Value(strategy->Propose(i, rng).value()));
  }
  return {values.begin() + kProposals / 2, values.end()};
}

TEST(Mcts, GoesWhereLossesAreLow) {
  // On a scale and with an offset that no reward may depend on.
  const auto late = Late({}, [](int value) {
    return Outcome{.status = Status::kScored, .losses = {1e6 + 1e-3 * std::abs(value - 700)}};
  });
  int near = 0;  // a quarter of the space
  for (const int value : late) near += std::abs(value - 700) <= kSize / 8;
  EXPECT_GT(near, 50);
}

TEST(Mcts, RejectedCountsAsTheWorst) {
  const auto late = Late({}, [](int value) {
    return value < kSize / 2 ? Outcome{.status = Status::kRejected}
                             : Outcome{.status = Status::kScored, .losses = {1.0 + value % 7}};
  });
  int rejected = 0;
  for (const int value : late) rejected += value < kSize / 2;
  EXPECT_LT(rejected, 35);  // of 100, half by chance
}

}  // namespace
}  // namespace actsearch::strategies
