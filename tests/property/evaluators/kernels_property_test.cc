// Fused passes against double: every zoo entry and 10,000 random graphs. Where a running
// error analysis calls a formula well conditioned, values and gradients are within 2e-6;
// and whatever its condition, what double finds finite is finite.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <iomanip>
#include <iostream>
#include <limits>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "tests/support/error_bound.h"
#include "tests/support/random_expr.h"

namespace actsearch::kernels {
namespace {

using testing::Bounded;

constexpr double kWellConditioned = 6e-7;  // ten roundoffs
constexpr double kTolerance = 2e-6;
// Intermediate values below 1e-38 lose their digits, which the error bounds do not know:
// results this small need only be small.
constexpr double kUnderflow = 1e-30;
constexpr int kShown = 12;

// What the comparisons of one kind came to.
struct Tally {
  long finite = 0;   // points where double is finite and float can hold it
  long counted = 0;  // of these, well conditioned
  double worst = 0;  // relative error of those
  std::string worst_at;
  long inaccurate = 0, not_finite = 0;
  std::vector<std::string> examples;

  double CountedShare() const { return static_cast<double>(counted) / static_cast<double>(finite); }
  void Example(const std::string& text) {
    if (examples.size() < kShown) examples.push_back(text);
  }
};

std::ostream& operator<<(std::ostream& out, const Tally& t) {
  out << t.finite << " finite, " << t.counted << " well conditioned (" << 100 * t.CountedShare()
      << " %), worst error " << t.worst << " of " << t.worst_at;
  for (const std::string& example : t.examples) out << "\n  " << example;
  return out;
}

// A formula at many points, each with parameters of its own: one row of N x C with
// every parameter given by channel.
struct Points {
  std::vector<float> x, gradient;
  std::vector<std::vector<float>> parameters;  // by parameter of the formula
};

double DrawX(Rng& rng) {
  switch (rng.Below(4)) {
    case 0:
      return rng.Normal();
    case 1:
      return rng.Uniform(-10, 10);
    case 2:
      return rng.Uniform(-100, 100);
    default:  // of every magnitude
      return (rng.Chance(0.5) ? 1 : -1) * std::pow(10, rng.Uniform(-9, 3));
  }
}

Points Draw(const expr::Expr& f, int body, Rng& rng) {
  Points points;
  points.x = {0};
  for (int i = 0; i < body; ++i) points.x.push_back(static_cast<float>(DrawX(rng)));
  for (const float tail : {20.0f, 50.0f, 100.0f}) {
    points.x.push_back(tail);
    points.x.push_back(-tail);
  }
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    points.gradient.push_back(static_cast<float>(rng.Uniform(0.5, 2)));
  }
  for (const expr::Parameter& p : f.parameters) {
    std::vector<float>& numbers = points.parameters.emplace_back();
    for (std::size_t i = 0; i < points.x.size(); ++i) {
      numbers.push_back(static_cast<float>(p.initial + rng.Uniform(-0.5, 0.5)));
    }
  }
  return points;
}

class Checker {
 public:
  void Check(expr::Expr f, const Points& points) {
    for (expr::Parameter& p : f.parameters) p.shape = expr::Shape::kChannel;
    const auto activation = MakeCpuActivation(f);
    const auto row = [](const std::vector<float>& values) {
      return at::tensor(values).view({1, -1});
    };
    std::vector<at::Tensor> parameters;
    for (const auto& numbers : points.parameters) parameters.push_back(at::tensor(numbers));
    at::Tensor y;
    Saved saved;
    Gradients gradients;
    activation->Forward(row(points.x), parameters, y, saved);
    activation->Backward(row(points.gradient), parameters, saved, gradients);

    Compare(f, f, points, y, /*times_gradient=*/false, values);
    const at::Tensor dx =
        gradients.input.defined() ? gradients.input : at::zeros_like(row(points.x));
    Compare(f, expr::Derive(f), points, dx, true, input_gradients);
    for (std::size_t k = 0; k < f.parameters.size(); ++k) {
      Compare(f, expr::DeriveParameter(f, k), points, gradients.parameters[k], true,
              parameter_gradients);
    }
  }

  // `least`: the share of points that must be well conditioned.
  void Judge(double least) const {
    for (const auto& [name, tally] :
         {std::pair("values", &values), {"dx", &input_gradients}, {"dp", &parameter_gradients}}) {
      std::cout << name << ": " << *tally << std::endl;
      EXPECT_EQ(tally->inaccurate, 0) << name;
      EXPECT_EQ(tally->not_finite, 0) << name;
      EXPECT_GT(tally->CountedShare(), least) << name;
    }
  }

  Tally values, input_gradients, parameter_gradients;

 private:
  static void Compare(const expr::Expr& f, const expr::Expr& part, const Points& points,
                      const at::Tensor& result, bool times_gradient, Tally& tally) {
    const auto* seen = result.data_ptr<float>();
    std::vector<Bounded> numbers(points.parameters.size());
    for (std::size_t i = 0; i < points.x.size(); ++i) {
      for (std::size_t k = 0; k < numbers.size(); ++k) {
        numbers[k] = Bounded(points.parameters[k][i]);
      }
      Bounded exact = expr::EvaluateAs<Bounded>(part, Bounded(points.x[i]), numbers);
      if (times_gradient) exact = Bounded(points.gradient[i]) * exact;
      if (!(std::abs(exact.value) <= std::numeric_limits<float>::max())) continue;
      ++tally.finite;
      const auto example = [&](double error) {
        std::ostringstream text;
        text << std::setprecision(9) << expr::Print(f) << " at x = " << points.x[i];
        for (const Bounded& p : numbers) text << ", " << p.value;
        text << ": " << seen[i] << " for " << exact.value << ", error " << error << ", bound "
             << exact.RelativeError();
        return text.str();
      };
      if (!std::isfinite(seen[i])) {
        ++tally.not_finite;
        tally.Example(example(0));
        continue;
      }
      const bool is_tiny = std::abs(exact.value) < kUnderflow;
      if (!(exact.error <= kWellConditioned * std::abs(exact.value) || exact.error < 1e-38))
        continue;
      ++tally.counted;
      const double off = std::abs(seen[i] - exact.value);
      if (off <= (is_tiny ? kUnderflow : 1e-37)) continue;
      const double error = off / std::abs(exact.value);
      if (error > tally.worst) {
        tally.worst = error;
        tally.worst_at = example(error);
      }
      if (error < kTolerance) continue;
      ++tally.inaccurate;
      tally.Example(example(error));
    }
  }
};

TEST(KernelsProperty, ZooIsAsAccurateAsFloatAllows) {
  Rng rng(31);
  Checker checker;
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (!HasFusedPasses(expr::Parse(row.formula).value())) continue;
    const auto f = expr::Parse(row.formula);
    ASSERT_TRUE(f.has_value()) << row.name;
    checker.Check(*f, Draw(*f, 2043, rng));
  }
  checker.Judge(0.55);
}

TEST(KernelsProperty, RandomGraphsAreAsAccurateAsFloatAllows) {
  Rng rng(32);
  Checker checker;
  for (int i = 0; i < 10'000; ++i) {
    const expr::Expr f = testing::RandomExpr(
        rng, {.primitives = 1 + static_cast<int>(rng.Below(8)), .max_parameters = 2});
    checker.Check(f, Draw(f, 91, rng));
  }
  checker.Judge(0.5);
}

}  // namespace
}  // namespace actsearch::kernels
