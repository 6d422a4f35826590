// Does a strategy that learns find better functions than one that does not? On a
// cheap stand-in for training: the distance of a function to a target on a grid.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "coordinator/strategies/strategy.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::strategies {
namespace {

constexpr int kProposals = 1000;
constexpr int kWindow = 8;

// No zoo entry and no single core unit equals it.
constexpr std::string_view kTarget = "x * sigmoid(1.4 * x) + 0.3 * sin(x)";

std::vector<double> Grid() {
  std::vector<double> grid;
  for (double x = -4; x <= 4; x += 0.125) grid.push_back(x);
  return grid;
}

std::vector<double> ValuesOf(std::string_view text) {
  const expr::Expr e = expr::Parse(text).value();
  return expr::EvaluateMany(e, Grid(), expr::InitialParameters(e));
}

Outcome Judge(const Candidate& candidate, const std::vector<double>& target) {
  const std::vector<double> values = ValuesOf(candidate.text);
  double sum = 0;
  for (std::size_t i = 0; i < target.size(); ++i) sum += std::pow(values[i] - target[i], 2);
  Outcome outcome;
  outcome.loss = std::sqrt(sum / static_cast<double>(target.size()));
  if (!std::isfinite(outcome.loss)) outcome.status = Status::kRejected;
  return outcome;
}

double BestLoss(const StrategyRow& row, const Space& space, std::uint64_t seed) {
  const auto strategy = row.make(
      space, *CompleteOptions(row, row.options.empty() ? Options{} : Options{{"seeds", 0}}));
  const std::vector<double> target = ValuesOf(kTarget);
  std::vector<Candidate> proposals;
  double best = INFINITY;
  for (int i = 0; i < kProposals; ++i) {
    if (i > kWindow) {
      const int due = i - kWindow - 1;
      strategy->Observe(due, proposals[due], Judge(proposals[due], target));
    }
    Rng rng = Rng(seed).Fork("propose", i);
    proposals.push_back(strategy->Propose(i, rng).value());
    const Outcome outcome = Judge(proposals.back(), target);
    if (outcome.status == Status::kScored) best = std::min(best, outcome.loss);
  }
  return best;
}

double MedianBest(std::string_view name, const Space& space) {
  std::vector<double> best;
  for (std::uint64_t seed = 1; seed <= 9; ++seed) {
    best.push_back(BestLoss(**Strategies().Find(name), space, seed));
  }
  std::ranges::nth_element(best, best.begin() + 4);
  return best[4];
}

TEST(SearchQuality, EvolutionBeatsRandomClearly) {
  const auto space = std::move(*MakeSpace({}));
  const double random = MedianBest("random", *space);
  const double evolution = MedianBest("evolution", *space);
  std::printf("median best of 9 seeds: random %.4f, evolution %.4f\n", random, evolution);
  EXPECT_LT(evolution, 0.6 * random);
}

}  // namespace
}  // namespace actsearch::strategies
