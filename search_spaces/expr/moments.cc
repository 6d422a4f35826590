#include "search_spaces/expr/moments.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/primitive_rows.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {
namespace {

constexpr double kNoMean = 1e-9;

}  // namespace

Moments MomentsOf(const Expr& f, const Expr& slope, std::span<const double> params,
                  const GaussianRule& rule) {
  const std::vector<double> y = EvaluateMany(f, rule.x, params);
  const std::vector<double> dy = EvaluateMany(slope, rule.x, params);
  Moments m;
  for (std::size_t i = 0; i < rule.x.size(); ++i) {
    m.mean += rule.weight[i] * y[i];
    m.second += rule.weight[i] * y[i] * y[i];
    m.slope_second += rule.weight[i] * dy[i] * dy[i];
  }
  // Second pass around the mean: a large offset must not swallow the variance.
  for (std::size_t i = 0; i < rule.x.size(); ++i) {
    m.variance += rule.weight[i] * (y[i] - m.mean) * (y[i] - m.mean);
  }
  if (!std::isfinite(m.second)) m.mean = m.variance = m.second = std::nan("");
  if (!std::isfinite(m.slope_second)) m.slope_second = std::nan("");
  m.rho = m.slope_second / m.variance;
  return m;
}

Moments MomentsOf(const Expr& f, const Expr& slope, std::span<const double> params) {
  static const GaussianRule rule(8, 32);
  return MomentsOf(f, slope, params, rule);
}

Moments MomentsOf(const Expr& f, std::span<const double> params) {
  return MomentsOf(f, Derive(f), params);
}

Expr WithoutMean(const Expr& f) {
  const double mean = MomentsOf(f, InitialParameters(f)).mean;
  if (!std::isfinite(mean) || std::abs(mean) < kNoMean) return f;
  Graph graph;
  std::vector<NodeIndex> at;
  for (const Node& node : f.nodes) at.push_back(graph.Copy(node, at));
  const NodeIndex args[] = {at.back(), graph.Constant(mean)};
  return graph.Finish(graph.Primitive(IdOf<rows::SubRow>(), args), f.parameters);
}

}  // namespace actsearch::expr
