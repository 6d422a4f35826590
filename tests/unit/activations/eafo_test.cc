// EAFO against its theory (docs/eafo.md): closed forms, fixed points, first variations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/activations/eafo/derivation.h"
#include "search_spaces/activations/eafo/entropy.h"
#include "search_spaces/activations/eafo/log_derivative.h"
#include "search_spaces/activations/eafo/numeric.h"
#include "search_spaces/activations/eafo/pieces.h"
#include "search_spaces/activations/eafo/smoothed_density.h"
#include "search_spaces/activations/eafo/symbolic.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations::eafo {
namespace {

using ::testing::HasSubstr;

expr::Expr F(std::string_view text) { return expr::Parse(text).value(); }

Pieces PiecesOf(std::string_view text) { return FindPieces(expr::Derive(F(text))).value(); }

Result<SymbolicCorrection> TryCorrect(std::string_view text) {
  return CorrectSymbolically(F(text), expr::Derive(F(text)), PiecesOf(text));
}

SymbolicCorrection Corrected(std::string_view text) { return TryCorrect(text).value(); }

double At(const expr::Expr& e, double x) {
  return expr::Evaluate(e, x, expr::InitialParameters(e));
}

expr::Expr Combined(std::string_view f, const expr::Expr& correction, double eps) {
  return WithCorrection(F(f), correction, eps, /*learnable=*/false);
}

// Of f + eps * correction, over the pieces of f.
double PieceEntropyOf(std::string_view f, const expr::Expr& correction, double eps) {
  return PieceEntropy(expr::Derive(Combined(f, correction, eps)), PiecesOf(f));
}

// ---- closed forms

struct ClosedForm {
  std::string_view f;
  std::string_view correction;  // over exp(-x^2/2)
  std::size_t most_nodes;       // of the whole correction: it must stay readable
};

TEST(Symbolic, GivesTheKnownClosedForms) {
  const ClosedForm table[] = {
      {"x", "x", 6},
      {"relu(x)", "x", 6},
      {"leaky_relu(x)", "x", 6},
      {"3 * x", "x", 6},
      {"tanh(x)", "x - 2 * tanh(x)", 10},
      {"sigmoid(x)", "x - tanh(0.5 * x)", 12},
      {"softplus(x)", "x + sigmoid(-x)", 9},
      {"elu(x)", "x + step(-x)", 9},
      {"exp(x)", "x + 1", 8},
      {"sinh(x)", "x + tanh(x)", 8},
  };
  for (const ClosedForm& row : table) {
    const SymbolicCorrection found = Corrected(row.f);
    const expr::Expr expected =
        F("exp(-0.5 * square(x)) * (" + std::string(row.correction) + ")");
    for (double x = -4.95; x < 5; x += 0.1) {
      EXPECT_NEAR(At(found.correction, x), At(expected, x), 1e-12) << row.f << " at " << x;
    }
    EXPECT_LE(found.correction.nodes.size(), row.most_nodes)
        << row.f << ": " << expr::Print(found.correction);
    EXPECT_FALSE(found.guarded) << row.f;
    EXPECT_FALSE(found.fixed_point) << row.f;
  }
}

TEST(Symbolic, MakesCrreluOfRelu) {
  const SymbolicCorrection found = Corrected("relu(x)");
  const expr::Expr made = WithCorrection(F("relu(x)"), found.correction, 0.01);
  const expr::Expr crrelu = F("relu(x) + e * x * exp(-0.5 * square(x)) where e: layer = 0.01");
  EXPECT_EQ(expr::Canonical(made), expr::Canonical(crrelu)) << expr::Print(made);
  EXPECT_THAT(expr::Print(made), HasSubstr("eps: layer = 0.01"));
}

TEST(Symbolic, NormalDistributionFunctionIsTheFixedPoint) {
  for (const std::string_view f : {"normal_cdf(x)", "3 - 2 * normal_cdf(x)",
                                   "erf(0.7071067811865476 * x)"}) {
    EXPECT_TRUE(Corrected(f).fixed_point) << f;
  }
  EXPECT_FALSE(Corrected("normal_cdf(1.01 * x)").fixed_point);
}

TEST(Symbolic, KeepsPolesAway) {
  const SymbolicCorrection silu = Corrected("silu(x)");
  EXPECT_THAT(PiecesOf("silu(x)").critical,
              ::testing::ElementsAre(::testing::DoubleNear(-1.2784645, 1e-6)));
  EXPECT_TRUE(silu.guarded);
  for (double x = -5; x < 5; x += 0.001) ASSERT_LT(std::fabs(At(silu.correction, x)), 10) << x;
  // Far from the pole it is the quotient.
  const double s = 1 / (1 + std::exp(-1.0));
  const double quotient = (1 - s) * (2 + (1 - 2 * s)) / (1 + (1 - s));
  EXPECT_NEAR(At(silu.correction, 1), std::exp(-0.5) * (1 + quotient), 1e-12);
}

TEST(Symbolic, RefusesWhatHasNoDensity) {
  EXPECT_THAT(TryCorrect("step(x)").error().message, HasSubstr("no density"));
  EXPECT_THAT(TryCorrect("log(x)").error().message, HasSubstr("f is not finite at x = -"));
}

TEST(Symbolic, KeepsParametersAndChoosesAFreeName) {
  const std::string_view f = "tanh(eps * x) where eps: channel = 2";
  const expr::Expr made = WithCorrection(F(f), Corrected(f).correction, -0.03);
  ASSERT_EQ(made.parameters.size(), 2u);
  EXPECT_EQ(made.parameters[0].name, "eps");
  EXPECT_EQ(made.parameters[1].name, "eps2");
  EXPECT_EQ(made.parameters[1].initial, -0.03);
  EXPECT_NEAR(At(made, 0.5), std::tanh(1) - 0.03 * std::exp(-0.125) * (0.5 - 4 * std::tanh(1)),
              1e-12);
}

TEST(LogDerivative, EqualsTheQuotientWhereThatExists) {
  for (const std::string_view g :
       {"sech(x) * exp(2 * x) / cosh(3 * x)", "square(sigmoid(x)) * cube(gaussian(x))",
        "sqrt(1 + square(x))", "-abs(x + 7) * b where b: layer = 2", "reciprocal(2 + sin(x))",
        "select(x - 1, exp(x), sigmoid(x))", "1 + exp(x)"}) {
    const expr::Expr e = F(g);
    const expr::Expr slope = expr::Derive(e);
    const expr::Expr quotient = LogDerivative(e);
    for (double x = -3.95; x < 4; x += 0.1) {
      EXPECT_NEAR(At(quotient, x), At(slope, x) / At(e, x), 1e-11) << g << " at " << x;
    }
  }
}

TEST(LogDerivative, ExtendsAFormulaOverTheHalfThatIsZero) {
  EXPECT_EQ(At(LogDerivative(F("select(x, exp(3 * x), 0)")), -2), 3);
  EXPECT_EQ(At(LogDerivative(F("select(x, 0, exp(3 * x))")), 2), 3);
  EXPECT_EQ(At(LogDerivative(F("step(x) * exp(3 * x)")), -2), 3);
}

// ---- pieces

TEST(Pieces, AreCutWhereTheSlopeChangesItsSign) {
  const Pieces relu = PiecesOf("relu(x)");
  ASSERT_EQ(relu.pieces.size(), 2u);
  EXPECT_EQ(relu.pieces[0].sense, 0);
  EXPECT_NEAR(relu.pieces[0].high, 0, 1e-12);
  EXPECT_TRUE(relu.critical.empty());
  EXPECT_TRUE(relu.IsMonotone());
  EXPECT_FALSE(relu.IsFlat());

  const Pieces bump = PiecesOf("gaussian(x - 1)");
  ASSERT_EQ(bump.pieces.size(), 2u);
  EXPECT_EQ(bump.pieces[0].sense, 1);
  EXPECT_EQ(bump.pieces[1].sense, -1);
  EXPECT_NEAR(bump.critical.at(0), 1, 1e-9);
  EXPECT_FALSE(bump.IsMonotone());

  EXPECT_TRUE(PiecesOf("abs(x)").critical.empty()) << "a kink is no pole";
  EXPECT_NEAR(PiecesOf("cube(x)").critical.at(0), 0, 1e-4) << "touches 0";
  EXPECT_NEAR(PiecesOf("squared_relu(x)").critical.at(0), 0, 1e-6);
  EXPECT_EQ(PiecesOf("sin(x)").critical.size(), 4u);
  EXPECT_TRUE(PiecesOf("tanh(5 * x)").critical.empty()) << "saturation is not flat";
}

// ---- first variations: predicted and measured

// f' > 0 everywhere; p f''/f' etc. by hand.
constexpr std::string_view kMixed = "0.2 * x + 0.8 * softplus(x)";

TEST(Entropy, FallsAlongThePapersFormAsComputed) {
  // delta = -p(x) (x + f''/f'): the correction times -1/sqrt(2 pi).
  const expr::Expr correction = Corrected(kMixed).correction;
  const double scale = 1 / std::sqrt(2 * std::numbers::pi);
  const double eps = 1e-4;
  const double rise = PieceEntropyOf(kMixed, correction, eps * scale) -
                      PieceEntropyOf(kMixed, correction, -eps * scale);
  EXPECT_NEAR(-rise / (2 * eps), -0.2351, 5e-5);
}

TEST(Entropy, FallsAlongTheFlatMetricByTheSquareOfTheStep) {
  // delta = (p / f')', and dH = -integral of delta^2.
  const expr::Expr delta = expr::Derive(
      F("0.3989422804014327 * exp(-0.5 * square(x)) / (0.2 + 0.8 * sigmoid(x))"));
  const double eps = 1e-4;
  const double slope = (PieceEntropyOf(kMixed, delta, eps) -
                        PieceEntropyOf(kMixed, delta, -eps)) / (2 * eps);
  double square = 0;
  for (double x = -8; x < 8; x += 0.001) square += 0.001 * At(delta, x) * At(delta, x);
  EXPECT_NEAR(slope, -0.43370, 5e-5);
  EXPECT_NEAR(-square, -0.43370, 5e-5);
}

TEST(Entropy, OfTheRisingHalfOfReluGrowsWithThePublishedSign) {
  const expr::Expr correction = Corrected("relu(x)").correction;
  const double before = PieceEntropyOf("relu(x)", correction, 0);
  EXPECT_NEAR(before, 0.5 * 0.5 * std::log(2 * std::numbers::pi * std::numbers::e), 1e-9);
  EXPECT_NEAR(PieceEntropyOf("relu(x)", correction, 0.01) - before, 0.00176, 5e-6);
  EXPECT_NEAR(PieceEntropyOf("relu(x)", correction, -0.01) - before, -0.00178, 5e-6);
  const double slope = PieceEntropySlope(expr::Derive(F("relu(x)")), expr::Derive(correction),
                                         PiecesOf("relu(x)"));
  EXPECT_NEAR(slope, 0.25 / std::numbers::sqrt2, 1e-9);
}

TEST(Entropy, OfSiluFallsAlongItsScoreByTheMeanSquare) {
  const PreActivations input = PreActivations::StandardNormal();
  const expr::Expr f = F("silu(x)");
  const std::vector<double> y = expr::EvaluateMany(f, input.x, {});
  const double width = 0.05;
  const SmoothedDensity density(y, input.weight, width);
  double predicted = 0;
  std::vector<double> step;
  for (std::size_t i = 0; i < y.size(); ++i) {
    step.push_back(density.ScoreAt(y[i]));
    predicted -= input.weight[i] * step[i] * step[i];
  }
  const auto entropy = [&](double eps) {
    std::vector<double> moved = y;
    for (std::size_t i = 0; i < y.size(); ++i) moved[i] += eps * step[i];
    return SmoothedDensity(moved, input.weight, width).Entropy();
  };
  EXPECT_NEAR(predicted, -20.40, 0.02);
  EXPECT_NEAR((entropy(1e-4) - entropy(-1e-4)) / 2e-4, -20.40, 0.1);
}

TEST(Entropy, IsThatOfKnownDistributions) {
  const PreActivations input = PreActivations::StandardNormal();
  const Entropies line = EntropiesOf(F("3 * x + 1"), input).value();
  const double normal = 0.5 * std::log(2 * std::numbers::pi * std::numbers::e);
  EXPECT_NEAR(line.normalised, normal + 0.5 * std::log1p(kWidth * kWidth), 1e-4);
  EXPECT_NEAR(line.plain, line.normalised + std::log(3), 1e-9);
  EXPECT_NEAR(line.negentropy, 0, 1e-4);
  // Uniform on an interval of variance 1, with a little noise at the ends.
  const Entropies uniform = EntropiesOf(F("normal_cdf(x)"), input).value();
  EXPECT_NEAR(uniform.normalised, std::log(std::sqrt(12)), 0.03);
  EXPECT_GT(EntropiesOf(F("relu(x)"), input)->negentropy, 0.3) << "an atom";
  EXPECT_FALSE(EntropiesOf(F("0 * x"), input));
  EXPECT_FALSE(EntropiesOf(F("log(x)"), input));
}

TEST(Entropy, DoesNotDependOnTheScale) {
  const PreActivations input = PreActivations::StandardNormal();
  for (const char* f : {"silu(x)", "relu(x)", "sin(x)"}) {
    const double one = EntropiesOf(F(f), input)->normalised;
    EXPECT_NEAR(EntropiesOf(F("7 - 5 * " + std::string(f)), input)->normalised, one, 1e-3) << f;
  }
}

// An atom moved by less than a grid step must not change the density's form.
TEST(SmoothedDensity, DoesNotDependOnWhereTheGridLies) {
  const std::vector<double> weights = {0.5, 0.25, 0.25};
  const double base = SmoothedDensity(std::vector<double>{0, 2, 3}, weights, 0.05).Entropy();
  for (const double off : {0.001, 0.003, 0.0042, 0.007}) {
    const std::vector<double> moved = {off, 2, 3};
    EXPECT_NEAR(SmoothedDensity(moved, weights, 0.05).Entropy(), base, 1e-6) << off;
  }
}

TEST(EntropySlope, PredictsWhatSmallStepsDo) {
  const PreActivations input = PreActivations::StandardNormal();
  for (const char* f : {"softplus(x)", "tanh(x)", "silu(x)", "0.5 * x + sin(x)"}) {
    const expr::Expr correction = F("exp(-0.5 * square(x)) * (1 + x)");
    const std::vector<double> change = expr::EvaluateMany(correction, input.x, {});
    const double predicted = EntropySlope::Make(F(f), input)->Along(change);
    const double up = EntropiesOf(Combined(f, correction, 1e-3), input)->normalised;
    const double down = EntropiesOf(Combined(f, correction, -1e-3), input)->normalised;
    EXPECT_NEAR(predicted, (up - down) / 2e-3, 0.03 * std::fabs(predicted) + 1e-3) << f;
  }
}

// ---- step by step

TEST(Derivation, WritesCrreluWithTheSignThatLowersTheNormalisedEntropy) {
  const Derivation d =
      DeriveCorrection(F("relu(x)"), PreActivations::StandardNormal()).value();
  EXPECT_FALSE(d.fit);
  EXPECT_TRUE(std::ranges::is_sorted(d.steps, {}, &Step::eps));
  EXPECT_EQ(d.steps.size(), 13u);
  EXPECT_LT(d.StepAt(d.eps).entropies->normalised, d.StepAt(-d.eps).entropies->normalised);
  EXPECT_EQ(std::fabs(d.eps), 0.01);
  EXPECT_NEAR(*d.piece_predicted, 0.25 / std::numbers::sqrt2, 1e-9);
  EXPECT_NEAR(*d.piece_measured, *d.piece_predicted, 1e-5);
  EXPECT_NEAR(d.predicted, d.measured, 0.03 * std::fabs(d.predicted) + 1e-3);
  EXPECT_THAT(expr::Print(d.result), HasSubstr("eps: layer = "));
}

TEST(Derivation, FitsWhereTheSlopePassesThroughZero) {
  const Derivation d = DeriveCorrection(F("silu(x)"), PreActivations::StandardNormal()).value();
  ASSERT_TRUE(d.fit);
  EXPECT_GT(d.fit->explained, 0.5);
  EXPECT_TRUE(d.symbolic->guarded);
  EXPECT_FALSE(d.piece_predicted);
  EXPECT_NEAR(d.predicted, d.measured, 0.05 * std::fabs(d.predicted) + 1e-3);
}

TEST(Derivation, StopsAtTheFixedPointOfTheNormalInputOnly) {
  const PreActivations normal = PreActivations::StandardNormal();
  EXPECT_TRUE(DeriveCorrection(F("normal_cdf(x)"), normal)->IsFixedPoint());
  Rng rng(1);
  std::vector<double> samples;
  for (int i = 0; i < 5000; ++i) samples.push_back(2 + 3 * rng.Normal());
  const PreActivations wide = PreActivations::FromSamples(samples).value();
  const Derivation d = DeriveCorrection(F("normal_cdf(x)"), wide).value();
  EXPECT_FALSE(d.IsFixedPoint());
  EXPECT_GT(d.fit->explained, 0.3);
  EXPECT_LT(d.StepAt(d.eps).entropies->normalised, d.StepAt(0).entropies->normalised);
}

TEST(Derivation, SeesFolds) {
  const Derivation d =
      DeriveCorrection(F("0.1 * x"), PreActivations::StandardNormal()).value();
  EXPECT_FALSE(d.StepAt(-0.3).keeps_sense);  // 0.1 - 0.3 at 0
  EXPECT_TRUE(d.StepAt(-0.01).keeps_sense);
}

// ---- without formulas

TEST(Numeric, AgreesWithTheFormulaWhereBothExist) {
  const PreActivations input = PreActivations::StandardNormal();
  for (const char* f : {"softplus(x)", "0.2 * x + 0.8 * softplus(x)", "x + 0.3 * tanh(x)"}) {
    const EntropySlope slope = EntropySlope::Make(F(f), input).value();
    const std::vector<double> measured =
        CorrectNumerically(slope, expr::Derive(F(f)), input, Metric::kInverse);
    const expr::Expr formula = Corrected(f).correction;
    for (std::size_t i = 0; i < input.x.size(); ++i) {
      if (std::fabs(input.x[i]) > 2) continue;
      EXPECT_NEAR(measured[i], At(formula, input.x[i]), 0.03) << f << " at " << input.x[i];
    }
  }
}

TEST(Numeric, MetricsDifferByTheirFactors) {
  const PreActivations input = PreActivations::StandardNormal(16);
  const expr::Expr f = F("silu(x)");
  const EntropySlope slope = EntropySlope::Make(f, input).value();
  const expr::Expr derivative = expr::Derive(f);
  const auto paper = CorrectNumerically(slope, derivative, input, Metric::kInverse);
  const auto flat = CorrectNumerically(slope, derivative, input, Metric::kFlat);
  const auto weighted = CorrectNumerically(slope, derivative, input, Metric::kWeighted);
  for (std::size_t i = 0; i < input.x.size(); i += 8) {
    const double x = input.x[i];
    EXPECT_NEAR(flat[i], weighted[i] * std::exp(-0.5 * x * x), 1e-12);
    EXPECT_NEAR(paper[i], flat[i] * At(derivative, x), 1e-12);
    EXPECT_NEAR(weighted[i], -slope.Score()[i] / slope.Deviation(), 1e-12);
  }
}

TEST(BellFit, FindsTheTermsOfWhatItCanExpress) {
  const PreActivations input = PreActivations::StandardNormal(16);
  const expr::Expr bell = F("exp(-0.5 * square(x)) * (0.5 * x - 2 * cube(x))");
  const BellFit fit = FitBell(expr::EvaluateMany(bell, input.x, {}), input, 2);
  EXPECT_NEAR(fit.explained, 1, 1e-9);
  EXPECT_THAT(fit.coefficients, ::testing::ElementsAre(0, 0.25, 0, -1));
  EXPECT_NEAR(fit.scale, 2, 1e-9);
  const expr::Expr formula = FormulaOf(fit, input, {});
  for (const double x : {-2.0, -0.5, 0.7, 3.0}) {
    EXPECT_NEAR(2 * At(formula, x), At(bell, x), 1e-9);
  }
  const BellFit one = FitBell(expr::EvaluateMany(bell, input.x, {}), input, 1);
  EXPECT_EQ(std::ranges::count(one.coefficients, 0.0), 3);
  EXPECT_LT(one.explained, fit.explained);
  const BellFit nothing = FitBell(std::vector<double>(input.x.size()), input, 4);
  EXPECT_EQ(nothing.explained, 0);
  EXPECT_EQ(At(FormulaOf(nothing, input, {}), 1), 0);
}

TEST(PreActivations, OfSamplesGiveTheSameAsTheDistribution) {
  Rng rng(1);
  std::vector<double> samples;
  for (int i = 0; i < 100'000; ++i) samples.push_back(rng.Normal());
  const PreActivations drawn = PreActivations::FromSamples(samples).value();
  const PreActivations exact = PreActivations::StandardNormal();
  for (const char* f : {"softplus(x)", "silu(x)", "relu(x)"}) {
    EXPECT_NEAR(EntropiesOf(F(f), drawn)->normalised, EntropiesOf(F(f), exact)->normalised, 0.01)
        << f;
  }
}

TEST(PreActivations, RefuseTooFewAndTooUniform) {
  EXPECT_THAT(PreActivations::FromSamples(std::vector<double>(99, 1)).error().message,
              HasSubstr("99 pre-activations"));
  EXPECT_THAT(PreActivations::FromSamples(std::vector<double>(200, 1)).error().message,
              HasSubstr("all the same"));
  std::vector<double> bad(200, 1);
  bad[3] = std::nan("");
  EXPECT_THAT(PreActivations::FromSamples(bad).error().message, HasSubstr("not finite"));
}

}  // namespace
}  // namespace actsearch::activations::eafo
