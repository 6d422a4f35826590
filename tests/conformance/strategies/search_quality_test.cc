// Does a strategy that learns find better functions than one that does not? On a
// cheap stand-in for training: the distance of a function to a target on a grid.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "coordinator/strategies/strategy.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::strategies {
namespace {

constexpr int kProposals = 1000;
constexpr std::uint64_t kWindow = 8;
constexpr int kSeeds = 5;

// None is a single core unit; some are zoo entries, so no strategy starts from the zoo here.
constexpr std::string_view kTargets[] = {
    "x * sigmoid(1.4 * x) + 0.3 * sin(x)",
    "0.5 * x * (1 + tanh(0.8 * (x + 0.04 * cube(x)))) - 0.1 * x",
    "softplus(x - 1) - 0.08 * x - 0.3",
    "x * erf(0.75 * softplus(0.85 * x))",
};

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
  outcome.loss = std::sqrt(sum / static_cast<double>(target.size()));
  if (!std::isfinite(outcome.loss)) outcome.status = Status::kRejected;
  return outcome;
}

double BestLoss(const StrategyRow& row, const Options& options, const Space& space,
                const std::vector<double>& target, std::uint64_t seed) {
  const auto strategy = row.make(space, *CompleteOptions(row, options));
  std::vector<Candidate> proposals;
  std::vector<Outcome> outcomes;
  double best = std::numeric_limits<double>::infinity();
  for (std::uint64_t i = 0; i < kProposals; ++i) {
    if (i > kWindow) {
      const std::uint64_t due = i - kWindow - 1;
      strategy->Observe(due, proposals[due], outcomes[due]);
    }
    Rng rng = Rng(seed).Fork("propose", i);
    proposals.push_back(strategy->Propose(i, rng).value());
    outcomes.push_back(Judge(proposals.back(), target));
    if (outcomes.back().status == Status::kScored) best = std::min(best, outcomes.back().loss);
  }
  return best;
}

double MedianBest(std::string_view name, const Options& options, const Space& space,
                  std::string_view target) {
  const std::vector<double> values = ValuesOf(target);
  std::vector<double> best;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    best.push_back(BestLoss(**Strategies().Find(name), options, space, values, seed));
  }
  std::ranges::nth_element(best, best.begin() + kSeeds / 2);
  return best[kSeeds / 2];
}

TEST(SearchQuality, EafoBeatsRandomClearly) {
  const auto space = std::move(*MakeSpace({}));
  double log_ratio = 0;
  for (const std::string_view target : kTargets) {
    const double random = MedianBest("random", {}, *space, target);
    const double eafo = MedianBest("eafo", {{"seeds", 0}}, *space, target);
    EXPECT_LT(eafo, random) << target;
    log_ratio += std::log(eafo / random);
  }
  const double ratio = std::exp(log_ratio / std::size(kTargets));
  RecordProperty("loss_ratio", std::to_string(ratio));
  EXPECT_LT(ratio, 0.75) << "geometric mean of eafo's loss over random's";
}

TEST(SearchQuality, EvolutionBeatsRandomClearly) {
  const auto space = std::move(*MakeSpace({}));
  double log_ratio = 0;
  for (const std::string_view target : kTargets) {
    const double random = MedianBest("random", {}, *space, target);
    const double evolution = MedianBest("evolution", {{"seeds", 0}}, *space, target);
    EXPECT_LT(evolution, random) << target;
    log_ratio += std::log(evolution / random);
  }
  const double ratio = std::exp(log_ratio / std::size(kTargets));
  RecordProperty("loss_ratio", std::to_string(ratio));
  EXPECT_LT(ratio, 0.75) << "geometric mean of evolution's loss over random's";
}

}  // namespace
}  // namespace actsearch::strategies
