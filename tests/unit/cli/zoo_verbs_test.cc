// The verbs for known functions: zoo list, zoo show, eval.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/program.h"

namespace actsearch::cli {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

struct Ended {
  int code = 0;
  std::string out;
  std::string err;
};

Ended Call(std::vector<std::string> arguments, const std::string& locale = "C",
           bool out_is_terminal = false) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{.in = in,
                    .out = out,
                    .err = err,
                    .out_is_terminal = out_is_terminal,
                    .env = [&locale](const std::string& name) -> std::optional<std::string> {
                      if (name == "LANG") return locale;
                      return std::nullopt;
                    }};
  const int code = RunProgram(std::move(arguments), terminal);
  return {code, out.str(), err.str()};
}

json Shown(const std::string& name) {
  const Ended shown = Call({"zoo", "show", name, "-o", "json"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  return json::parse(shown.out);
}

json Evaluated(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "eval");
  arguments.insert(arguments.end(), {"-o", "json"});
  const Ended ended = Call(arguments);
  EXPECT_EQ(ended.code, 0) << ended.err;
  return json::parse(ended.out);
}

bool IsAscii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

TEST(ZooShow, GivesTheNumbersOfMish) {
  const json mish = Shown("mish");
  EXPECT_EQ(mish["kind"], "scalar");
  EXPECT_EQ(mish["section"], "1.4");
  EXPECT_NEAR(mish["mean"].get<double>(), 0.2404, 1e-4);
  EXPECT_NEAR(mish["variance"].get<double>(), 0.3946, 1e-4);
  EXPECT_NEAR(mish["second_moment"].get<double>(), 0.4523, 1e-4);
  EXPECT_NEAR(mish["mean_squared_slope"].get<double>(), 0.4791, 1e-4);
  EXPECT_NEAR(mish["variance_gain"].get<double>(), 1.5920, 1e-4);
  EXPECT_NEAR(mish["second_moment_gain"].get<double>(), 1 / std::sqrt(0.4523), 1e-4);
  EXPECT_NEAR(mish["rho"].get<double>(), 1.214, 1e-3);
  const json edge = mish["edge_of_chaos"];
  EXPECT_NEAR(std::sqrt(edge["weight_variance"].get<double>()), 1.4448, 1e-4);
  EXPECT_NEAR(edge["bias_variance"].get<double>(), 0.0558, 1e-4);
  EXPECT_NEAR(edge["length_slope"].get<double>(), 1.02, 1e-2);
  EXPECT_LE(mish["range"]["low"].get<double>(), -0.3088);  // proved bounds, nearly tight
  EXPECT_GE(mish["range"]["low"].get<double>(), -0.33);
  EXPECT_GE(mish["range"]["high"].get<double>(), 4.9995);
  EXPECT_FALSE(mish["shape"]["increasing"].get<bool>());
  EXPECT_EQ(mish["shape"]["bounded_above"], false);
}

TEST(ZooShow, SaysWhereThereIsNoEdgeOfChaos) {
  EXPECT_TRUE(Shown("softplus")["edge_of_chaos"].is_null());
  EXPECT_THAT(
      Call({"zoo", "show", "softplus"}).out,
      ContainsRegex("edge of chaos, q = 1 +none: sigma_w\\^2 = 3.4.* need sigma_b\\^2 = -2"));
  EXPECT_THAT(Call({"zoo", "show", "binary_step"}).out, HasSubstr("none: E f'^2 is 0"));
}

TEST(ZooShow, SeesSymmetriesAndBounds) {
  const json tanh = Shown("tanh")["shape"];
  EXPECT_EQ(tanh["odd"], true);
  EXPECT_EQ(tanh["increasing"], true);
  EXPECT_EQ(tanh["bounded_below"], true);
  EXPECT_EQ(tanh["bounded_above"], true);
  EXPECT_EQ(Shown("gaussian")["shape"]["even"], true);
  EXPECT_THAT(Call({"zoo", "show", "sigmoid"}).out,
              HasSubstr("odd up to a constant: f(x) + f(-x) = 1"));
  EXPECT_THAT(Call({"zoo", "show", "gelu"}).out, HasSubstr("even up to a line: f(x) - f(-x) = x"));
}

TEST(ZooShow, ListsParameters) {
  const json swish = Shown("swish");
  ASSERT_EQ(swish["parameters"].size(), 1u);
  EXPECT_EQ(swish["parameters"][0]["name"], "beta");
  EXPECT_EQ(swish["parameters"][0]["shape"], "channel");
  EXPECT_EQ(swish["parameters"][0]["initial"], 1);
  EXPECT_THAT(Call({"zoo", "show", "swish"}).out, HasSubstr("beta: channel = 1"));
}

TEST(ZooShow, ExplainsWhatIsMissing) {
  const Ended gated = Call({"zoo", "show", "swiglu"});
  EXPECT_THAT(gated.out, HasSubstr("derivative_u"));
  EXPECT_THAT(gated.out, HasSubstr("range, x and u in [-5, 5]"));
  EXPECT_THAT(gated.out, HasSubstr("this one reads u"));
  const json swiglu = Shown("swiglu");
  EXPECT_FALSE(swiglu.contains("mean"));
  EXPECT_LE(swiglu["range"]["low"].get<double>(), -24.8);  // at x = -5, u = 5
  EXPECT_GE(swiglu["range"]["high"].get<double>(), 24.8);
  const Ended statistic = Call({"zoo", "show", "softmax"});
  EXPECT_EQ(statistic.code, 0);
  EXPECT_THAT(statistic.out, HasSubstr("a reduction makes each value depend on every element"));
  EXPECT_THAT(statistic.out, Not(HasSubstr("derivative ")));
  EXPECT_THAT(Call({"zoo", "show", "rrelu"}).out, HasSubstr("the numbers outside training"));
  EXPECT_THAT(Call({"zoo", "show", "sign_ste"}).out, HasSubstr("the gradient that training uses"));
}

TEST(ZooShow, DrawsInTheTerminalsCharacters) {
  const Ended ascii = Call({"zoo", "show", "tanh"});
  EXPECT_TRUE(IsAscii(ascii.out));
  EXPECT_THAT(ascii.out, HasSubstr("\nf: *; f': .\n"));
  EXPECT_THAT(ascii.out, HasSubstr("***"));
  const Ended utf8 = Call({"zoo", "show", "tanh"}, "de_DE.UTF-8");
  EXPECT_THAT(utf8.out, HasSubstr("⠤"));
  EXPECT_THAT(utf8.out, HasSubstr("┤"));
  EXPECT_TRUE(IsAscii(Call({"zoo", "show", "tanh", "-o", "json"}, "C.UTF-8").out));
}

TEST(ZooShow, WorksForEveryRow) {
  for (const json& row : json::parse(Call({"zoo", "list", "-o", "json"}).out)) {
    const std::string name = row["name"];
    const json shown = Shown(name);
    EXPECT_EQ(shown["kind"], row["kind"]) << name;
    EXPECT_EQ(shown["cost"], row["cost"]) << name;
    const bool alone = shown.contains("mean");
    EXPECT_EQ(shown.contains("shape"), alone) << name;
    EXPECT_TRUE(alone || !shown["notes"].empty()) << name;
  }
}

TEST(ZooShow, FindsNamesAndTitles) {
  EXPECT_EQ(Shown("zoo:silu")["name"], "silu");
  EXPECT_EQ(Shown("Difference of sigmoids")["name"], "sigmoid_difference");
  EXPECT_EQ(Shown("GELU")["name"], "gelu");
  const Ended near = Call({"zoo", "show", "misch"});
  EXPECT_EQ(near.code, 3);
  EXPECT_THAT(near.err, HasSubstr("unknown zoo entry 'misch'; did you mean 'mish'? "));
  EXPECT_THAT(Call({"zoo", "show", "Diference of sigmoid"}).err,
              HasSubstr("did you mean 'sigmoid_difference'?"));
  EXPECT_THAT(Call({"zoo", "show", "mexican"}).err, HasSubstr("did you mean 'ricker'?"));
  EXPECT_THAT(Call({"zoo", "show", "qqqqqqq"}).err, Not(HasSubstr("did you mean")));
}

TEST(ZooList, HasColumnsAndFilters) {
  const Ended all = Call({"zoo", "list"});
  EXPECT_THAT(all.out, ContainsRegex("^NAME +SECTION +KIND +COST +FORMULA\n"));
  EXPECT_THAT(all.out, ContainsRegex("\nmish +1.4 +scalar +[0-9]+  x \\* tanh"));
  const json section = json::parse(Call({"zoo", "list", "--section", "1.4", "-o", "json"}).out);
  EXPECT_GT(section.size(), 50u);
  for (const json& row : section) EXPECT_EQ(row["section"], "1.4");
  std::size_t total = 0;
  for (const char* kind : {"scalar", "gated", "statistic", "random", "surrogate"}) {
    const json rows = json::parse(Call({"zoo", "--kind", kind, "-o", "json"}).out);
    EXPECT_FALSE(rows.empty()) << kind;
    for (const json& row : rows) EXPECT_EQ(row["kind"], kind);
    total += rows.size();
  }
  EXPECT_EQ(total, json::parse(Call({"zoo", "list", "-o", "json"}).out).size());
}

TEST(ZooList, RefusesUnknownFilters) {
  const Ended kind = Call({"zoo", "list", "--kind", "gate"});
  EXPECT_EQ(kind.code, 2);
  EXPECT_THAT(kind.err, HasSubstr("did you mean 'gated'?"));
  EXPECT_EQ(Call({"zoo", "list", "--section", "2.1"}).code, 2);
}

TEST(ZooList, CutsFormulasOnATerminalOnly) {
  const auto longest = [](const std::string& text) {
    std::istringstream lines(text);
    std::size_t most = 0;
    for (std::string line; std::getline(lines, line);) most = std::max(most, line.size());
    return most;
  };
  std::istringstream in;
  std::ostringstream out;
  const Terminal terminal{.in = in, .out = out, .err = out, .out_is_terminal = true, .env = {}};
  const auto columns = static_cast<std::size_t>(terminal.Columns());
  EXPECT_EQ(longest(Call({"zoo", "list"}, "C", true).out), columns);
  EXPECT_THAT(Call({"zoo", "list"}, "C", true).out, HasSubstr("...\n"));
  EXPECT_THAT(Call({"zoo", "list"}, "C.UTF-8", true).out, HasSubstr("…\n"));
  EXPECT_GT(longest(Call({"zoo", "list"}).out), columns);
}

TEST(Eval, GivesMishAndItsSlope) {
  const json mish = Evaluated({"zoo:mish", "--at", "-2,-1,0,1,2"});
  ASSERT_EQ(mish.size(), 5u);
  for (const json& point : mish) {
    const double x = point["x"];
    const double t = std::tanh(std::log1p(std::exp(x)));
    EXPECT_NEAR(point["f"].get<double>(), x * t, 1e-14);
    EXPECT_NEAR(point["df/dx"].get<double>(), t + x * (1 - t * t) / (1 + std::exp(-x)), 1e-14);
  }
  EXPECT_NEAR(mish[3]["f"].get<double>(), 0.865098388, 1e-9);
  EXPECT_EQ(mish[2]["df/dx"], 0.6);
}

TEST(Eval, TakesOneUForAllOrOneForEach) {
  const json one = Evaluated({"x * sigmoid(u)", "--at", "1,2", "--u", "0"});
  EXPECT_EQ(one[1]["f"], 1);
  EXPECT_EQ(one[1]["u"], 0);
  const json each = Evaluated({"x * square(u)", "--at", "1,2", "--u", "-3,4"});
  EXPECT_EQ(each[0]["f"], 9);
  EXPECT_EQ(each[0]["df/du"], -6);
  EXPECT_EQ(each[1]["df/dx"], 16);
  EXPECT_FALSE(Evaluated({"x", "--at", "1"})[0].contains("u"));
  const Ended unequal = Call({"eval", "x * u", "--at", "1,2,3", "--u", "1,2"});
  EXPECT_EQ(unequal.code, 2);
  EXPECT_THAT(unequal.err, HasSubstr("--u: 2 numbers, but --at has 3"));
}

TEST(Eval, RunsStatisticsOverTheVector) {
  const json softmax = Evaluated({"zoo:softmax", "--at", "0,1,2"});
  const double sum = 1 + std::exp(1) + std::exp(2);
  EXPECT_NEAR(softmax[0]["f"].get<double>(), 1 / sum, 1e-12);
  EXPECT_NEAR(softmax[2]["f"].get<double>(), std::exp(2) / sum, 1e-12);
}

TEST(Eval, ExplainsBadNumbers) {
  const auto at = [](const std::string& text) {
    const Ended ended = Call({"eval", "x", "--at", text});
    EXPECT_EQ(ended.code, 2) << text;
    EXPECT_EQ(ended.out, "");
    return ended.err;
  };
  EXPECT_THAT(at(""), HasSubstr("--at: no number"));
  EXPECT_THAT(at("1,nan"), HasSubstr("--at: 'nan' is not finite"));
  EXPECT_THAT(at("-inf"), HasSubstr("--at: '-inf' is not finite"));
  EXPECT_THAT(at("1,,2"), HasSubstr("--at: '' is not a number"));
  EXPECT_THAT(at("1,two"), HasSubstr("--at: 'two' is not a number"));
  EXPECT_THAT(at("1e999"), HasSubstr("beyond double precision"));
  std::string many = "0";
  for (int i = 0; i < 100'000; ++i) many += ",0";
  EXPECT_THAT(at(many), HasSubstr("--at: more than 100000 numbers"));
}

TEST(Eval, KeepsJsonValidWhereValuesAreNot) {
  const json points = Evaluated({"log(x)", "--at", "-1,0"});
  EXPECT_TRUE(points[0]["f"].is_null());
  EXPECT_TRUE(points[1]["f"].is_null());
  EXPECT_THAT(Call({"eval", "log(x)", "--at", "0"}).out, HasSubstr("-inf"));
  EXPECT_THAT(Call({"eval", "--help"}).out, ContainsRegex("null[ \n]+in[ \n]+JSON"));
}

TEST(Eval, SaysWhatDrawsAndReplacedGradientsAre) {
  EXPECT_THAT(Call({"eval", "zoo:rrelu"}).err, HasSubstr("Draws are their means"));
  EXPECT_THAT(Call({"eval", "zoo:sign_ste"}).err, HasSubstr("those that training uses"));
  EXPECT_EQ(Call({"eval", "zoo:silu"}).err, "");
}

}  // namespace
}  // namespace actsearch::cli
