#include "coordinator/strategies/gaussian_process.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "search_spaces/base/rng.h"

namespace actsearch::strategies {
namespace {

using Point = GaussianProcess::Point;

constexpr double kLength = 0.7;
constexpr double kNoise = 0.05;

double Matern(double distance, double length = kLength) {
  const double scaled = std::sqrt(5.0) * distance / length;
  return (1 + scaled + scaled * scaled / 3) * std::exp(-scaled);
}

std::vector<Point> Line(const std::vector<double>& values) {
  std::vector<Point> points;
  for (const double v : values) points.push_back({static_cast<float>(v)});
  return points;
}

TEST(GaussianProcess, IsThePriorBeforeItLearns) {
  const auto predictions = GaussianProcess().Predict(Line({0, 3}));
  ASSERT_EQ(predictions.size(), 2u);
  for (const Prediction& p : predictions) {
    EXPECT_EQ(p.mean, 0);
    EXPECT_EQ(p.deviation, 1);
  }
}

TEST(GaussianProcess, OnePointAgreesWithTheClosedForm) {
  GaussianProcess model(kLength, kNoise);
  model.Fit(Line({0.2}), std::vector<double>{1.5}, false);
  for (const double x : {-1.0, 0.2, 0.5, 2.0}) {
    const Prediction p = model.Predict(Line({x}))[0];
    const double k = Matern(std::abs(x - 0.2));
    EXPECT_NEAR(p.mean, k * 1.5 / (1 + kNoise), 1e-5) << x;
    EXPECT_NEAR(p.deviation, std::sqrt(1 - k * k / (1 + kNoise)), 1e-5) << x;
  }
}

// The inverse of [[d, c], [c, d]] is [[d, -c], [-c, d]] / (d^2 - c^2).
TEST(GaussianProcess, TwoPointsAgreeWithTheClosedForm) {
  GaussianProcess model(kLength, kNoise);
  model.Fit(Line({0, 0.6}), std::vector<double>{1, -2}, false);
  const double d = 1 + kNoise;
  const double c = Matern(0.6);
  const double determinant = d * d - c * c;
  for (const double x : {-0.5, 0.0, 0.25, 0.6, 1.4}) {
    const double a = Matern(std::abs(x));
    const double b = Matern(std::abs(x - 0.6));
    const double mean = (a * (d * 1 - c * -2) + b * (d * -2 - c * 1)) / determinant;
    const double explained = (a * (d * a - c * b) + b * (d * b - c * a)) / determinant;
    const Prediction p = model.Predict(Line({x}))[0];
    EXPECT_NEAR(p.mean, mean, 1e-5) << x;
    EXPECT_NEAR(p.deviation, std::sqrt(1 - explained), 1e-5) << x;
  }
}

TEST(GaussianProcess, DistanceIsEuclidean) {
  GaussianProcess model(kLength, kNoise);
  model.Fit(std::vector<Point>{{1, 2, 3}}, std::vector<double>{1}, false);
  const Prediction p = model.Predict(std::vector<Point>{{1.2f, 1.9f, 3.2f}})[0];
  EXPECT_NEAR(p.mean, Matern(0.3) / (1 + kNoise), 1e-5);
}

TEST(GaussianProcess, UncertaintyGrowsAwayFromTheData) {
  GaussianProcess model(kLength, kNoise);
  model.Fit(Line({0, 0.1, 0.2}), std::vector<double>{1, 0, 1}, false);
  const auto predictions = model.Predict(Line({0.1, 0.4, 0.8, 1.6, 3.2, 30}));
  for (std::size_t i = 1; i < predictions.size(); ++i) {
    EXPECT_GT(predictions[i].deviation, predictions[i - 1].deviation) << i;
  }
  EXPECT_NEAR(predictions.back().deviation, 1, 1e-5);
  EXPECT_NEAR(predictions.back().mean, 0, 1e-5);
}

// n equal points are one whose noise is n times smaller.
TEST(GaussianProcess, EqualPointsAreAveraged) {
  constexpr int kCopies = 40;
  std::vector<double> values;
  for (int i = 0; i < kCopies; ++i) values.push_back(i % 2 == 0 ? 1.5 : 0.5);
  GaussianProcess model(kLength, kNoise);
  model.Fit(std::vector<Point>(kCopies, Point{0.3f, 0.4f}), values, false);
  const Prediction p = model.Predict(std::vector<Point>{{0.3f, 0.4f}})[0];
  EXPECT_NEAR(p.mean, kCopies / (kCopies + kNoise), 1e-3);
  EXPECT_NEAR(p.deviation, std::sqrt(kNoise / (kCopies + kNoise)), 1e-3);
}

TEST(GaussianProcess, TuningOnEqualPointsOrEqualValuesIsHarmless) {
  GaussianProcess model;
  model.Fit(std::vector<Point>(100, Point{0.3f}), std::vector<double>(100, 1.0), true);
  EXPECT_NEAR(model.Predict(std::vector<Point>{{0.3f}})[0].mean, 1, 0.1);
  model.Fit(Line({0, 1, 2, 3}), std::vector<double>(4, 0.0), true);
  EXPECT_NEAR(model.Predict(Line({1.5}))[0].mean, 0, 1e-6);
}

// A function drawn from the prior: a sum of waves whose frequencies have the kernel's spectral
// density, Student's t with 5 degrees of freedom (Rasmussen, Williams 2006, eq. 4.15).
class Drawn {
 public:
  Drawn(double length, std::size_t dimensions, Rng& rng) {
    for (int i = 0; i < kWaves; ++i) {
      double square = 0;
      for (int k = 0; k < 5; ++k) square += std::pow(rng.Normal(), 2);
      Wave wave{.frequency = {}, .phase = rng.Uniform(0, 2 * M_PI)};
      for (std::size_t k = 0; k < dimensions; ++k) {
        wave.frequency.push_back(rng.Normal() / std::sqrt(square / 5) / length);
      }
      waves_.push_back(std::move(wave));
    }
  }

  double operator()(const Point& point) const {
    double sum = 0;
    for (const Wave& wave : waves_) {
      double angle = wave.phase;
      for (std::size_t k = 0; k < point.size(); ++k) angle += wave.frequency[k] * point[k];
      sum += std::cos(angle);
    }
    return sum * std::sqrt(2.0 / kWaves);
  }

 private:
  static constexpr int kWaves = 300;
  struct Wave {
    std::vector<double> frequency;
    double phase;
  };
  std::vector<Wave> waves_;
};

struct Sample {
  std::vector<Point> points;
  std::vector<double> values;
};

Sample SampleOf(double length, double noise, int count, Rng& rng) {
  const Drawn function(length, 2, rng);
  Sample sample;
  for (int i = 0; i < count; ++i) {
    sample.points.push_back({static_cast<float>(rng.Uniform()), static_cast<float>(rng.Uniform())});
    sample.values.push_back(function(sample.points.back()) + std::sqrt(noise) * rng.Normal());
  }
  return sample;
}

// Two uniform points of the unit square are 0.51 apart in the median, so that the lengths are
// near rows of the grid.
TEST(GaussianProcess, TuningFindsTheLengthScaleOfDrawnFunctions) {
  constexpr int kFunctions = 20;
  for (const double length : {0.13, 0.26, 0.51}) {
    int close = 0;
    for (int i = 0; i < kFunctions; ++i) {
      Rng rng = Rng(5).Fork("drawn", static_cast<std::uint64_t>(i));
      const Sample sample = SampleOf(length, 0.02, 80, rng);
      GaussianProcess model;
      model.Fit(sample.points, sample.values, true);
      close += std::abs(std::log2(model.LengthScale() / length)) < 0.5;
    }
    EXPECT_GE(close, 14) << "of " << kFunctions << " at length " << length;
  }
}

TEST(GaussianProcess, TuningTellsNoiseFromStructure) {
  std::vector<double> found;
  for (const double noise : {0.02, 0.6}) {
    double sum = 0;
    for (int i = 0; i < 10; ++i) {
      Rng rng = Rng(6).Fork("noisy", static_cast<std::uint64_t>(i));
      const Sample sample = SampleOf(0.4, noise, 80, rng);
      GaussianProcess model;
      model.Fit(sample.points, sample.values, true);
      sum += model.Noise() / 10;
    }
    found.push_back(sum);
  }
  EXPECT_LT(found[0], 0.1);
  EXPECT_GT(found[1], 0.3);
}

// The deviation is a promise: about two thirds of the truth lie within one.
TEST(GaussianProcess, PredictsHeldOutValuesWithinItsDeviations) {
  int inside = 0;
  double error = 0;
  for (int i = 0; i < 10; ++i) {
    Rng rng = Rng(7).Fork("held out", static_cast<std::uint64_t>(i));
    const Drawn function(0.4, 2, rng);
    std::vector<Point> points;
    std::vector<double> values;
    for (int k = 0; k < 100; ++k) {
      points.push_back({static_cast<float>(rng.Uniform()), static_cast<float>(rng.Uniform())});
      values.push_back(function(points.back()) + std::sqrt(0.02) * rng.Normal());
    }
    GaussianProcess model;
    model.Fit(std::span(points).first(60), std::span(values).first(60), true);
    const auto predictions = model.Predict(std::span(points).subspan(60));
    for (std::size_t k = 0; k < predictions.size(); ++k) {
      const double miss = function(points[60 + k]) - predictions[k].mean;
      inside += std::abs(miss) < predictions[k].deviation;
      error += miss * miss / 400;
    }
  }
  EXPECT_GT(inside, 200);
  EXPECT_LT(inside, 340);
  EXPECT_LT(error, 0.1) << "of unit variance";
}

// Late in a search most points crowd around the best one, far from the others.
TEST(GaussianProcess, FitsPointsThatCrowdTogether) {
  Rng rng(3);
  std::vector<Point> points;
  std::vector<double> values;
  for (int k = 0; k < 256; ++k) {
    const double spread = k < 200 ? 1e-3 : 1;
    Point point;
    for (int i = 0; i < 50; ++i) point.push_back(static_cast<float>(1 + spread * rng.Normal()));
    points.push_back(point);
    values.push_back(rng.Normal());
  }
  GaussianProcess model;
  model.Fit(points, values, true);
  for (const Prediction& p : model.Predict(points)) EXPECT_TRUE(std::isfinite(p.mean));
}

}  // namespace
}  // namespace actsearch::strategies
