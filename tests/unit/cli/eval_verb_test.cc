// The verb eval: formulas that begin with '-', and rows that belong to one form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/cli/call.h"

namespace actsearch::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

json Evaluated(std::vector<std::string> words) {
  words.insert(words.begin(), {"eval", "-o", "json"});
  const Ended ended = Call(words);
  EXPECT_EQ(ended.code, 0) << ended.err;
  return ended.code == 0 ? json::parse(ended.out) : json::array({json::object()});
}

TEST(FormulaWords, BeginWithAMinus) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-x^2", "--at", "2"},
        {"--at", "2", "-x^2"},
        {"--", "-x^2", "--at", "2"},
        {"--at=2", "--", "-x^2"},
        {"--at", "2", "-(x^2)"}}) {
    const json point = Evaluated(words)[0];
    EXPECT_EQ(point["f"], -4) << words[0];
    EXPECT_EQ(point["df/dx"], -4) << words[0];
  }
  const json found = Evaluated(
      {"-1.94 * x * (0.524 - sigmoid(0.842 * sinh(x))) * sigmoid(gaussian_kernel(-x, tanh(x), "
       "0.685))",
       "--at", "1"});
  EXPECT_DOUBLE_EQ(found[0]["f"].get<double>(), 0.21069501970936035);
  EXPECT_EQ(Evaluated({"--x", "--at", "-3"})[0]["f"], -3);
  EXPECT_EQ(Evaluated({"-2.5", "--at", "1"})[0]["f"], -2.5);
  EXPECT_EQ(Evaluated({"-hypot(x, 4)", "--at", "-3"})[0]["f"], -5);
  EXPECT_EQ(Evaluated({"-u", "--u", "-7", "--at", "-1"})[0]["f"], 7);
}

TEST(FormulaWords, AreTakenByTheEntropyCorrectionToo) {
  const Ended ended = Call({"eafo", "-tanh(x)"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("-tanh(x)"));
}

TEST(FormulaWords, LeaveMisspeltOptionsToTheirMessage) {
  EXPECT_THAT(Call({"eval", "--ta", "2", "x"}).err,
              AllOf(HasSubstr("unknown option '--ta'; did you mean '--at'?"),
                    HasSubstr("goes after '--'")));
  EXPECT_EQ(Call({"eval", "--ta", "2", "x"}).code, 2);
  EXPECT_THAT(Call({"eval", "x", "-x"}).err, HasSubstr("unexpected argument '-x'"));
  EXPECT_THAT(Call({"eval", "--"}).err, HasSubstr("FORMULA is required"));
  EXPECT_THAT(Call({"eval", "-sigmod(x)"}).err, HasSubstr("did you mean 'sigmoid'"));
  EXPECT_THAT(Call({"eval", "--help"}).out, HasSubstr("--at"));
}

TEST(Eval, ShowsTheFormThatIsTrained) {
  const json softplus = Evaluated({"log(1 + exp(x))", "--at", "-40,1000"});
  EXPECT_DOUBLE_EQ(softplus[0]["f"].get<double>(), 4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(softplus[0]["df/dx"].get<double>(), 4.248354255291589e-18);
  EXPECT_EQ(softplus[1]["f"], 1000);
  EXPECT_EQ(softplus[1]["df/dx"], 1);
  const json gelu = Evaluated({"0.5*x*(1+erf(x/sqrt(2)))", "--at", "-10,-5.5"});
  EXPECT_NEAR(gelu[0]["f"].get<double>() / -7.6198530241605261e-23, 1, 1e-14);
  EXPECT_NEAR(gelu[1]["f"].get<double>() / -1.0444259356238246e-07, 1, 1e-14);
}

TEST(Eval, SaysWhereTheTextWouldRoundOtherwise) {
  EXPECT_THAT(Call({"eval", "log(1 + exp(x))", "--at", "-40"}).err,
              AllOf(HasSubstr("as training computes it: softplus(x)"),
                    HasSubstr("would round to 0 at x = -40")));
  EXPECT_EQ(Call({"eval", "log(1 + exp(x))", "--at", "1"}).err, "");
}

TEST(Eval, HasNoSlopeWithoutAValue) {
  const json point = Evaluated({"log(x)", "--at", "-1"})[0];
  EXPECT_TRUE(point["f"].is_null());
  EXPECT_TRUE(point["df/dx"].is_null());
}

// What other libraries got wrong at kinks and in branches not taken.
TEST(Eval, ShowsClassicSlopes) {
  struct Case {
    const char* text;
    const char* at;
    double value, slope;
  };
  for (const Case& c : {Case{"select(x, sqrt(x), 0.1*x)", "-4", -0.4, 0.1},
                        {"select(x, sqrt(x), 0.1*x)", "0", 0, 0.1},
                        {"hard_swish(x)", "-3", 0, 0},
                        {"hard_swish(x)", "3", 3, 1},
                        {"sinc(x)", "0", 1, 0},
                        {"sinc(x)", "0.02", 0.99993333466665396, -0.0066664000038094956},
                        {"sqrt(x*x)", "0", 0, 0},
                        {"log_cosh(x)", "1e-9", 5e-19, 1e-9},
                        {"log_cosh(x)", "-712", 711.30685281944005, -1},
                        {"cbrt(x)", "1e300", 1e100, 3.3333333333333333e-201},
                        {"div_eps(1, x)", "0", 1e7, -1e14}}) {
    const json point = Evaluated({c.text, "--at", c.at})[0];
    EXPECT_DOUBLE_EQ(point["f"].get<double>(), c.value) << c.text << " at " << c.at;
    EXPECT_DOUBLE_EQ(point["df/dx"].get<double>(), c.slope) << c.text << " at " << c.at;
  }
  EXPECT_DOUBLE_EQ(Evaluated({"asinh(x)", "--at", "-10000.1"})[0]["f"].get<double>(),
                   -9.9034975549860784);
}

TEST(Eval, FindsFunctionsOfTheZooByNameInAnyCase) {
  EXPECT_EQ(Evaluated({"ReLU", "--at", "3"})[0]["f"], 3);
  EXPECT_EQ(Evaluated({"nn.functional.Tanhshrink(x)", "--at", "1"})[0]["f"],
            Evaluated({"zoo:tanhshrink", "--at", "1"})[0]["f"]);
  EXPECT_THAT(Call({"eval", "x + nosuch(x)"}).err, HasSubstr("unknown primitive 'nosuch'"));
}

}  // namespace
}  // namespace actsearch::cli
