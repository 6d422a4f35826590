#include "cli/curve_shape.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::cli {
namespace {

constexpr double kInfinity = expr::Interval::kInfinity;
constexpr double kTolerance = 1e-9;  // relative to the largest value
constexpr std::size_t kHalf = 4096;  // points on each side of 0, which is none of them

struct Grid {
  std::vector<double> x;
  std::vector<double> y;
  double scale = 1;  // the largest |y|
};

std::optional<Grid> Sample(const expr::Expr& f, std::span<const double> params) {
  Grid grid;
  for (std::size_t i = 0; i < 2 * kHalf; ++i) {
    grid.x.push_back(kShapeReach * ((static_cast<double>(i) + 0.5) / kHalf - 1));
  }
  grid.y = expr::EvaluateMany(f, grid.x, params);
  grid.scale = 0;
  for (const double y : grid.y) {
    if (!std::isfinite(y)) return std::nullopt;
    grid.scale = std::max(grid.scale, std::fabs(y));
  }
  return grid;
}

// The k with part(i) = k * unit(i) for all i of the upper half, 0 when it is as good as 0.
template <class Part, class Unit>
std::optional<double> Proportion(const Grid& grid, Part part, Unit unit) {
  const std::size_t last = grid.x.size() - 1;
  const double k = part(last) / unit(last);
  for (std::size_t i = kHalf; i <= last; ++i) {
    if (std::fabs(part(i) - k * unit(i)) > kTolerance * grid.scale) return std::nullopt;
  }
  return std::fabs(k * unit(last)) <= kTolerance * grid.scale ? 0 : k;
}

void SeeSymmetry(const Grid& grid, CurveShape& shape) {
  const auto mirrored = [&grid](std::size_t i) { return grid.y[grid.y.size() - 1 - i]; };
  shape.odd_about = Proportion(
      grid, [&](std::size_t i) { return 0.5 * (grid.y[i] + mirrored(i)); },
      [](std::size_t) { return 1.0; });
  shape.even_beside = Proportion(
      grid, [&](std::size_t i) { return 0.5 * (grid.y[i] - mirrored(i)); },
      [&](std::size_t i) { return grid.x[i]; });
}

void SeeMonotony(const Grid& grid, CurveShape& shape) {
  constexpr double kRounding = 1e-14;
  shape.increasing = shape.decreasing = true;
  for (std::size_t i = 1; i < grid.y.size(); ++i) {
    const double step = grid.y[i] - grid.y[i - 1];
    if (step < -kRounding * grid.scale) shape.increasing = false;
    if (step > kRounding * grid.scale) shape.decreasing = false;
  }
}

// Bounds by intervals from two forms of f: the canonical one knows more identities, the one as
// written may repeat x less often.
class Bounds {
 public:
  explicit Bounds(const expr::Expr& f) {
    for (expr::Expr e : {f, expr::Canonical(f)}) {
      const std::vector<double> params = expr::InitialParameters(e);
      forms_.push_back({std::move(e), {params.begin(), params.end()}});
    }
  }

  expr::Interval Over(const expr::Interval& x) const {
    expr::Interval range(-kInfinity, kInfinity, true);
    for (const Form& form : forms_) {
      range = expr::Intersection(range, expr::RangeOf(form.f, x, form.params));
    }
    return range;
  }

 private:
  struct Form {
    expr::Expr f;
    std::vector<expr::Interval> params;
  };
  std::vector<Form> forms_;
};

// The extremes of f over some points near -distance and near distance.
expr::Interval FarValues(const expr::Expr& f, std::span<const double> params, double distance) {
  expr::Interval values(kInfinity, -kInfinity);
  for (int i = 0; i < 256; ++i) {
    const double x = distance * (1 + i / 256.0);
    for (const double y : {expr::Evaluate(f, -x, params), expr::Evaluate(f, x, params)}) {
      values = expr::Hull(values, expr::Interval(y));
    }
  }
  return values;
}

// Between 1e6 and 1e12 even a logarithm grows by 14.
void SeeBounds(const expr::Expr& f, std::span<const double> params, const Grid& grid,
               CurveShape& shape) {
  shape.everywhere = Bounds(f).Over({-kInfinity, kInfinity});
  const expr::Interval far = FarValues(f, params, 1e6);
  const expr::Interval farther = FarValues(f, params, 1e12);
  const bool known = !far.maybe_nan && !farther.maybe_nan;
  const double growth = 1 + kTolerance * grid.scale;
  if (std::isfinite(shape.everywhere.lo)) {
    shape.bounded_below = true;
  } else if (known) {
    shape.bounded_below = farther.lo > std::min(far.lo, -grid.scale) - growth;
  }
  if (std::isfinite(shape.everywhere.hi)) {
    shape.bounded_above = true;
  } else if (known) {
    shape.bounded_above = farther.hi < std::max(far.hi, grid.scale) + growth;
  }
}

}  // namespace

std::optional<CurveShape> ShapeOf(const expr::Expr& f) {
  const std::vector<double> params = expr::InitialParameters(f);
  const auto grid = Sample(f, params);
  if (!grid) return std::nullopt;
  CurveShape shape;
  shape.sampled = {std::ranges::min(grid->y), std::ranges::max(grid->y)};
  SeeSymmetry(*grid, shape);
  SeeMonotony(*grid, shape);
  SeeBounds(f, params, *grid, shape);
  return shape;
}

// Bounds of short pieces are tight even where the formula repeats x. With u, which takes the
// interval of x, pieces would miss all points where the two differ.
expr::Interval RangeWithin(const expr::Expr& f, double reach) {
  const int pieces = expr::InputCount(f) > 1 ? 1 : 1024;
  const Bounds bounds(f);
  expr::Interval range(kInfinity, -kInfinity);
  for (int i = 0; i < pieces; ++i) {
    const auto end = [&](int k) { return reach * (2.0 * k / pieces - 1); };
    range = expr::Hull(range, bounds.Over({end(i), end(i + 1)}));
  }
  return range;
}

}  // namespace actsearch::cli
