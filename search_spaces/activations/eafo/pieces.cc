#include "search_spaces/activations/eafo/pieces.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "search_spaces/base/exact_text.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/gaussian_rule.h"

namespace actsearch::activations::eafo {
namespace {

constexpr double kFlat = 1e-100;      // slopes that count as 0; saturated tails do not
constexpr double kVanishing = 1e-5;   // of a slope right beside the end of a piece
constexpr double kTouching = 1e-9;    // of a smallest slope within a piece
constexpr int kHalvings = 40;

class Finder {
 public:
  explicit Finder(const expr::Expr& slope)
      : slope_(slope), parameters_(expr::InitialParameters(slope)) {}

  double At(double x) const { return expr::Evaluate(slope_, x, parameters_); }
  std::vector<double> At(const std::vector<double>& x) const {
    return expr::EvaluateMany(slope_, x, parameters_);
  }

  static int SenseOf(double slope) {
    return std::fabs(slope) <= kFlat ? 0 : slope > 0 ? 1 : -1;
  }

  // Ends on both sides of the change of sense between a and b, next to it.
  void Bisect(double& a, double& b) const {
    const int sense = SenseOf(At(a));
    for (int i = 0; i < kHalvings; ++i) {
      const double middle = 0.5 * (a + b);
      (SenseOf(At(middle)) == sense ? a : b) = middle;
    }
  }

  bool VanishesBeside(double a, double b) const {
    const auto vanishes = [this](double x) {
      const double slope = std::fabs(At(x));
      return slope > kFlat && slope < kVanishing;
    };
    return vanishes(a) || vanishes(b);
  }

  // The smallest |slope| between a and b, where it has one minimum.
  double Lowest(double a, double b) const {
    for (int i = 0; i < kHalvings; ++i) {
      const double third = (b - a) / 3;
      if (std::fabs(At(a + third)) < std::fabs(At(b - third))) {
        b -= third;
      } else {
        a += third;
      }
    }
    return 0.5 * (a + b);
  }

 private:
  const expr::Expr& slope_;
  std::vector<double> parameters_;
};

// Between two points that bisection brought together, without their last digits.
double Cut(double a, double b) { return std::round(0.5e12 * (a + b)) * 1e-12 + 0.0; }

}  // namespace

bool Pieces::IsFlat() const {
  return std::ranges::all_of(pieces, [](const Piece& piece) { return piece.sense == 0; });
}

bool Pieces::IsMonotone() const {
  const auto has = [this](int sense) {
    return std::ranges::any_of(pieces, [=](const Piece& piece) { return piece.sense == sense; });
  };
  return !(has(1) && has(-1));
}

Result<Pieces> FindPieces(const expr::Expr& slope) {
  static const expr::GaussianRule rule(static_cast<int>(kReach), 64);
  const std::vector<double>& x = rule.x;
  const Finder finder(slope);
  const std::vector<double> y = finder.At(x);
  const auto bad = std::ranges::find_if_not(y, [](double v) { return std::isfinite(v); });
  if (bad != y.end()) {
    const double where = x[static_cast<std::size_t>(bad - y.begin())];
    return Fail(ErrorCode::kInvalid, "f' is not finite at x = " + ExactText(where) +
                                         "; give a function that is finite on [-5, 5]");
  }
  Pieces found;
  Piece piece{.sense = Finder::SenseOf(y[0])};
  for (std::size_t i = 1; i < x.size(); ++i) {
    const int sense = Finder::SenseOf(y[i]);
    if (sense != piece.sense) {
      double a = x[i - 1];
      double b = x[i];
      finder.Bisect(a, b);
      piece.high = Cut(a, b);
      if (finder.VanishesBeside(a, b)) found.critical.push_back(piece.high);
      found.pieces.push_back(piece);
      piece = {.low = piece.high, .sense = sense};
    } else if (i + 1 < x.size() && sense != 0 && Finder::SenseOf(y[i + 1]) == sense &&
               std::fabs(y[i]) <= std::fabs(y[i - 1]) && std::fabs(y[i]) < std::fabs(y[i + 1])) {
      const double lowest = finder.Lowest(x[i - 1], x[i + 1]);
      if (std::fabs(finder.At(lowest)) < kTouching) found.critical.push_back(lowest);
    }
  }
  found.pieces.push_back(piece);
  return found;
}

}  // namespace actsearch::activations::eafo
