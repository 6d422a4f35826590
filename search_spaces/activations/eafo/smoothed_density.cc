#include "search_spaces/activations/eafo/smoothed_density.h"

#include <algorithm>
#include <cmath>

#include "search_spaces/activations/eafo/pre_activations.h"

namespace actsearch::activations::eafo {
namespace {

constexpr int kPerWidth = 6;        // grid points in one width
constexpr int kTail = 5 * kPerWidth;  // of the kernel
constexpr double kFarthest = 10;    // standard deviations

// Sharing a value among three grid points (Shares) spreads it by a quarter of a step squared,
// wherever it lies; the kernel need not do that again.
constexpr double kVariance = 1 - 1.0 / (4 * kPerWidth * kPerWidth);

// The normal density and its slope on the kernel's points, in units of the width.
struct Kernel {
  std::vector<double> bell;   // sums to 1
  std::vector<double> slope;  // of the bell, by the width

  Kernel() {
    double sum = 0;
    for (int k = -kTail; k <= kTail; ++k) {
      const double u = static_cast<double>(k) / kPerWidth;
      bell.push_back(std::exp(-0.5 * u * u / kVariance));
      sum += bell.back();
    }
    for (int k = -kTail; k <= kTail; ++k) {
      double& b = bell[static_cast<std::size_t>(k + kTail)];
      b /= sum;
      slope.push_back(-b * k / (kPerWidth * kVariance));
    }
  }
};

const Kernel& TheKernel() {
  static const Kernel kernel;
  return kernel;
}

// A quadratic B-spline around a place on the grid. Unlike shares of two points its variance does
// not depend on the place, so an atom that moves a little keeps its width.
struct Shares {
  std::size_t first = 0;
  double of[3] = {};

  explicit Shares(double place) {
    const double middle = std::round(place);
    const double off = place - middle;
    first = static_cast<std::size_t>(middle) - 1;
    of[0] = 0.5 * (0.5 - off) * (0.5 - off);
    of[1] = 0.75 - off * off;
    of[2] = 0.5 * (0.5 + off) * (0.5 + off);
  }
};

// out[i] = sum_k kernel[k] in[i - k]; zeros beyond the ends.
std::vector<double> Convolve(const std::vector<double>& in, const std::vector<double>& kernel) {
  std::vector<double> out(in.size());
  const auto n = static_cast<std::ptrdiff_t>(in.size());
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const double mass = in[static_cast<std::size_t>(i)];
    if (mass == 0) continue;
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(i - kTail, 0);
    const std::ptrdiff_t last = std::min<std::ptrdiff_t>(i + kTail, n - 1);
    for (std::ptrdiff_t j = first; j <= last; ++j) {
      out[static_cast<std::size_t>(j)] += mass * kernel[static_cast<std::size_t>(j - i + kTail)];
    }
  }
  return out;
}

}  // namespace

SmoothedDensity::SmoothedDensity(std::span<const double> values, std::span<const double> weights,
                                 double width)
    : step_(width / kPerWidth) {
  const auto [mean, deviation] = MomentsOf(values, weights);
  const double least = mean - kFarthest * deviation;
  const double most = mean + kFarthest * deviation;
  const auto [lowest, highest] = std::ranges::minmax(values);
  const double from = std::max(lowest, least);
  const double to = std::min(highest, most);
  // Room on both sides for the kernel of the density and once more for that of the score.
  constexpr int kMargin = 2 * kTail + 1;
  low_ = from - kMargin * step_;
  const auto cells = static_cast<std::size_t>((to - from) / step_) + 2 * kMargin + 2;
  std::vector<double> mass(cells);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Shares shares((std::clamp(values[i], from, to) - low_) / step_);
    for (std::size_t k = 0; k < 3; ++k) mass[shares.first + k] += weights[i] * shares.of[k];
  }
  density_ = Convolve(mass, TheKernel().bell);
  std::vector<double> slope = Convolve(mass, TheKernel().slope);
  for (std::size_t i = 0; i < cells; ++i) {
    slope[i] = density_[i] > 0 ? slope[i] / (density_[i] * width) : 0;
  }
  score_ = Convolve(slope, TheKernel().bell);
  for (double& q : density_) q /= step_;
}

double SmoothedDensity::Entropy() const {
  double sum = 0;
  for (const double q : density_) {
    if (q > 0) sum -= q * std::log(q);
  }
  return sum * step_;
}

double SmoothedDensity::ScoreAt(double value) const {
  const double end = static_cast<double>(score_.size() - 2);
  const Shares shares(std::clamp((value - low_) / step_, 1.0, end));
  double sum = 0;
  for (std::size_t k = 0; k < 3; ++k) sum += shares.of[k] * score_[shares.first + k];
  return sum;
}

}  // namespace actsearch::activations::eafo
