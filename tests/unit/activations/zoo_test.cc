#include "search_spaces/activations/zoo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations {
namespace {

using expr::Expr;

// Expected values at -2, -1, 0, 1, 2 to nine significant digits, and the
// parameters at which they hold where these are not the initial ones.
struct Golden {
  std::vector<double> values;
  std::map<std::string, double> parameters;
};

std::map<std::string, Golden> ReadGolden() {
  std::ifstream file(ACTSEARCH_GOLDEN_DIR "/zoo_values.tsv");
  std::map<std::string, Golden> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    Golden& row = rows[name];
    for (int i = 0; i < 5; ++i) words >> row.values.emplace_back();
    for (std::string setting; words >> setting;) {
      const std::size_t equals = setting.find('=');
      row.parameters[setting.substr(0, equals)] = std::stod(setting.substr(equals + 1));
    }
  }
  return rows;
}

std::vector<double> ParametersFor(const Expr& e, const Golden& golden) {
  std::vector<double> values = expr::InitialParameters(e);
  for (const auto& [name, value] : golden.parameters) {
    bool found = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (e.parameters[i].name != name) continue;
      values[i] = value;
      found = true;
    }
    EXPECT_TRUE(found) << "no parameter " << name;
  }
  return values;
}

// Sections 1.1 to 1.9 hold scalar functions, each with values.
bool Tabulated(const ZooRow& row) { return row.section.size() == 3 && IsScalar(row); }

// The row's values over the elements of x, as one vector.
std::vector<double> Over(std::string_view name, std::vector<double> x, double u = 0) {
  const Expr e = expr::Parse((*Zoo().Find(name))->formula).value();
  std::vector<double> y(x.size());
  const std::vector<double> gate(x.size(), u);
  expr::EvaluateMany(e, x, gate, expr::InitialParameters(e), y);
  return y;
}

void ExpectNear(const std::vector<double>& got, const std::vector<double>& want) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], want[i], 6e-8) << i;
}

TEST(Zoo, RowsHaveStableNamesAndSections) {
  EXPECT_GE(Zoo().Rows().size(), 340u);
  std::set<std::string_view> names;
  for (const ZooRow& row : Zoo().Rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    for (const unsigned char c : row.name) {
      EXPECT_TRUE(std::islower(c) || std::isdigit(c) || c == '_') << row.name;
    }
    EXPECT_FALSE(row.title.empty()) << row.name;
    EXPECT_FALSE(row.citation.empty()) << row.name;
    EXPECT_TRUE(row.section.starts_with("1.")) << row.name;
  }
}

TEST(Zoo, EveryFormulaParsesAndRoundTrips) {
  for (const ZooRow& row : Zoo().Rows()) {
    const auto e = expr::Parse(row.formula);
    ASSERT_TRUE(e.has_value()) << row.name << ": " << e.error().message;
    EXPECT_EQ(*expr::Parse(expr::Print(*e)), *e) << row.name;
    const Expr canonical = expr::Canonical(*e);
    EXPECT_EQ(*expr::Parse(expr::Print(canonical)), canonical) << row.name;
  }
}

// Rows whose initial numbers the literature rounds to ten digits and whose terms
// cancel: the table's values have an absolute error of that size.
constexpr std::array<std::string_view, 2> kRoundedCoefficients = {"pau_a_relu", "pau_c"};

TEST(Zoo, ValuesMatchTheLiteratureTable) {
  const auto golden = ReadGolden();
  std::size_t tabulated = 0;
  for (const ZooRow& row : Zoo().Rows()) {
    const auto expected = golden.find(std::string(row.name));
    if (expected == golden.end()) {
      EXPECT_FALSE(Tabulated(row)) << row.name << " has no row in zoo_values.tsv";
      continue;
    }
    ++tabulated;
    const Expr e = expr::Parse(row.formula).value();
    const std::vector<double> parameters = ParametersFor(e, expected->second);
    const bool rounded =
        std::ranges::find(kRoundedCoefficients, row.name) != kRoundedCoefficients.end();
    for (int i = 0; i < 5; ++i) {
      const double want = expected->second.values[i];
      const double got = expr::Evaluate(e, i - 2, parameters);
      // Half a unit of the ninth digit; absolutely where terms of size 1 cancel.
      const double tolerance = 5.01e-9 * std::fabs(want) + (rounded ? 1e-10 : 1e-13);
      EXPECT_NEAR(got, want, tolerance) << row.name << " at " << i - 2;
    }
  }
  EXPECT_EQ(golden.size(), tabulated) << "a golden row without a zoo row";
}

// The parameters at which the golden values hold, so that thresholds lie on the points.
TEST(Zoo, FlagsTellWhichFunctionsJumpAndWhichAreInfinitelySteep) {
  const auto golden = ReadGolden();
  for (const ZooRow& row : Zoo().Rows()) {
    if (!IsScalar(row)) continue;
    const Expr e = expr::Parse(row.formula).value();
    const auto found = golden.find(std::string(row.name));
    const std::vector<double> parameters =
        found == golden.end() ? expr::InitialParameters(e) : ParametersFor(e, found->second);
    constexpr double kStep = 1e-10;
    double steepest = 0, jump = 0;
    for (double x = -4; x <= 4; x += 0.0625) {
      const double left = expr::Evaluate(e, x - kStep, parameters);
      const double right = expr::Evaluate(e, x + kStep, parameters);
      const double size = 1 + std::fabs(left) + std::fabs(right);
      jump = std::max(jump, std::fabs(right - left) / size);
      steepest = std::max(steepest, std::fabs(right - left) / (2 * kStep) / size);
    }
    EXPECT_EQ(jump > 1e-3, row.flags.jump) << row.name << ": " << jump;
    EXPECT_EQ(steepest > 1e4, row.flags.jump || row.flags.unbounded_slope)
        << row.name << ": " << steepest;
  }
}

// To seven decimals, from the literature table; reductions are over all elements.
TEST(Zoo, StatisticsAndVectorsMatchTheLiteratureTable) {
  const std::vector<double> x = {1, 2, 3, -1};
  ExpectNear(Over("softmax", x), {0.0889468, 0.2417825, 0.6572330, 0.0120376});
  ExpectNear(Over("softmin", {-1, -2, -3, 1}), {0.0889468, 0.2417825, 0.6572330, 0.0120376});
  ExpectNear(Over("stable_softmax", x), {0.2105263, 0.3157895, 0.4210526, 0.0526316});
  ExpectNear(Over("poly_norm", x), {0.2627793, 0.8014291, 1.7578146, -0.1287743});
  ExpectNear(Over("sqmax", x), {1.0 / 15, 4.0 / 15, 9.0 / 15, 1.0 / 15});
  ExpectNear(Over("power_softmax", x), {1.0 / 99, 16.0 / 99, 81.0 / 99, 1.0 / 99});
  std::vector<double> sparse(16, 0.0);
  sparse[14] = 1;
  sparse[15] = 3;
  const std::vector<double> ash = Over("ash", sparse), hard = Over("hard_ash", sparse);
  ExpectNear({ash[14], ash[15]}, {0.0509315, 2.8675490});
  ExpectNear({hard[14], hard[15]}, {0.0125000, 2.0000000});
  ExpectNear(Over("abrelu", x), {0, 0.75, 1.75, 0});
  ExpectNear(Over("lwta", x), {0, 0, 3, 0});
}

TEST(Zoo, GatedUnitsMatchTheLiteratureTable) {
  const auto at = [](std::string_view name, double x, double u) { return Over(name, {x}, u)[0]; };
  EXPECT_NEAR(at("glu", 2, -1), 0.5378828, 6e-8);
  EXPECT_NEAR(at("reglu", 2, -1), 0, 6e-8);
  EXPECT_NEAR(at("geglu", 2, -1), -0.3173105, 6e-8);
  EXPECT_NEAR(at("swiglu", 2, -1), -0.5378828, 6e-8);
  EXPECT_NEAR(at("bilinear", 2, -1), -2, 6e-8);
  EXPECT_NEAR(at("gtu", 2, -1), 0.2592669, 6e-8);
  EXPECT_NEAR(at("clamped_swiglu", 2, 1.5), 4.1749866, 6e-8);
  EXPECT_NEAR(at("mand", 4, 9), 6, 6e-8);
  EXPECT_NEAR(at("mand", -4, -9), 0, 6e-8);
  EXPECT_NEAR(at("dual_elu", 2, -1), 2 - std::expm1(-1), 6e-8);
}

double SlopeOf(std::string_view name, double x) {
  const Expr e = expr::Parse((*Zoo().Find(name))->formula).value();
  return expr::Evaluate(expr::Derive(e), x, expr::InitialParameters(e));
}

TEST(Zoo, SurrogatesHaveTheValueOfOneFunctionAndTheSlopeOfAnother) {
  EXPECT_EQ(Over("sign_ste", {-0.5, 0.5, 2}), (std::vector<double>{-1, 1, 1}));
  EXPECT_EQ(SlopeOf("sign_ste", 0.5), 1);
  EXPECT_EQ(SlopeOf("sign_ste", 2), 0);
  EXPECT_NEAR(SlopeOf("bi_real", -0.25), 1.5, 1e-12);
  EXPECT_NEAR(SlopeOf("spike_triangle", -0.25), 0.75, 1e-12);
  EXPECT_NEAR(SlopeOf("spike_atan", 1), 1 / (1 + std::numbers::pi * std::numbers::pi), 1e-12);
  EXPECT_NEAR(SlopeOf("spike_sigmoid", 0), 1, 1e-12);
  EXPECT_EQ(SlopeOf("hysteresis_relu", -0.0005), 1);
  EXPECT_EQ(SlopeOf("hysteresis_relu", -0.0015), 0);
  EXPECT_NEAR(SlopeOf("nelu_relu", -2), -0.4 * 2 / 25, 1e-12);
  EXPECT_EQ(SlopeOf("nelu_relu", 2), 1);
  EXPECT_NEAR(SlopeOf("rerelu", -1), -0.0833154706, 1e-9);  // Phi(-1) - phi(-1)
  EXPECT_NEAR(SlopeOf("sugar", -1), 0.4006714166, 1e-9);    // s(-1) (1 + 0.67 s(1))
}

// Levels of the literature table between its borders, and of LowMemoryBP beyond all.
TEST(Zoo, FewBitSlopesAreTheLevels) {
  EXPECT_NEAR(SlopeOf("few_bit_gelu_2", -3), -0.001481, 1e-9);
  EXPECT_NEAR(SlopeOf("few_bit_gelu_2", -0.3), 0.325064, 1e-9);
  EXPECT_NEAR(SlopeOf("few_bit_gelu_2", 0.3), 0.674948, 1e-9);
  EXPECT_NEAR(SlopeOf("few_bit_gelu_2", 3), 1.00148, 1e-9);
  EXPECT_NEAR(SlopeOf("few_bit_tanh_3", 0), 0.913294, 1e-9);
  EXPECT_NEAR(SlopeOf("few_bit_logsigmoid_1", 1), 0.006931, 1e-9);
  EXPECT_NEAR(SlopeOf("few_bit_hardswish_3", 2.5), 1.33333, 1e-9);
  EXPECT_NEAR(SlopeOf("regelu2", 1), 1.04874059509, 1e-9);
  EXPECT_NEAR(SlopeOf("regelu2", 5), 1, 1e-9);
  EXPECT_NEAR(SlopeOf("resilu2", -7), 0, 1e-12);
}

TEST(Zoo, FewBitValuesAreThoseOfTheFunction) {
  const std::vector<double> x = {-3, -0.7, 0.2, 4};
  ExpectNear(Over("few_bit_gelu_1", x), Over("gelu", x));
  ExpectNear(Over("few_bit_silu_2", x), Over("silu", x));
  ExpectNear(Over("few_bit_selu_3", x), Over("selu", x));
  ExpectNear(Over("few_bit_mish_3", x), Over("mish", x));
  ExpectNear(Over("regelu2", x), Over("gelu", x));
}

// Outside training a draw is its mean.
TEST(Zoo, DrawsAreTheirMeansOutsideTraining) {
  const std::vector<double> x = {-2, -0.5, 0.5, 2};
  ExpectNear(Over("rrelu", x), Over("rrelu_eval", x));
  ExpectNear(Over("pats", x), Over("pats_eval", x));
  ExpectNear(Over("eelu_train", x), Over("eelu", x));
  ExpectNear(Over("noisy_relu", x), Over("relu", x));
  ExpectNear(Over("probact", x), Over("relu", x));
  ExpectNear(Over("gumbel_softmax", x), Over("softmax", x));
}

// elu(x + 1) - elu(1) below 0, its mirror image above.
TEST(Zoo, MonotonicTripleSaturatesOnBothSides) {
  ExpectNear(Over("monotonic_saturated", {-3, -0.5, 0, 0.5, 3}),
             {std::expm1(-2) - 1, -0.5, 0, 0.5, 1 - std::expm1(-2)});
}

// The table has its values at integers, where it vanishes.
TEST(Zoo, MeyerWaveletIsRightBetweenTheIntegers) {
  const Expr meyer = expr::Parse((*Zoo().Find("meyer"))->formula).value();
  EXPECT_NEAR(expr::Evaluate(meyer, 0.25, {}), 0.707106781, 1e-9);
  EXPECT_NEAR(expr::Evaluate(meyer, -0.75, {}), 0.5, 1e-9);
}

// Between and below the parameter's branches, which the table does not reach.
TEST(Zoo, SoftExponentialHasItsThreePieces) {
  const Expr f = expr::Parse((*Zoo().Find("soft_exponential"))->formula).value();
  const auto at = [&](double x, double a) { return expr::Evaluate(f, x, std::vector<double>{a}); };
  EXPECT_EQ(at(0.7, 0), 0.7);
  EXPECT_NEAR(at(0.7, 9.9e-5), at(0.7, 1.01e-4), 1e-5);
  EXPECT_NEAR(at(0.7, -9.9e-5), at(0.7, -1.01e-4), 1e-5);
  EXPECT_NEAR(at(0.7, -0.5), 2 * std::log(1.1), 1e-12);
  EXPECT_NEAR(expr::Evaluate(expr::DeriveParameter(f, 0), 2, std::vector<double>{0}), 3, 1e-12);
}

// Simplification must keep every known function.
TEST(Zoo, CanonicalFormsHaveTheSameValues) {
  for (const ZooRow& row : Zoo().Rows()) {
    if (!IsScalar(row)) continue;
    const Expr e = expr::Parse(row.formula).value();
    const Expr canonical = expr::Canonical(e);
    for (double x = -6; x <= 6; x += 0.37) {
      const double want = expr::Evaluate(e, x, expr::InitialParameters(e));
      const double got = expr::Evaluate(canonical, x, expr::InitialParameters(canonical));
      EXPECT_NEAR(got, want, 1e-9 * (1 + std::fabs(want))) << row.name << " at " << x;
    }
  }
}

}  // namespace
}  // namespace actsearch::activations
