// Which of two entrants is better, and by how much, as far as seeds and the units of a
// split can tell. Losses are in the evaluator's unit, less is better; intervals are 95 %,
// p-values two-sided. Pure functions of values, safe from any thread; they abort where the
// lengths or counts that they ask for are broken, and fail on no other value.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace actsearch::plan {

// One training of one entrant, judged on one split.
struct Training {
  double loss = 0;           // mean over the split, exact
  std::vector<float> units;  // loss of each image, row or 256 characters; empty: unknown
  bool failed = false;       // ended without a finite loss: `loss` and `units` mean nothing
};

// Gives each failed training of these entrants, as its loss and as each of its units, the worse
// of `trivial_loss` (ignored unless finite) and the worst loss of their trainings that did not
// fail; infinity when there is neither. As many units as the most that one of those has.
// `failed` stays, so that failures can be counted and filled anew beside others.
void FillFailures(std::initializer_list<std::span<Training>> entrants, double trivial_loss);

// For each replicate of a pair of entrants (as many of `a` as of `b`), whether it counts: not
// when both trainings equal those of one earlier replicate, in loss and all units. An entrant
// that never varies, such as one row of a table, drops nothing while the other varies. A failed
// training equals none.
std::vector<bool> DistinctReplicates(std::span<const Training> a, std::span<const Training> b);

// The loss of `a` less that of `b`: negative when `a` is better. By default nothing is known.
struct Difference {
  double mean = 0;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  double p = 1;        // of the hypothesis that the expected difference is 0
  double freedom = 0;  // degrees of freedom of Student's t; 0: not used
  int seeds = 0;
  int units = 0;     // 0: unknown, the interval holds for this split alone
  double least = 0;  // half-width that infinitely many seeds would leave; 0 without units. With
                     // a handful of units fewer seeds can leave less: they add freedom
  // Of d_su = mean + seed_s + unit_u + rest_su; without units all is the seeds'.
  double seed_variance = 0;
  double unit_variance = 0;
  double rest_variance = 0;
};

// Training k of `a` and of `b` (as many of both) had the same seed; failures are filled.
// Seeds and units are crossed random effects: the variance of the mean is
// (MS_seeds + MS_units - MS_rest) / (seeds * units), at least that of the larger of the first
// two alone, with Satterthwaite's degrees of freedom (1946, "An Approximate Distribution of
// Estimates of Variance Components"). The mean and MS_seeds come from the losses, the rest
// from the units. A paired t-test over seeds where trainings have no units, fewer than two,
// different numbers, or some that are not finite. O(seeds * units).
//
// Below two seeds only `mean` and `seeds` are set. No difference anywhere: [0, 0], p = 1.
// Where all seeds show the same difference, up to rounding, that is no proof of no variance;
// then only signs count: p is at least 2^(1 - seeds), and the interval is infinite while that
// exceeds 5 %, that is below six seeds.
Difference Compare(std::span<const Training> a, std::span<const Training> b);

// The least number of seeds, on the same units, with which a true difference of `effect` would be
// told apart with this probability at 5 % shared among so many tests (Bonferroni), were the
// variances of `difference` the true ones. With one test and a power of 1/2: whose interval would
// have a half-width below |effect|. Nothing where 10,000 do not suffice (the split is too small) or
// where seeds were not seen to matter.
std::optional<int> SeedsToSee(const Difference& difference, double effect, int tests = 1,
                              double power = 0.5);

// Replaces p-values by Holm's adjusted ones (1979, "A Simple Sequentially Rejective Multiple
// Test Procedure"): rejecting those up to a level rejects any true hypothesis with at most that
// probability. NaN counts as 1.
void Holm(std::span<double> p);

// 97.5 % quantile of Student's t with so many degrees of freedom, above 0.
double StudentQuantile(double freedom);

// The exact two-sided interval of a probability (Clopper, Pearson 1934, "The Use of Confidence
// or Fiducial Limits"); successes <= trials, confidence in (0, 1). No trials: [0, 1].
struct Bounds {
  double low = 0;
  double high = 1;
};
Bounds ExactBounds(std::uint64_t successes, std::uint64_t trials, double confidence = 0.95);

}  // namespace actsearch::plan
