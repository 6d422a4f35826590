// Formulas as users of Python, PyTorch and NumPy write them, and as typography sets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/plain_text.h"
#include "search_spaces/expr/print.h"

namespace actsearch::expr {
namespace {

using testing::HasSubstr;

// What the text reads as, printed; or the error.
std::string Read(const std::string& text) {
  const auto e = Parse(text);
  if (!e) return e.error().message;
  EXPECT_EQ(Parse(Print(*e)), *e) << text;
  return Print(*e);
}

double At(const std::string& text, double x) {
  const auto e = Parse(text);
  if (!e) ADD_FAILURE() << text << ": " << e.error().message;
  return e ? Evaluate(*e, x, InitialParameters(*e)) : 0;
}

TEST(ForeignText, ReadsPowers) {
  EXPECT_EQ(Read("x**2"), "square(x)");
  EXPECT_EQ(Read("x^2.0"), "square(x)");
  EXPECT_EQ(Read("x^3"), "cube(x)");
  EXPECT_EQ(Read("x^1"), "x");
  EXPECT_EQ(Read("x^0"), "1");
  EXPECT_EQ(Read("x^-1"), "reciprocal(x)");
  EXPECT_EQ(Read("x ** (-2)"), "reciprocal(square(x))");
  EXPECT_EQ(Read("x^0.5"), "sqrt(x)");
  EXPECT_EQ(Read("x**(1/2)"), "sqrt(x)");
  EXPECT_EQ(Read("x^-0.5"), "rsqrt(x)");
  EXPECT_EQ(Read("pow(x, 3)"), "cube(x)");
  EXPECT_EQ(Read("np.power(x, 2)"), "square(x)");
  EXPECT_EQ(Read("-x**2"), "-square(x)");
  EXPECT_EQ(Read("-2**2"), "-square(2)");
  for (const int n : {4, 5, 7, 11, 12, 25, 64}) {
    EXPECT_DOUBLE_EQ(At("x^" + std::to_string(n), 1.25), std::pow(1.25, n)) << n;
    EXPECT_DOUBLE_EQ(At("x^-" + std::to_string(n), -1.25), std::pow(-1.25, -n)) << n;
  }
  EXPECT_DOUBLE_EQ(At("x^2.5", 3), std::pow(3, 2.5));
  EXPECT_DOUBLE_EQ(At("x^-1.5", 3), std::pow(3, -1.5));
}

TEST(ForeignText, NamesTheSpellingOfOtherPowers) {
  EXPECT_THAT(Read("x^(1/3)"), HasSubstr("column 3: cannot read the exponent 0.333"));
  EXPECT_THAT(Read("x^(1/3)"), HasSubstr("'cbrt(a)' for the third root"));
  EXPECT_THAT(Read("x^1.7"), HasSubstr("'pow_abs(a, 1.7)'"));
  EXPECT_THAT(Read("2^x"), HasSubstr("'exp2(b)' for 2^b"));
  EXPECT_THAT(Read("pow(x, x)"), HasSubstr("'pow_abs(a, b)' for |a|^b"));
  EXPECT_THAT(Read("e^x"), HasSubstr("write 'exp(x)'"));
  EXPECT_THAT(Read("x^2^3"), HasSubstr("use parentheses"));
}

TEST(ForeignText, ReadsSigns) {
  EXPECT_EQ(Read("x + +1"), "x + 1");
  EXPECT_EQ(Read("+x"), "x");
  EXPECT_EQ(Read("-+-2 * x"), "--2 * x");
}

TEST(ForeignText, ReadsNamesOfOtherTools) {
  EXPECT_EQ(Read("ln(x)"), "log(x)");
  EXPECT_EQ(At("log2(x)", 2), 1);
  EXPECT_DOUBLE_EQ(At("log10(x)", 1000), 3);
  EXPECT_EQ(Read("arctan(x) + np.arcsinh(x)"), "atan(x) + asinh(x)");
  EXPECT_EQ(Read("torch.sigmoid(x)"), "sigmoid(x)");
  EXPECT_EQ(Read("F.relu(x)"), "relu(x)");
  EXPECT_EQ(Read("torch.nn.functional.gelu(x)"), "gelu(x)");
  EXPECT_EQ(Read("np.exp(x)"), "exp(x)");
  EXPECT_EQ(Read("math.tanh(x) * np.pi"), "tanh(x) * pi");
  EXPECT_EQ(Read("F.logsigmoid(x) + F.leaky_relu(x, 0.2)"), "log_sigmoid(x) + prelu(x, 0.2)");
  EXPECT_EQ(Read("np.maximum(x, 0)"), "max(x, 0)");
  EXPECT_EQ(Read("torch.clamp(x, -1, 1)"), "clip(x, -1, 1)");
  EXPECT_EQ(Read("numpy.logaddexp(x, 0)"), "log_add_exp(x, 0)");
  EXPECT_EQ(Read("scipy.special.expit(x)"), "sigmoid(x)");
}

TEST(ForeignText, ReadsNamesInAnyCase) {
  EXPECT_EQ(Read("ReLU(x)"), "relu(x)");
  EXPECT_EQ(Read("GELU(x) + SiLU(x)"), "gelu(x) + silu(x)");
  EXPECT_EQ(Read("LeakyReLU(x)"), "leaky_relu(x)");
  EXPECT_EQ(Read("Hardswish(x)"), "hard_swish(x)");
}

// PyTorch's lerp weighs its second argument, and NumPy's sinc has a pi.
TEST(ForeignText, ReadsWhatTheNameMeansThere) {
  EXPECT_EQ(Read("lerp(1, x, 0.25)"), "lerp(1, x, 0.25)");
  EXPECT_EQ(Read("torch.lerp(1, x, 0.25)"), "lerp(x, 1, 0.25)");
  EXPECT_EQ(Read("np.sinc(x)"), "sinc(pi * x)");
  EXPECT_THAT(Read("np.max(x, 0)"), HasSubstr("write 'max(a, b)'"));
  EXPECT_THAT(Read("torch.select(x, 0, 1)"), HasSubstr("write 'select(a, b, c)'"));
}

TEST(ForeignText, ReadsComparisonsAndWhere) {
  EXPECT_EQ(Read("where(x > 0, x, 0.01*x)"), "select(step(x), x, 0.01 * x)");
  EXPECT_EQ(Read("np.where(x < 1, x, 1) where p: layer = 1"),
            "select(step(1 - x), x, 1) where p: layer = 1");
  EXPECT_EQ(Read("x * (x >= 2)"), "x * step_ge(x - 2)");
  EXPECT_EQ(Read("0 <= x"), "step_ge(x)");
  EXPECT_EQ(At("where(x >= 2, 7, x)", 2), 7);
  EXPECT_EQ(At("where(x > 2, 7, x)", 2), 2);
  EXPECT_EQ(At("torch.where(x <= 2, 7, x)", 2), 7);
  EXPECT_THAT(Read("where(x, 1, 2)"), HasSubstr("needs a comparison first"));
  EXPECT_THAT(Read("where(x > 0, 1)"), HasSubstr("'where' takes 3 arguments, met 2"));
  EXPECT_THAT(Read("0 < x < 1"), HasSubstr("column 7: expected no second comparison"));
}

TEST(ForeignText, ErrorsNameTheSpellingToUse) {
  EXPECT_THAT(Read("ln(x, 2)"), HasSubstr("column 1: 'ln' takes 1 argument, met 2"));
  EXPECT_THAT(Read("maximum(x)"), HasSubstr("'maximum' needs an index set"));
  EXPECT_THAT(Read("x + y.relu(x)"), HasSubstr("column 5: cannot read 'y.relu'"));
  EXPECT_THAT(Read("x.relu(x)"), HasSubstr("as in 'relu(x)'"));
  EXPECT_THAT(Read("floor(x)"), HasSubstr("no primitive rounds"));
  EXPECT_THAT(Read("x where a.b: layer = 1"), HasSubstr("the name 'a.b' has a '.'"));
}

TEST(PlainText, ReadsTypography) {
  EXPECT_EQ(Read("x \u2212 1"), "x - 1");
  EXPECT_EQ(Read("x\u00a0* tanh(x)"), "x * tanh(x)");
  EXPECT_EQ(Read("\u20132 \u00d7 x \u00b7 x\u2009/\u20093"), "-2 * x * x / 3");
  EXPECT_EQ(Read("x\u00b2 + x\u00b3 + \u03c0"), "square(x) + cube(x) + pi");
  EXPECT_EQ(Read("\uff08x \uff0b \uff11\uff09 \uff0a \uff08x\uff09"), "(x + 1) * x");
  EXPECT_EQ(Read("x \u2265 1"), "step_ge(x - 1)");
  EXPECT_EQ(*PlainText("\ufeffx + b where b: layer = 1"), " x + b where b: layer = 1");
}

TEST(PlainText, NamesColumnCharacterAndNumberOfOthers) {
  EXPECT_THAT(Read("\u201cx\u201d"), HasSubstr("column 1: cannot read '\u201c' (U+201C); leave"));
  EXPECT_THAT(Read("\u2212x + \u03c3(x)"),
              HasSubstr("column 6: cannot read '\u03c3' (U+03C3); write 'sigmoid(x)'"));
  EXPECT_THAT(Read("x + \U0001f600"), HasSubstr("(U+1F600); formulas are made of"));
  EXPECT_THAT(Read("\u221ax"), HasSubstr("write 'sqrt(x)'"));
  EXPECT_THAT(Read("x\u207b\u00b9"), HasSubstr("write a power as in 'x^-1'"));
}

// Truncated, overlong, a surrogate, beyond Unicode, a stray continuation.
TEST(PlainText, RefusesWhatIsNoUtf8) {
  for (const char* text :
       {"x\xe2\x88", "x\xc0\xaf", "x\xed\xa0\x80", "x\xf5\x80\x80\x80", "x\x80"}) {
    EXPECT_THAT(Read(text), HasSubstr("column 2: cannot read byte 0x")) << text;
  }
}

}  // namespace
}  // namespace actsearch::expr
