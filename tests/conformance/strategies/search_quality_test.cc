// Does a strategy that learns find better functions than one that does not? On a
// cheap stand-in for training: the distance of a function to a target on a grid.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "coordinator/strategies/strategy.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::strategies {
namespace {

constexpr std::uint64_t kWindow = 8;
constexpr int kSeeds = 5;

// None is a single core unit. The last two are zoo entries or close to one: they are for
// strategies that do not start from the zoo.
constexpr std::string_view kTargets[] = {
    "x * sigmoid(1.4 * x) + 0.3 * sin(x)",
    "atan(x) * tanh(0.6 * x) + 0.25 * x",
    "relu(x) - 0.4 * x * exp(-0.5 * square(x))",
    "softplus(x - 1) - 0.08 * x - 0.3",
    "0.5 * x * (1 + tanh(0.8 * (x + 0.04 * cube(x)))) - 0.1 * x",
    "x * erf(0.75 * softplus(0.85 * x))",
};
constexpr std::size_t kOutsideTheZoo = 4;

std::vector<double> Grid() {
  std::vector<double> grid;
  for (double x = -4; x <= 4; x += 0.125) grid.push_back(x);
  return grid;
}

std::vector<double> ValuesOf(std::string_view text) {
  const expr::Expr e = expr::Parse(text).value();
  return expr::EvaluateMany(e, Grid(), expr::InitialParameters(e));
}

// The root mean square difference as loss.
Outcome Judge(const Candidate& candidate, const std::vector<double>& target) {
  const std::vector<double> values = ValuesOf(candidate.text);
  double sum = 0;
  for (std::size_t i = 0; i < target.size(); ++i) sum += std::pow(values[i] - target[i], 2);
  Outcome outcome;
  outcome.losses = {std::sqrt(sum / static_cast<double>(target.size()))};
  if (!std::isfinite(outcome.Loss())) outcome = {.status = Status::kRejected};
  return outcome;
}

struct Contestant {
  std::string_view name;
  Options options;
};

double BestLoss(const Contestant& contestant, const Space& space,
                const std::vector<double>& target, std::uint64_t count, std::uint64_t seed) {
  const StrategyRow& row = **Strategies().Find(contestant.name);
  const auto strategy = row.make(space, *CompleteOptions(row, contestant.options));
  std::vector<Candidate> proposals;
  std::vector<Outcome> outcomes;
  double best = std::numeric_limits<double>::infinity();
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > kWindow) {
      const std::uint64_t due = i - kWindow - 1;
      strategy->Observe(due, proposals[due], outcomes[due]);
    }
    Rng rng = Rng(seed).Fork("propose", i);
    proposals.push_back(strategy->Propose(i, rng).value());
    outcomes.push_back(Judge(proposals.back(), target));
    if (outcomes.back().status == Status::kScored) best = std::min(best, outcomes.back().Loss());
  }
  return best;
}

double MedianBest(const Contestant& contestant, const Space& space, std::string_view target,
                  std::uint64_t count) {
  const std::vector<double> values = ValuesOf(target);
  std::vector<double> best;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    best.push_back(BestLoss(contestant, space, values, count, seed));
  }
  std::ranges::nth_element(best, best.begin() + kSeeds / 2);
  return best[kSeeds / 2];
}

// The geometric mean over targets of the loss over random's, after `count` proposals each.
double LossRatio(const Contestant& contestant, std::span<const std::string_view> targets,
                 std::uint64_t count) {
  const auto space = std::move(*MakeSpace({}));
  double log_ratio = 0;
  for (const std::string_view target : targets) {
    const double random = MedianBest({"random", {}}, *space, target, count);
    log_ratio += std::log(MedianBest(contestant, *space, target, count) / random);
  }
  const double ratio = std::exp(log_ratio / static_cast<double>(targets.size()));
  ::testing::Test::RecordProperty("loss_ratio", std::to_string(ratio));
  return ratio;
}

TEST(SearchQuality, EvolutionBeatsRandomClearly) {
  EXPECT_LT(LossRatio({"evolution", {{"seeds", 0}}}, kTargets, 1000), 0.65);
}

TEST(SearchQuality, EvolutionBeatsRandomInShortSearches) {
  EXPECT_LT(LossRatio({"evolution", {{"seeds", 0}}}, kTargets, 300), 0.85);
}

TEST(SearchQuality, EafoBeatsRandomClearly) {
  EXPECT_LT(LossRatio({"eafo", {{"seeds", 0}}}, kTargets, 1000), 0.75);
}

TEST(SearchQuality, LahcBeatsRandomClearly) {
  EXPECT_LT(LossRatio({"lahc", {{"seeds", 0}}}, kTargets, 1000), 0.85);
}

TEST(SearchQuality, RlBeatsRandomInShortSearches) {
  EXPECT_LT(LossRatio({"rl", {}}, kTargets, 300), 0.9);
}

// Its strength is the beginning; it costs more for each proposal than the others.
TEST(SearchQuality, SurrogateBeatsRandomInVeryShortSearches) {
  EXPECT_LT(LossRatio({"surrogate", {{"seeds", 0}}}, kTargets, 100), 0.75);
}

TEST(SearchQuality, PortfolioBeatsRandomInShortSearches) {
  const auto targets = std::span(kTargets).first(kOutsideTheZoo);
  EXPECT_LT(LossRatio({"portfolio", {}}, targets, 200), 0.85);
}

}  // namespace
}  // namespace actsearch::strategies
