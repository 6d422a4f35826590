// What can be seen of a function of x: symmetry and monotony on a grid over [-8, 8], bounds by
// intervals or far samples, the range over [-5, 5]. At initial parameters. Pure; any thread.
#pragma once

#include <optional>

#include "search_spaces/expr/expr.h"
#include "search_spaces/expr/interval.h"

namespace actsearch::cli {

inline constexpr double kShapeReach = 8;  // the grid's half length
inline constexpr double kRangeReach = 5;

struct CurveShape {
  // f(x) + f(-x) = 2 c for all x: odd up to the constant c, odd when c is 0.
  std::optional<double> odd_about;
  // f(x) - f(-x) = 2 k x for all x: even up to the line k x, even when k is 0.
  std::optional<double> even_beside;
  expr::Interval sampled;  // from the smallest to the largest value on the grid
  // In the weak sense: flat pieces are allowed.
  bool increasing = false;
  bool decreasing = false;
  // Holds f everywhere; proved by intervals, infinite where they prove nothing.
  expr::Interval everywhere;
  // Proved, or as values out to 1e12 look; nothing where they do not tell.
  std::optional<bool> bounded_below;
  std::optional<bool> bounded_above;
};

// f reads x alone and is pointwise. Nothing when it is not finite all over the grid.
std::optional<CurveShape> ShapeOf(const expr::Expr& f);

// Holds f wherever x, and u where f reads it, lie in [-reach, reach]. f is pointwise.
expr::Interval RangeWithin(const expr::Expr& f, double reach);

}  // namespace actsearch::cli
