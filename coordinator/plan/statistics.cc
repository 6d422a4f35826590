#include "coordinator/plan/statistics.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "search_spaces/base/check.h"

namespace actsearch::plan {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLevel = 0.05;  // 1 - confidence of the intervals

double Square(double x) { return x * x; }

double TwoSidedP(double t, double freedom) {
  return 2 * cdf(complement(boost::math::students_t(freedom), std::abs(t)));
}

bool Repeats(const Training& training, const Training& earlier) {
  return !training.failed && !earlier.failed && training.loss == earlier.loss &&
         training.units == earlier.units;
}

struct Moments {
  double mean = 0;
  double variance = 0;  // 0 below two values
};

Moments MomentsOf(std::span<const double> values) {
  if (values.empty()) return {};
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += Square(value - mean);
  return {mean, n > 1 ? squares / (n - 1) : 0};
}

// Whether a standard deviation of differences is no more than rounding of the losses.
bool IsRounding(double variance, std::span<const Training> a, std::span<const Training> b) {
  double largest = 0;
  for (std::size_t s = 0; s < a.size(); ++s) {
    largest = std::max({largest, std::abs(a[s].loss), std::abs(b[s].loss)});
  }
  return std::sqrt(variance) <= 4 * std::numeric_limits<double>::epsilon() * largest;
}

// A table of differences: its size and the mean squares of its two-way analysis of variance.
struct Table {
  double seeds = 0;
  double units = 0;
  double of_seeds = 0;
  double of_units = 0;
  double of_rest = 0;
};

double UnitDifference(const Training& a, const Training& b, std::size_t unit) {
  return static_cast<double>(a.units[unit]) - static_cast<double>(b.units[unit]);
}

// Nothing where the units are none, or one, or not those of a table of finite numbers.
// `seed_variance`: of the loss differences of at least two seeds.
std::optional<Table> Analyse(std::span<const Training> a, std::span<const Training> b,
                             double seed_variance) {
  const std::size_t units = a.front().units.size();
  const auto has_all = [&](const Training& training) { return training.units.size() == units; };
  if (units < 2 || !std::ranges::all_of(a, has_all) || !std::ranges::all_of(b, has_all)) return {};
  Table table{.seeds = static_cast<double>(a.size()), .units = static_cast<double>(units)};
  std::vector<double> unit_means(units);
  for (std::size_t s = 0; s < a.size(); ++s) {
    for (std::size_t u = 0; u < units; ++u) {
      unit_means[u] += UnitDifference(a[s], b[s], u) / table.seeds;
    }
  }
  table.of_seeds = table.units * seed_variance;
  table.of_units = table.seeds * MomentsOf(unit_means).variance;
  std::vector<double> centred(units);  // one seed's differences; their mean is the seed's effect
  for (std::size_t s = 0; s < a.size(); ++s) {
    for (std::size_t u = 0; u < units; ++u) {
      centred[u] = UnitDifference(a[s], b[s], u) - unit_means[u];
    }
    table.of_rest += MomentsOf(centred).variance / (table.seeds - 1);
  }
  if (!std::isfinite(table.of_seeds + table.of_units + table.of_rest)) return {};
  return table;
}

// Of of_seeds + of_units - of_rest, whose value is `sum`.
double SatterthwaiteFreedom(const Table& table, double sum) {
  const double seeds = table.seeds - 1;
  const double units = table.units - 1;
  return 1 / (Square(table.of_seeds / sum) / seeds + Square(table.of_units / sum) / units +
              Square(table.of_rest / sum) / (seeds * units));
}

// Variance of an estimate and its degrees of freedom.
struct Precision {
  double variance = 0;
  double freedom = 0;
};

Precision PrecisionOf(const Table& table) {
  const double sum = table.of_seeds + table.of_units - table.of_rest;
  const double least = std::max(table.of_seeds, table.of_units);
  const double variance = std::max(sum, least);
  if (variance <= 0) return {0, std::min(table.seeds, table.units) - 1};
  return {variance / (table.seeds * table.units), SatterthwaiteFreedom(table, variance)};
}

void AddUnits(Difference& difference, const Table& table) {
  difference.units = static_cast<int>(table.units);
  difference.seed_variance = std::max(0.0, (table.of_seeds - table.of_rest) / table.units);
  difference.unit_variance = std::max(0.0, (table.of_units - table.of_rest) / table.seeds);
  difference.rest_variance = table.of_rest;
  difference.least =
      StudentQuantile(table.units - 1) * std::sqrt(difference.unit_variance / table.units);
}

void AddInterval(Difference& difference, const Precision& precision) {
  difference.freedom = precision.freedom;
  const double error = std::sqrt(precision.variance);
  const double half = StudentQuantile(precision.freedom) * error;
  difference.low = difference.mean - half;
  difference.high = difference.mean + half;
  if (difference.mean == 0) return;
  difference.p = error > 0 ? TwoSidedP(difference.mean / error, precision.freedom) : 0;
}

// For seeds that were not seen to matter.
void LimitBySigns(Difference& difference) {
  const double all_alike = std::exp2(1 - difference.seeds);
  difference.p = std::max(difference.p, all_alike);
  if (all_alike <= kLevel) return;
  difference.freedom = 0;
  difference.low = -kInfinity;
  difference.high = kInfinity;
}

// Of the mean of `seeds` seeds, were the variances of `difference` the true ones.
Precision Expected(const Difference& difference, double seeds) {
  if (difference.units == 0) return {difference.seed_variance / seeds, seeds - 1};
  Table table{.seeds = seeds, .units = static_cast<double>(difference.units)};
  table.of_rest = difference.rest_variance;
  table.of_seeds = table.units * difference.seed_variance + table.of_rest;
  table.of_units = seeds * difference.unit_variance + table.of_rest;
  const double sum = table.of_seeds + seeds * difference.unit_variance;
  return {sum / (seeds * table.units), SatterthwaiteFreedom(table, sum)};
}

}  // namespace

void FillFailures(std::initializer_list<std::span<Training>> entrants, double trivial_loss) {
  double worst = std::isfinite(trivial_loss) ? trivial_loss : -kInfinity;
  std::size_t units = 0;
  for (const std::span<Training> trainings : entrants) {
    for (const Training& training : trainings) {
      if (training.failed) continue;
      worst = std::max(worst, training.loss);
      units = std::max(units, training.units.size());
    }
  }
  if (worst == -kInfinity) worst = kInfinity;
  constexpr double kLargest = std::numeric_limits<float>::max();
  const auto unit = static_cast<float>(std::clamp(worst, -kLargest, kLargest));
  for (const std::span<Training> trainings : entrants) {
    for (Training& training : trainings) {
      if (training.failed) training = {worst, std::vector<float>(units, unit), true};
    }
  }
}

std::vector<bool> DistinctReplicates(std::span<const Training> a, std::span<const Training> b) {
  ACTSEARCH_CHECK(a.size() == b.size(), "replicates of a pair");
  std::vector<bool> counts(a.size(), true);
  for (std::size_t k = 0; k < a.size(); ++k) {
    for (std::size_t j = 0; j < k && counts[k]; ++j) {
      counts[k] = !(Repeats(a[k], a[j]) && Repeats(b[k], b[j]));
    }
  }
  return counts;
}

Difference Compare(std::span<const Training> a, std::span<const Training> b) {
  ACTSEARCH_CHECK(a.size() == b.size(), "trainings of the same seeds");
  std::vector<double> losses;
  for (std::size_t s = 0; s < a.size(); ++s) losses.push_back(a[s].loss - b[s].loss);
  const auto [mean, variance] = MomentsOf(losses);
  const auto seeds = static_cast<int>(a.size());
  Difference difference{.mean = mean, .seeds = seeds};
  if (seeds < 2 || !std::isfinite(variance)) return difference;
  difference.seed_variance = variance;
  Precision precision = {variance / seeds, seeds - 1.0};
  if (const std::optional<Table> table = Analyse(a, b, variance)) {
    AddUnits(difference, *table);
    precision = PrecisionOf(*table);
  }
  AddInterval(difference, precision);
  const bool differs = mean != 0 || precision.variance > 0;
  if (differs && IsRounding(variance, a, b)) LimitBySigns(difference);
  return difference;
}

std::optional<int> SeedsToSee(const Difference& difference, double effect, int tests,
                              double power) {
  if (difference.seed_variance + difference.rest_variance == 0) return std::nullopt;
  for (int seeds = 2; seeds <= 10'000; ++seeds) {
    const auto [variance, freedom] = Expected(difference, seeds);
    const double most = std::abs(effect) / std::sqrt(variance);
    if (most < 1.95) continue;  // below every quantile, and cheaper
    const boost::math::students_t student(freedom);
    const double needed = quantile(complement(student, kLevel / (2 * std::max(1, tests)))) +
                          quantile(student, power);
    if (needed < most) return seeds;
  }
  return std::nullopt;
}

void Holm(std::span<double> p) {
  for (double& value : p) value = std::isnan(value) ? 1 : value;
  std::vector<double*> ascending;
  for (double& value : p) ascending.push_back(&value);
  std::ranges::sort(ascending, {}, [](const double* value) { return *value; });
  auto hypotheses = static_cast<double>(p.size());
  double least = 0;
  for (double* const value : ascending) {
    least = std::max(least, std::min(1.0, *value * hypotheses--));
    *value = least;
  }
}

Bounds ExactBounds(std::uint64_t successes, std::uint64_t trials, double confidence) {
  ACTSEARCH_CHECK(successes <= trials, "successes among trials");
  ACTSEARCH_CHECK(0 < confidence && confidence < 1, "a confidence in (0, 1)");
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(trials);
  const double tail = (1 - confidence) / 2;
  using Beta = boost::math::beta_distribution<>;
  Bounds bounds;
  if (k > 0) bounds.low = quantile(Beta(k, n - k + 1), tail);
  if (k < n) bounds.high = quantile(complement(Beta(k + 1, n - k), tail));
  return bounds;
}

double StudentQuantile(double freedom) {
  return quantile(complement(boost::math::students_t(freedom), kLevel / 2));
}

}  // namespace actsearch::plan
