// The rules for rows and expressions of interval.h.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/interval.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {
namespace {

constexpr double kInf = Interval::kInfinity;

// Composite primitives lose some digits where their parts cancel.
Interval WithSlack(double v) {
  const double slack = std::isinf(v) ? 0 : std::fabs(v) * 1e-12;
  return {std::nextafter(v - slack, -kInf), std::nextafter(v + slack, kInf)};
}

}  // namespace

// ---- rules for rows

Interval Square(const Interval& a) { return Abs(a) * Abs(a); }

Interval PiecewiseRange(double (*f)(const double&), const Interval& a,
                        std::span<const double> turning_points, const Interval& domain) {
  Interval range(kInf, -kInf);
  const auto add = [&](double v) {
    const double y = f(v);
    if (y != y || (v == 0 && y == 0)) {
      range = Hull(range, Interval(y));  // f(0) = 0 is exact
    } else {
      range = Hull(range, WithSlack(y));
    }
  };
  if (a.maybe_nan) add(std::nan(""));
  if (a.IsEmpty()) return range;
  if (a.lo < domain.lo || a.hi > domain.hi) range.maybe_nan = true;
  const Interval inside(std::max(a.lo, domain.lo), std::min(a.hi, domain.hi));
  if (inside.IsEmpty()) return range;
  constexpr double kLargest = std::numeric_limits<double>::max();
  for (const double end : {inside.lo, inside.hi}) {
    add(end);
    if (std::isinf(end)) add(std::copysign(kLargest, end));  // where the limit itself is NaN
    if (end == 0) add(-end);                                 // a pole has two sides
  }
  for (const double turn : turning_points) {
    if (inside.Contains(turn)) add(turn);
  }
  return range;
}

// ---- expressions

Interval RangeOf(const Expr& e, const Interval& x, std::span<const Interval> params) {
  ACTSEARCH_CHECK(params.size() == e.parameters.size(), "one range for each parameter");
  std::vector<Interval> ranges;
  ranges.reserve(e.nodes.size());
  for (const Node& node : e.nodes) {
    if (node.kind == Kind::kInput) {
      ranges.push_back(x);
    } else if (node.kind == Kind::kConstant) {
      ranges.emplace_back(node.value);
    } else if (node.kind == Kind::kParameter) {
      ranges.push_back(params[node.id]);
    } else {
      ACTSEARCH_CHECK(node.kind == Kind::kPrimitive, "a function of one number");
      const Interval args[kMaxArity] = {ranges[node.args[0]], ranges[node.args[1]],
                                        ranges[node.args[2]]};
      ranges.push_back(Primitives()[node.id].range(args));
    }
  }
  return ranges.back();
}

}  // namespace actsearch::expr
