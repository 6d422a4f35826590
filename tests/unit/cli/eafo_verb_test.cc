// The verb eafo: the derivation of a correction, for people and for programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "search_spaces/base/rng.h"
#include "tests/unit/cli/call.h"

namespace actsearch::cli {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;

Ended CallEafo(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), "eafo");
  return Call(std::move(arguments), input);
}

json Derived(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.end(), {"-o", "json"});
  const Ended ended = CallEafo(arguments, input);
  EXPECT_EQ(ended.code, 0) << ended.err;
  return json::parse(ended.out);
}

std::string Samples(int count, double mean, double deviation) {
  Rng rng(1);
  std::ostringstream text;
  text << "# of a test\n\n";
  for (int i = 0; i < count; ++i) text << mean + deviation * rng.Normal() << "\n";
  return text.str();
}

TEST(EafoVerb, DerivesCrreluFromRelu) {
  const json relu = Derived({"relu(x)"});
  EXPECT_EQ(relu["quotient"], "0");
  EXPECT_EQ(relu["correction"], "x * exp(-0.5 * square(x))");
  EXPECT_EQ(relu["guarded"], false);
  EXPECT_THAT(relu["result"].get<std::string>(),
              ContainsRegex("relu\\(x\\) \\+ eps \\* x \\* exp.* where eps: layer = -?0.01"));
  ASSERT_EQ(relu["pieces"].size(), 2u);
  EXPECT_EQ(relu["pieces"][0]["sense"], 0);
  EXPECT_NEAR(relu["piece_slope"]["predicted"].get<double>(), 0.17678, 1e-5);
  EXPECT_NEAR(relu["piece_slope"]["measured"].get<double>(), 0.17678, 1e-5);
  EXPECT_EQ(relu["steps"].size(), 13u);
  // The sign with less normalised entropy is the one that is written.
  const auto normalised = [&](double eps) {
    for (const json& step : relu["steps"]) {
      if (step["eps"] == eps) return step["normalised"].get<double>();
    }
    return std::nan("");
  };
  const double eps = relu["eps"];
  EXPECT_LT(normalised(eps), normalised(-eps));
}

TEST(EafoVerb, ShowsTheStepsToPeople) {
  const Ended tanh = CallEafo({"zoo:tanh"});
  EXPECT_EQ(tanh.code, 0) << tanh.err;
  EXPECT_THAT(tanh.out, ContainsRegex("f' +square\\(sech\\(x\\)\\)"));
  EXPECT_THAT(tanh.out, ContainsRegex("f''/f' +-2 \\* tanh\\(x\\)"));
  EXPECT_THAT(tanh.out, ContainsRegex("f' passes through 0 at +nowhere"));
  EXPECT_THAT(tanh.out, HasSubstr("predicted"));
  EXPECT_THAT(tanh.out, HasSubstr("NORMALISED"));
  EXPECT_THAT(tanh.out, HasSubstr("f: *; correction: ."));
  EXPECT_THAT(tanh.out, HasSubstr("***"));
}

TEST(EafoVerb, FitsWhereTheSlopePassesThroughZero) {
  const json silu = Derived({"zoo:silu"});
  EXPECT_EQ(silu["guarded"], true);
  EXPECT_NEAR(silu["critical"][0].get<double>(), -1.27846, 1e-4);
  EXPECT_GT(silu["fit"]["explained"].get<double>(), 0.5);
  EXPECT_FALSE(silu.contains("piece_slope"));
  EXPECT_THAT(CallEafo({"zoo:silu"}).out, HasSubstr("poles"));
}

TEST(EafoVerb, SaysThatTheNormalDistributionFunctionIsTheFixedPoint) {
  const json cdf = Derived({"normal_cdf(x)"});
  EXPECT_EQ(cdf["fixed_point"], true);
  EXPECT_FALSE(cdf.contains("result"));
  EXPECT_THAT(CallEafo({"normal_cdf(x)"}).out, HasSubstr("the fixed point"));
}

TEST(EafoVerb, TakesPreActivations) {
  const json piped = Derived({"softplus(x)", "--samples", "-"}, Samples(2000, 1, 0.5));
  EXPECT_EQ(piped["input"]["count"], 2000);
  EXPECT_NEAR(piped["input"]["mean"].get<double>(), 1, 0.05);
  EXPECT_NEAR(piped["input"]["deviation"].get<double>(), 0.5, 0.03);
  EXPECT_FALSE(piped["fit"].is_null());
  const std::string path = ::testing::TempDir() + "eafo_samples.txt";
  std::ofstream(path) << Samples(2000, 1, 0.5);
  json from_file = Derived({"softplus(x)", "--samples", path});
  EXPECT_EQ(from_file, piped);
}

TEST(EafoVerb, ExplainsBadSamples) {
  const auto error = [](const std::string& text) {
    const Ended ended = CallEafo({"relu(x)", "--samples", "-"}, text);
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.out, "");
    return ended.err;
  };
  EXPECT_THAT(error("1\n2\nthree\n"), HasSubstr("stdin:3: 'three' is not a number"));
  EXPECT_THAT(error("1\ninf\n"), HasSubstr("stdin:2: 'inf' is not finite"));
  EXPECT_THAT(error("1\n2\n"), HasSubstr("2 pre-activations say too little"));
  const Ended missing = CallEafo({"relu(x)", "--samples", "/nonexistent/file"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr("cannot read '/nonexistent/file'"));
}

TEST(EafoVerb, RefusesWhatHasNoCorrection) {
  const Ended gated = CallEafo({"zoo:swiglu"});
  EXPECT_EQ(gated.code, 2);
  EXPECT_THAT(gated.err, HasSubstr("kind 'gated'"));
  EXPECT_THAT(CallEafo({"zoo:sign_ste"}).err, HasSubstr("kind 'surrogate'"));
  EXPECT_THAT(CallEafo({"step(x)"}).err, HasSubstr("no density"));
  EXPECT_THAT(CallEafo({"log(x)"}).err, HasSubstr("f is not finite at x = -"));
  EXPECT_THAT(CallEafo({"x * sigmod(x)"}).err, HasSubstr("did you mean 'sigmoid'"));
  EXPECT_EQ(CallEafo({"zoo:misch"}).code, 3);
}

}  // namespace
}  // namespace actsearch::cli
