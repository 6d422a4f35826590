// Equal functions get equal fingerprints in any spelling; different ones differ.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"
#include "tests/support/random_expr.h"

namespace actsearch::expr {
namespace {

// The two spellings are the same function in floating point too: chaotic ones, such
// as cos(exp(exp(x))), are not.
bool AgreeClosely(const Expr& a, const Expr& b) {
  std::vector<double> x;
  for (int i = 0; i < 400; ++i) x.push_back(-36 + 0.18 * i + 0.0123);
  for (int i = 0; i < 100; ++i) x.push_back(-2.5 + 0.05 * i + 0.00321);
  const auto ya = EvaluateMany(a, x, InitialParameters(a));
  const auto yb = EvaluateMany(b, x, InitialParameters(b));
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isfinite(ya[i]) != std::isfinite(yb[i])) return false;
    if (std::isfinite(ya[i]) && std::abs(ya[i] - yb[i]) > 1e-11 * std::abs(ya[i])) return false;
  }
  return true;
}

TEST(FingerprintProperty, EqualFunctionsCollide) {
  Rng rng(41);
  int compared = 0;
  int split = 0;
  for (int i = 0; i < 20'000; ++i) {
    const int primitives = 1 + static_cast<int>(rng.Below(8));
    const Expr e = testing::RandomExpr(rng, {.primitives = primitives, .max_parameters = 2});
    const Expr disguised = testing::Disguise(e, rng);
    if (!AgreeClosely(e, disguised)) continue;
    ++compared;
    if (FingerprintOf(e).exact == FingerprintOf(disguised).exact) continue;
    ++split;
    RecordProperty("split" + std::to_string(split), Print(e) + " | " + Print(disguised));
  }
  EXPECT_GT(compared, 10'000);
  EXPECT_LE(split, compared / 2000);
}

TEST(FingerprintProperty, AffineMapsCollideInTheAffineKey) {
  Rng rng(42);
  int compared = 0;
  int split = 0;
  for (int i = 0; i < 5'000; ++i) {
    const Expr e = testing::RandomExpr(
        rng, {.primitives = 1 + static_cast<int>(rng.Below(5)), .max_parameters = 0});
    std::string scale = std::to_string(rng.Uniform(0.2, 5));
    if (rng.Chance(0.5)) scale.insert(0, 1, '-');
    const auto mapped =
        Parse(scale + " * (" + Print(e) + ") + " + std::to_string(rng.Uniform(0, 2)));
    ASSERT_TRUE(mapped) << mapped.error().message;
    const auto y = EvaluateMany(e, std::vector<double>{-1.7, -0.4, 0.3, 0.9, 2.1}, {});
    double largest = 0;
    for (const double v : y) largest = std::max(largest, std::abs(v));
    if (!(largest < 100)) continue;
    ++compared;
    split += FingerprintOf(e).affine != FingerprintOf(*mapped).affine;
  }
  EXPECT_GT(compared, 2'000);
  EXPECT_LE(split, compared / 100);
}

// Where two functions with one key differ between the probe points.
int PointsOfDifference(const Expr& a, const Expr& b, Rng& rng) {
  const auto pa = InitialParameters(a);
  const auto pb = InitialParameters(b);
  int different = 0;
  for (int i = 0; i < 200; ++i) {
    const double x = rng.Uniform(-6, 6);
    const double ya = Evaluate(a, x, pa);
    const double yb = Evaluate(b, x, pb);
    if (!std::isfinite(ya) && !std::isfinite(yb)) continue;
    different += !(std::abs(ya - yb) <= 1e-6 * std::max(std::abs(ya), std::abs(yb)) + 1e-8);
  }
  return different;
}

// Among these are functions that differ only in a gap between two probe points (a
// step at 3.1 or at 3.2); they are few.
TEST(FingerprintProperty, DifferentFunctionsDoNotCollide) {
  Rng rng(43);
  constexpr int kFunctions = 100'000;
  std::unordered_map<std::uint64_t, Expr> seen;
  int collisions = 0;
  for (int i = 0; i < kFunctions; ++i) {
    const int primitives = 1 + static_cast<int>(rng.Below(6));
    Expr e = Canonical(testing::RandomExpr(
        rng, {.primitives = primitives, .max_parameters = 2, .constant_share = 0.25}));
    const std::uint64_t key = FingerprintOf(e).exact;
    const auto [met, is_new] = seen.try_emplace(key, std::move(e));
    if (is_new || met->second == e) continue;
    if (PointsOfDifference(met->second, e, rng) <= 4) continue;
    ++collisions;
    RecordProperty("collision" + std::to_string(collisions), Print(met->second) + " | " + Print(e));
  }
  EXPECT_GT(seen.size(), kFunctions / 3u);
  EXPECT_LE(collisions, kFunctions / 2000);
}

}  // namespace
}  // namespace actsearch::expr
