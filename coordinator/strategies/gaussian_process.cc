#include "coordinator/strategies/gaussian_process.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "search_spaces/base/check.h"

namespace actsearch::strategies {
namespace {

using Matrix = Eigen::MatrixXf;
using Vector = Eigen::VectorXf;

constexpr double kLengths[] = {0.25, 0.5, 1, 2, 4};  // times the median distance
constexpr double kNoises[] = {0.02, 0.1, 0.3, 0.6};
constexpr double kLeastNoise = 1e-3;  // else single precision may find K indefinite
constexpr double kLeastLength = 0.01;

Matrix Columns(std::span<const GaussianProcess::Point> points) {
  Matrix columns(points.empty() ? 0 : static_cast<Eigen::Index>(points[0].size()),
                 static_cast<Eigen::Index>(points.size()));
  for (std::size_t i = 0; i < points.size(); ++i) {
    columns.col(static_cast<Eigen::Index>(i)) =
        Eigen::Map<const Vector>(points[i].data(), static_cast<Eigen::Index>(points[i].size()));
  }
  return columns;
}

// Euclidean distances between the columns of two matrices, good to 1e-3 of their norms.
Matrix Distances(const Matrix& a, const Matrix& b) {
  Matrix squares = -2 * a.transpose() * b;
  squares.colwise() += a.colwise().squaredNorm().transpose();
  squares.rowwise() += b.colwise().squaredNorm();
  return squares.cwiseMax(0).cwiseSqrt();
}

// Those among the columns of one, by differences: slower, but products drown the distances of
// near points in rounding, and then K is not definite.
Matrix Distances(const Matrix& a) {
  Matrix distances = Matrix::Zero(a.cols(), a.cols());
  for (Eigen::Index j = 1; j < a.cols(); ++j) {
    distances.col(j).head(j) = (a.leftCols(j).colwise() - a.col(j)).colwise().norm().transpose();
  }
  return distances.selfadjointView<Eigen::Upper>();
}

Matrix Matern(const Matrix& distances, double length) {
  const auto scaled = (distances.array() * static_cast<float>(std::sqrt(5.0) / length)).eval();
  return ((1 + scaled + scaled.square() / 3) * (-scaled).exp()).matrix();
}

}  // namespace

struct GaussianProcess::Factor {
  Matrix points;                // columns
  Eigen::LLT<Matrix> cholesky;  // of K, the kernel with noise
  Vector weights;               // K^-1 y
};

GaussianProcess::GaussianProcess(double length, double noise) : length_(length), noise_(noise) {
  ACTSEARCH_CHECK(length > 0 && noise >= kLeastNoise, "length " + std::to_string(length) +
                                                          ", noise " + std::to_string(noise));
}

void GaussianProcess::Fit(std::span<const Point> points, std::span<const double> values,
                          bool tunes) {
  auto factor = std::make_shared<Factor>();
  factor->points = Columns(points);
  const auto n = static_cast<Eigen::Index>(points.size());
  const Vector y = Eigen::Map<const Eigen::VectorXd>(values.data(), n).cast<float>();
  const Matrix distances = Distances(factor->points);

  // The logarithm of the likelihood of y, up to a constant.
  const auto solve = [&](double length, double noise) {
    Matrix kernel = Matern(distances, length);
    kernel.diagonal().array() += static_cast<float>(noise);
    factor->cholesky.compute(kernel);
    if (factor->cholesky.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
    factor->weights = factor->cholesky.solve(y);
    const Matrix& lower = factor->cholesky.matrixLLT();
    return -0.5 * static_cast<double>(y.dot(factor->weights)) -
           static_cast<double>(lower.diagonal().array().log().sum());
  };
  if (tunes && n > 1) {
    std::vector<float> all(distances.data(), distances.data() + distances.size());
    std::ranges::nth_element(all, all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2));
    const double median = all[all.size() / 2];
    double best = -std::numeric_limits<double>::infinity();
    for (const double length : kLengths) {
      for (const double noise : kNoises) {
        const double tried = std::max(kLeastLength, length * median);
        const double likelihood = solve(tried, noise);
        if (likelihood <= best) continue;
        best = likelihood;
        length_ = tried;
        noise_ = noise;
      }
    }
  }
  const double likelihood = solve(length_, noise_);
  ACTSEARCH_CHECK(std::isfinite(likelihood), "a kernel with noise is positive definite");
  factor_ = std::move(factor);
}

std::vector<Prediction> GaussianProcess::Predict(std::span<const Point> points) const {
  std::vector<Prediction> predictions(points.size());
  if (!factor_ || points.empty()) return predictions;
  Matrix cross = Matern(Distances(factor_->points, Columns(points)), length_);
  const Vector mean = cross.transpose() * factor_->weights;
  factor_->cholesky.matrixL().solveInPlace(cross);
  const Vector explained = cross.colwise().squaredNorm();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    predictions[i] = {mean[at], std::sqrt(std::max(1e-6f, 1 - explained[at]))};
  }
  return predictions;
}

}  // namespace actsearch::strategies
