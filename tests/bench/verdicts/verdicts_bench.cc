// How often a verdict says "better" of what is equal, and how many seeds it takes to see what is
// not: by the rule of reports (paired, crossed with units: plan::Compare) and by disjoint 95 %
// intervals over seeds.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "coordinator/plan/report.h"
#include "coordinator/plan/statistics.h"
#include "coordinator/plan/verdict.h"
#include "search_spaces/base/check.h"
#include "search_spaces/base/rng.h"
#include "tests/bench/verdicts/disguises.h"
#include "tests/bench/verdicts/trainings.h"

namespace actsearch::bench {
namespace {

using plan::Training;
using Trainings = std::vector<Training>;

constexpr int kTrainings = 96;
constexpr int kSeeds = 10;      // of a report, as finals.seeds
constexpr int kReports = 2000;
constexpr int kJobs = 60;
constexpr double kEffect = 0.02;  // nats
constexpr double kPower = 0.8;
constexpr int kTries = 400;     // reports behind a share
constexpr int kMostSeeds = 80;

struct Pair {
  Trainings a, b;
};

// Whether a report would call `a` better.
using Rule = std::function<bool(const Pair&)>;

bool ByReport(const Pair& pair) {
  const plan::Difference difference = plan::Compare(pair.a, pair.b);
  return difference.p < plan::kSignificance && difference.mean < 0;
}

plan::Estimate MeanOf(const Trainings& trainings) {
  std::vector<double> losses;
  for (const Training& training : trainings) losses.push_back(training.loss);
  return plan::EstimateMean(losses);
}

bool ByOverlap(const Pair& pair) { return MeanOf(pair.a).high < MeanOf(pair.b).low; }

// `count` different numbers below `size`, in random order.
std::vector<std::size_t> Draw(Rng& rng, std::size_t size, int count) {
  std::vector<std::size_t> numbers(size);
  for (std::size_t i = 0; i < size; ++i) numbers[i] = i;
  for (std::size_t i = 0; std::cmp_less(i, count); ++i) {
    std::swap(numbers[i], numbers[i + rng.Below(size - i)]);
  }
  numbers.resize(static_cast<std::size_t>(count));
  return numbers;
}

// Two functions whose names are exchanged at random within each seed: neither is better.
Pair Swapped(const Trainings& a, const Trainings& b, Rng& rng) {
  Pair pair;
  for (const std::size_t seed : Draw(rng, a.size(), kSeeds)) {
    const bool swaps = rng.Chance(0.5);
    pair.a.push_back(swaps ? b[seed] : a[seed]);
    pair.b.push_back(swaps ? a[seed] : b[seed]);
  }
  return pair;
}

// One function beside itself, on other seeds.
Pair Itself(const Trainings& a, Rng& rng) {
  Pair pair;
  for (const std::size_t seed : Draw(rng, a.size(), 2 * kSeeds)) {
    (std::cmp_less(pair.a.size(), kSeeds) ? pair.a : pair.b).push_back(a[seed]);
  }
  return pair;
}

int CountBetter(const Rule& rule, const std::function<Pair(Rng&)>& draw) {
  int better = 0;
  for (int report = 0; report < kReports; ++report) {
    Rng rng = Rng(1).Fork("report", static_cast<std::uint64_t>(report));
    better += rule(draw(rng));
  }
  return better;
}

// `a` moved so that over all seeds it is better than `b` by kEffect.
Trainings Moved(Trainings a, const Trainings& b) {
  double gap = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    gap += (a[i].loss - b[i].loss) / static_cast<double>(a.size());
  }
  for (Training& training : a) {
    training.loss -= gap + kEffect;
    for (float& loss : training.units) loss -= static_cast<float>(gap + kEffect);
  }
  return a;
}

// The least number of seeds whose reports see the effect with probability kPower.
int SeedsNeeded(const Rule& rule, const Trainings& a, const Trainings& b) {
  for (int seeds = 2; seeds <= kMostSeeds; ++seeds) {
    int seen = 0;
    for (int i = 0; i < kTries; ++i) {
      Rng rng = Rng(2).Fork("power", static_cast<std::uint64_t>(i));
      Pair pair;
      for (const std::size_t seed : Draw(rng, a.size(), seeds)) {
        pair.a.push_back(a[seed]);
        pair.b.push_back(b[seed]);
      }
      seen += rule(pair);
    }
    if (seen >= kPower * kTries) return seeds;
  }
  return kMostSeeds;
}

int Main(const std::string& folder) {
  const auto evaluator = evaluators::MakeEvaluator({});
  ACTSEARCH_CHECK(evaluator.has_value(), evaluator.error().message);
  std::map<std::string, Trainings> of;
  for (const auto& [name, function] :
       {std::pair("relu", "relu(x)"), {"gelu", "x * normal_cdf(x)"}, {"sin", "sin(x)"}}) {
    of[name] = TrainMany(**evaluator, MnistTrial(folder), function, kTrainings);
    const plan::Estimate mean = MeanOf(of[name]);
    std::printf("%s: final loss %.4f [%.4f, %.4f] over %d seeds\n", name, mean.mean, mean.low,
                mean.high, mean.seeds);
  }
  int worst = 0;
  for (const auto& [a, b] : {std::pair("gelu", "relu"), {"sin", "relu"}}) {
    const int swapped =
        CountBetter(ByReport, [&](Rng& rng) { return Swapped(of[a], of[b], rng); });
    std::printf("%s and %s, names exchanged at random: %d of %d better\n", a, b, swapped, kReports);
    worst = std::max(worst, swapped);
  }
  for (const auto& [name, trainings] : of) {
    const int itself = CountBetter(ByReport, [&](Rng& rng) { return Itself(trainings, rng); });
    std::printf("%s on other seeds: %d of %d better\n", name.c_str(), itself, kReports);
    worst = std::max(worst, itself);
  }
  double ratio = 0;
  for (const auto& [a, b] : {std::pair("sin", "relu"), {"gelu", "relu"}}) {
    const Trainings moved = Moved(of[a], of[b]);
    const int now = SeedsNeeded(ByReport, moved, of[b]);
    const int overlap = SeedsNeeded(ByOverlap, moved, of[b]);
    ratio = static_cast<double>(now) / overlap;
    std::printf("%s and %s, seeds that see %.2f nats in %.0f %% of reports: %d, by disjoint "
                "intervals %d\n",
                a, b, kEffect, 100 * kPower, now, overlap);
  }
  const int disguised = BetterDisguises(**evaluator, kJobs);
  std::printf("baselines in disguise: %d of %d jobs better\n", disguised, kJobs);
  std::printf("verdicts false_better=%d disguised_better=%d seeds_vs_overlap=%.2f\n", worst,
              disguised, ratio);
  return 0;
}

}  // namespace
}  // namespace actsearch::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: verdicts_bench MNIST_DIR\n");
    return 2;
  }
  return actsearch::bench::Main(argv[1]);
}
