#include "tests/bench/strategies/planted_task.h"

#include <Eigen/Dense>
#include <array>
#include <cmath>
#include <limits>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/evaluate.h"

namespace actsearch::bench {
namespace {

constexpr int kInputs = 4;
constexpr int kUnits = 8;
constexpr int kPoints = 512;
constexpr double kSpread = 1.5;  // standard deviation of what the activation is applied to

// One column a unit, then that of the intercept.
using Columns = Eigen::Matrix<double, kPoints, Eigen::Dynamic>;

Columns Outputs(const expr::Expr& f, const std::vector<double>& hidden) {
  const std::vector<double> y = expr::EvaluateMany(f, hidden, expr::InitialParameters(f));
  Columns columns(kPoints, kUnits + 1);
  columns.leftCols(kUnits) = Eigen::Map<const Columns>(y.data(), kPoints, kUnits);
  columns.col(kUnits).setOnes();
  return columns;
}

}  // namespace

PlantedTask::PlantedTask(const expr::Expr& teacher, Rng& rng) {
  std::vector<std::array<double, kInputs>> points(kPoints);
  for (auto& point : points) {
    for (double& x : point) x = rng.Normal();
  }
  for (int unit = 0; unit < kUnits; ++unit) {
    std::array<double, kInputs> weights;
    for (double& w : weights) w = kSpread / std::sqrt(kInputs) * rng.Normal();
    const double bias = 0.5 * rng.Normal();
    for (const auto& point : points) {
      double sum = bias;
      for (int k = 0; k < kInputs; ++k) sum += weights[k] * point[k];
      hidden_.push_back(sum);
    }
  }
  Eigen::VectorXd outer = Eigen::VectorXd::Zero(kUnits + 1);
  for (int unit = 0; unit < kUnits; ++unit) outer[unit] = rng.Normal();
  Eigen::VectorXd y = Outputs(teacher, hidden_) * outer;
  y.array() -= y.mean();
  const double deviation = std::sqrt(y.squaredNorm() / kPoints);
  ACTSEARCH_CHECK(std::isfinite(deviation) && deviation > 0, "the teacher is constant");
  y /= deviation;
  target_.assign(y.begin(), y.end());
}

double PlantedTask::LossOf(const expr::Expr& candidate) const {
  const Columns columns = Outputs(candidate, hidden_);
  if (!columns.allFinite()) return std::numeric_limits<double>::infinity();
  const Eigen::Map<const Eigen::VectorXd> y(target_.data(), kPoints);
  const Eigen::VectorXd outer = columns.colPivHouseholderQr().solve(y);
  const double loss = std::sqrt((columns * outer - y).squaredNorm() / kPoints);
  return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
}

}  // namespace actsearch::bench
