#include "search_spaces/expr/fingerprint.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "search_spaces/base/hash.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::expr {
namespace {

Fingerprint Of(const std::string& text) {
  const auto e = Parse(text);
  EXPECT_TRUE(e) << text << ": " << e.error().message;
  return FingerprintOf(*e);
}

TEST(Fingerprint, EqualFunctionsCollideWhateverTheirSpelling) {
  EXPECT_EQ(Of("x * sigmoid(x)"), Of("x / (1 + exp(-x))"));
  EXPECT_EQ(Of("x * sigmoid(x)"), Of("0.5 * x * (1 + tanh(0.5 * x))"));
  EXPECT_EQ(Of("tanh(x)"), Of("2 * sigmoid(2 * x) - 1"));
  EXPECT_EQ(Of("softplus(x)"), Of("log(1 + exp(x))"));
  EXPECT_EQ(Of("relu(x)"), Of("0.5 * (x + abs(x))"));
  EXPECT_EQ(Of("x * normal_cdf(x)"), Of("0.5 * x * (1 + erf(x * 0.7071067811865476))"));
  EXPECT_EQ(Of("square(sin(x)) + square(cos(x))"), Of("1"));
  EXPECT_EQ(Of("(x + 1)^3 - x^3"), Of("3 * x^2 + 3 * x + 1"));
}

TEST(Fingerprint, CloseFunctionsDoNotCollide) {
  std::set<std::uint64_t> keys;
  const char* texts[] = {"x",
                         "x + 1e-5",
                         "1.00001 * x",
                         "x + 1e-4 * sin(x)",
                         "relu(x)",
                         "x * sigmoid(x)",
                         "x * normal_cdf(x)",
                         "x * sigmoid(1.702 * x)",
                         "x * tanh(softplus(x))",
                         "softplus(x)",
                         "sinc(x)",
                         "min(relu(x), 6)",
                         "min(relu(x), 5)",
                         "expm1(1 / x)",
                         "exp(1 / x)",
                         "gaussian_kernel(6, x, x)",
                         "x + gaussian_kernel(6, x, x)"};
  for (const char* text : texts) EXPECT_TRUE(keys.insert(Of(text).exact).second) << text;
}

TEST(Fingerprint, AffineKeyIgnoresAnAffineMapOfTheOutput) {
  const Fingerprint tanh = Of("tanh(x)");
  EXPECT_EQ(Of("3 * tanh(x) + 7").affine, tanh.affine);
  EXPECT_EQ(Of("-0.001 * tanh(x) - 2").affine, tanh.affine);
  EXPECT_EQ(Of("sigmoid(2 * x)").affine, tanh.affine);
  EXPECT_NE(Of("sigmoid(x)").affine, tanh.affine);
  EXPECT_NE(Of("3 * tanh(x) + 7").exact, tanh.exact);
  EXPECT_EQ(Of("1 + relu(x - 10)").affine, Of("-3 * relu(x - 10)").affine);
  EXPECT_EQ(Of("exp(x) * 2 - 1").affine, Of("exp(x)").affine);
  EXPECT_NE(Of("exp(x) + 0.01 * x").affine, Of("exp(x)").affine);
}

TEST(KeyUpTo, IgnoresWhatIsAbsorbedAndNothingElse) {
  const auto key = [](const char* text, const Absorbs& absorbs) {
    return KeyUpTo(*Parse(text), absorbs);
  };
  constexpr Absorbs kShift = {.shift = true}, kScale = {.scale = true}, kSign = {.sign = true};
  constexpr Absorbs kFactor = {.scale = true, .sign = true};
  for (const char* f : {"relu(x)", "x * sigmoid(x)", "cos(x)", "sin(x)", "abs(x)"}) {
    const std::string text = f;
    const auto same = [&](const std::string& other, const Absorbs& absorbs) {
      return key(other.c_str(), absorbs) == key(f, absorbs);
    };
    EXPECT_TRUE(same(text + " + 0.3", kShift)) << f;
    EXPECT_TRUE(same("2 * " + text, kScale)) << f;
    EXPECT_TRUE(same("-" + text, kSign)) << f;
    EXPECT_TRUE(same("-3 * " + text, kFactor)) << f;
    EXPECT_FALSE(same("2 * " + text, kShift)) << f;
    EXPECT_FALSE(same("-" + text, kShift)) << f;
    EXPECT_FALSE(same(text + " + 0.3", kFactor)) << f;
    EXPECT_FALSE(same("-" + text, kScale)) << f;
    EXPECT_FALSE(same("2 * " + text, kSign)) << f;
    EXPECT_EQ(key(f, {}), Of(f).exact);
    EXPECT_EQ(key(f, {.shift = true, .scale = true, .sign = true}), Of(f).affine);
  }
  const char* learned = "p - relu(x) where p: channel = 0";
  EXPECT_EQ(key(learned, {.shift = true, .sign = true}),
            key("relu(x)", {.shift = true, .sign = true}));
  EXPECT_NE(key(learned, kSign), key("relu(x)", kSign)) << "it learns a shift";
}

TEST(Fingerprint, ConstantsShareOneAffineKey) {
  EXPECT_EQ(Of("0").affine, Of("3").affine);
  EXPECT_EQ(Of("-1e9").affine, Of("3").affine);
  EXPECT_NE(Of("0").exact, Of("3").exact);
  EXPECT_NE(Of("x").affine, Of("3").affine);
}

TEST(Fingerprint, ParametersCountByRoleNotByName) {
  const std::string ab = " where a: channel = 1, b: channel = 1";
  EXPECT_EQ(Of("a * tanh(b * x)" + ab), Of("b * tanh(a * x)" + ab));
  EXPECT_EQ(Of("a * tanh(b * x)" + ab), Of("tanh(b * x) * a + 0 * x" + ab));
  EXPECT_EQ(Of("x + a - a" + ab), Of("x"));
}

TEST(Fingerprint, ParametersCountByShapeInitialValueAndTies) {
  const std::uint64_t key = Of("x * sigmoid(b * x) where b: channel = 1").exact;
  EXPECT_NE(Of("x * sigmoid(x)").exact, key);
  EXPECT_NE(Of("x * sigmoid(b * x) where b: layer = 1").exact, key);
  EXPECT_NE(Of("x * sigmoid(b * x) where b: channel = 1.5").exact, key);
  const std::string ab = " where a: channel = 1, b: channel = 1";
  EXPECT_NE(Of("a * tanh(a * x)" + ab).exact, Of("a * tanh(b * x)" + ab).exact);
  EXPECT_NE(Of("a * x + b * sin(x)" + ab).exact, Of("a * x + a * sin(x)" + ab).exact);
}

TEST(Fingerprint, AffineKeyIgnoresParametersThatOnlyScaleOrShift) {
  EXPECT_EQ(Of("a * tanh(x) + b where a: channel = 2, b: channel = 0").affine,
            Of("tanh(x)").affine);
  EXPECT_EQ(Of("a * tanh(b * x) where a: channel = 2, b: layer = 1").affine,
            Of("tanh(b * x) where b: layer = 1").affine);
}

TEST(Fingerprint, ParameterThatDoesNothingDoesNotCount) {
  EXPECT_EQ(Of("x * exp(min0(exp(a))) where a: channel = 2"), Of("x"));
  EXPECT_NE(Of("x + relu(a) where a: channel = -1").exact, Of("x").exact);
}

TEST(Fingerprint, TheSecondInputIsAnotherOne) {
  EXPECT_NE(Of("x * sigmoid(u)").exact, Of("u * sigmoid(x)").exact);
  EXPECT_NE(Of("x * sigmoid(u)").exact, Of("x * sigmoid(x)").exact);
  EXPECT_EQ(Of("x * sigmoid(u)"), Of("gate(u, x)"));
  EXPECT_NE(Of("x + u").affine, Of("x - u").affine);
  EXPECT_EQ(Of("2 * (x + u) + 1").affine, Of("x + u").affine);
}

TEST(Fingerprint, ReductionsCountByNameIndexSetAndArgument) {
  std::set<std::uint64_t> keys;
  for (const char* text :
       {"x - mean{c}(x)", "x - mean{b,h,w}(x)", "x - mean{c/4}(x)", "x - mean{c/8}(x)",
        "x - maximum{c}(x)", "mean{b}(x) * mean{h}(x * x)", "mean{h}(x) * mean{b}(x * x)"}) {
    EXPECT_TRUE(keys.insert(Of(text).exact).second) << text;
  }
  EXPECT_EQ(Of("x - mean{h,w}(x * x)"), Of("-mean{w,h}(square(x)) + x"));
  EXPECT_EQ(Of("3 * mean{c}(x) + x * 3").affine, Of("x + mean{c}(x)").affine);
  EXPECT_EQ(Of("x - mean{c/1}(x)"), Of("x - mean{c}(x)"));
}

TEST(Fingerprint, GroupsOfParametersCount) {
  EXPECT_NE(Of("p * x where p: group(2) = 1").exact, Of("p * x where p: group(4) = 1").exact);
  EXPECT_NE(Of("p * x where p: group(2) = 1").exact, Of("p * x where p: channel = 1").exact);
}

TEST(Fingerprint, BadValuesHaveKeysToo) {
  EXPECT_EQ(Of("log(-1 - x * x)"), Of("sqrt(-1 - x * x)"));
  EXPECT_NE(Of("log(x)").exact, Of("log(-x)").exact);
}

TEST(Fingerprint, SeesWhatOnlyTrainingShows) {
  EXPECT_NE(Of("surrogate(step(x), sigmoid(x))").exact, Of("step(x)").exact);
  EXPECT_NE(Of("surrogate(step(x), sigmoid(x))").exact, Of("surrogate(step(x), tanh(x))").exact);
  EXPECT_NE(Of("x * uniform(0.5, 1.5)").affine, Of("x").affine);
  EXPECT_NE(Of("x * uniform(0.5, 1.5)").exact, Of("x * uniform(0, 2)").exact);
  EXPECT_EQ(Of("x * bernoulli(0.5) + 1"), Of("1 + bernoulli(0.5) * x"));
  EXPECT_EQ(Of("normal(b, 1) * x where b: layer = 2"), Of("x * normal(c, 1) where c: layer = 2"));
}

// Stored results are found by these keys: they may change only on purpose.
TEST(Fingerprint, IsTheSameOnEveryMachineAndInEveryBuild) {
  EXPECT_EQ(HexDigits(Of("relu(x)").exact), "f23a0c1719c264bd");
  EXPECT_EQ(HexDigits(Of("relu(x)").affine), "9e347c63ef6dae3a");
  const Fingerprint swish = Of("x * sigmoid(beta * x) where beta: channel = 1");
  EXPECT_EQ(HexDigits(swish.exact), "844a5d81e947afeb");
  EXPECT_EQ(HexDigits(swish.affine), "2b20c4ef9862f9b6");
}

// Coordinators and workers with different values refuse each other: a new primitive
// changes it, an edit that keeps the language must not.
TEST(LanguageFingerprint, ChangesOnlyWithTheLanguage) {
  EXPECT_EQ(HexDigits(LanguageFingerprint()), "0517dddc265e7663");
}

}  // namespace
}  // namespace actsearch::expr
