// Simplify and Canonical keep values, are idempotent, and do not care for names.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"
#include "tests/support/random_expr.h"
#include "tests/support/trace.h"

namespace actsearch::expr {
namespace {

Expr Random(Rng& rng, int i) {
  const int primitives = 1 + static_cast<int>(rng.Below(i % 20 == 0 ? 50 : 10));
  return testing::RandomExpr(rng, {.primitives = primitives, .max_parameters = 3});
}

// Every part of moderate size or 0 at every point.
bool IsTameOver(const Expr& e, const std::vector<double>& x, const std::vector<double>& u) {
  std::vector<double> y(x.size());
  Expr part = e;
  for (; !part.nodes.empty(); part.nodes.pop_back()) {
    EvaluateMany(part, x, u, InitialParameters(e), y);
    for (const double v : y) {
      if (v != 0 && !(std::abs(v) < 1e4 && std::abs(v) > 1e-4)) return false;
    }
  }
  return true;
}

TEST(SimplifyProperty, KeepsValues) {
  Rng rng(31);
  int compared = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Expr e = Random(rng, i);
    const Expr simple = Simplify(e);
    ASSERT_EQ(simple.parameters, e.parameters);
    const auto params = InitialParameters(e);
    for (int point = 0; point < 4; ++point) {
      const double x = rng.Uniform(-3, 3);
      if (!testing::IsTame(e, x, params)) continue;
      ++compared;
      const double expected = Evaluate(e, x, params);
      ASSERT_NEAR(Evaluate(simple, x, params), expected, 1e-7 * (1 + std::abs(expected)))
          << Print(e) << "\nat " << x << "\n"
          << Print(simple);
    }
  }
  EXPECT_GT(compared, 20'000);
}

TEST(CanonicalProperty, KeepsValuesAtTheInitialParameters) {
  Rng rng(32);
  for (int i = 0; i < 10'000; ++i) {
    const Expr e = Random(rng, i);
    const Expr canonical = Canonical(e);
    const auto params = InitialParameters(e);
    const double x = rng.Uniform(-3, 3);
    if (!testing::IsTame(e, x, params)) continue;
    const double expected = Evaluate(e, x, params);
    ASSERT_NEAR(Evaluate(canonical, x, InitialParameters(canonical)), expected,
                1e-7 * (1 + std::abs(expected)))
        << Print(e) << "\nat " << x << "\n"
        << Print(canonical);
  }
}

TEST(SimplifyProperty, IsIdempotent) {
  Rng rng(33);
  for (int i = 0; i < 20'000; ++i) {
    const Expr e = Random(rng, i);
    const Expr simple = Simplify(e);
    ASSERT_EQ(Simplify(simple), simple) << Print(e) << "\n" << Print(simple);
    const Expr canonical = Canonical(e);
    ASSERT_EQ(Canonical(canonical), canonical) << Print(e) << "\n" << Print(canonical);
  }
}

// Several points at once: reductions run over all of them.
TEST(CanonicalProperty, KeepsValuesOfReductionsAndBothInputs) {
  Rng rng(35);
  constexpr std::size_t kCount = 5;
  int compared = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Expr e = testing::RandomExpr(rng, {.primitives = 1 + static_cast<int>(rng.Below(10)),
                                             .max_parameters = 3,
                                             .all_shapes = true,
                                             .second_share = 0.3,
                                             .reduction_share = 0.25});
    const Expr canonical = Canonical(e);
    ASSERT_EQ(Canonical(canonical), canonical) << Print(e) << "\n" << Print(canonical);
    std::vector<double> x, u, expected(kCount), y(kCount);
    for (std::size_t k = 0; k < kCount; ++k) x.push_back(rng.Uniform(-3, 3));
    for (std::size_t k = 0; k < kCount; ++k) u.push_back(rng.Uniform(-3, 3));
    if (!IsTameOver(e, x, u)) continue;
    ++compared;
    EvaluateMany(e, x, u, InitialParameters(e), expected);
    EvaluateMany(canonical, x, u, InitialParameters(canonical), y);
    for (std::size_t k = 0; k < kCount; ++k) {
      ASSERT_NEAR(y[k], expected[k], 1e-7 * (1 + std::abs(expected[k]))) << Print(e) << "\n"
                                                                         << Print(canonical);
    }
  }
  EXPECT_GT(compared, 5'000);
}

bool SameUpToRounding(const Expr& a, const Expr& b) {
  if (a.nodes.size() != b.nodes.size() || a.parameters != b.parameters) return false;
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    Node node = b.nodes[i];
    if (std::abs(node.value - a.nodes[i].value) < 1e-12 * std::abs(node.value)) {
      node.value = a.nodes[i].value;
    }
    if (node != a.nodes[i]) return false;
  }
  return true;
}

// Constants are gathered in another order then, so their last bit may differ.
TEST(CanonicalProperty, DoesNotDependOnNamesAndOrder) {
  Rng rng(34);
  int different = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Expr e = Random(rng, i);
    const Expr shuffled = testing::Shuffle(e, rng);
    const Expr a = Canonical(e);
    const Expr b = Canonical(shuffled);
    different += a != b;
    ASSERT_TRUE(SameUpToRounding(a, b)) << Print(a) << "\n" << Print(b);
  }
  EXPECT_LE(different, 10);
}

}  // namespace
}  // namespace actsearch::expr
