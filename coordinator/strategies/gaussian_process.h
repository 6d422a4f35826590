// Regression that knows its uncertainty: a Gaussian process with a Matern 5/2 kernel
// (Rasmussen, Williams 2006, chapters 2 and 5), zero mean and unit prior variance. A value;
// any thread.
#pragma once

#include <memory>
#include <span>
#include <vector>

namespace actsearch::strategies {

struct Prediction {
  double mean = 0;
  double deviation = 1;  // of the function, without noise
};

class GaussianProcess {
 public:
  using Point = std::vector<float>;

  // Length scale and noise (a variance, at least 1e-3 for the sake of single precision) hold
  // until a Fit that tunes.
  explicit GaussianProcess(double length = 1, double noise = 0.1);

  // Learns from points, at least one, of equal sizes and their values. Length scale and noise
  // are those, of a small grid around the median distance, under which the values are
  // likeliest; they are looked for only when `tunes`, else kept. O(n^3); a few hundred points
  // are meant.
  void Fit(std::span<const Point> points, std::span<const double> values, bool tunes);

  std::vector<Prediction> Predict(std::span<const Point> points) const;

  double LengthScale() const { return length_; }
  double Noise() const { return noise_; }  // variance

 private:
  struct Factor;
  std::shared_ptr<const Factor> factor_;  // immutable once made
  double length_;
  double noise_;
};

}  // namespace actsearch::strategies
