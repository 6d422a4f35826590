// Parse and Print undo each other on random expressions of every size.
#include <gtest/gtest.h>

#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"
#include "tests/support/random_expr.h"

namespace actsearch::expr {
namespace {

void ExpectRoundTrip(const Expr& e) {
  const std::string text = Print(e);
  const auto again = Parse(text);
  ASSERT_TRUE(again) << text << ": " << again.error().message;
  ASSERT_EQ(*again, e) << text << "\nreads as\n" << Print(*again);
}

TEST(TextProperty, ParseOfPrintIsTheSameGraph) {
  Rng rng(11);
  for (int i = 0; i < 20'000; ++i) {
    const int primitives = 1 + static_cast<int>(rng.Below(i % 10 == 0 ? 60 : 12));
    ExpectRoundTrip(testing::RandomExpr(rng, {.primitives = primitives, .max_parameters = 4}));
    if (HasFatalFailure()) return;
  }
}

TEST(TextProperty, ParseOfPrintIsTheSameCanonicalGraph) {
  Rng rng(12);
  for (int i = 0; i < 20'000; ++i) {
    const int primitives = 1 + static_cast<int>(rng.Below(i % 10 == 0 ? 60 : 12));
    ExpectRoundTrip(
        Canonical(testing::RandomExpr(rng, {.primitives = primitives, .max_parameters = 4})));
    if (HasFatalFailure()) return;
  }
}

TEST(TextProperty, ParseOfPrintKeepsShapesInputsAndReductions) {
  Rng rng(13);
  for (int i = 0; i < 20'000; ++i) {
    const Expr e = testing::RandomExpr(rng, {.primitives = 1 + static_cast<int>(rng.Below(12)),
                                             .max_parameters = 8,
                                             .parameter_share = 0.4,
                                             .all_shapes = true,
                                             .second_share = 0.3,
                                             .reduction_share = 0.2});
    ExpectRoundTrip(e);
    ExpectRoundTrip(Canonical(e));
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace actsearch::expr
