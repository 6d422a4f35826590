// Finite spaces: what a shape and lists of operators make of a job file's space.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "search_spaces/enumeration.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/space.h"

namespace actsearch {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const SpaceSpec kCoreUnits = {.unary = {"identity", "neg", "abs", "tanh", "sigmoid"},
                              .binary = {"add", "mul", "max"},
                              .shape = "binary(unary(x), unary(x))"};

std::unique_ptr<Space> Make(const SpaceSpec& spec) {
  auto space = MakeSpace(spec);
  EXPECT_TRUE(space.has_value()) << (space ? "" : space.error().message);
  return std::move(*space);
}

std::string MessageOf(const SpaceSpec& spec) {
  const auto space = MakeSpace(spec);
  return space ? "no error" : space.error().message;
}

Enumeration::Counts CountsOf(const SpaceSpec& spec) {
  const auto space = Make(spec);
  Enumeration walk(*space);
  while (!walk.AtEnd()) walk.Next();
  return walk.Counted();
}

TEST(ShapedSpace, HasAsManyPointsAsFillings) {
  EXPECT_EQ(Make(kCoreUnits)->Size(), 5u * 5 * 3);
  EXPECT_EQ(Make({.shape = "binary(unary(x), unary(x))"})->Size(), 25u * 25 * 10);
  EXPECT_EQ(Make({.shape = "x * unary(x)"})->Size(), 25u);
  EXPECT_EQ(Make({})->Size(), std::nullopt);
  EXPECT_EQ(Make({})->At(0), std::nullopt);
}

// neg and identity, add and sub: x+x, x-x, x-x, -x-x; x-x, x+x, -x-x, -x+x. Those that
// are 0 are no candidates; 2x and -2x are left, which are one function up to a scale.
TEST(Enumeration, CountsByHand) {
  const auto counts = CountsOf({.unary = {"identity", "neg"},
                                .binary = {"add", "sub"},
                                .shape = "binary(unary(x), unary(x))"});
  EXPECT_EQ(counts.generated, 8u);
  EXPECT_EQ(counts.admissible, 4u);
  EXPECT_EQ(counts.canonical, 2u);
  EXPECT_EQ(counts.exact, 2u);
  EXPECT_EQ(counts.affine, 1u);
}

// sin(atan(x)) and tanh(asinh(x)) are x / sqrt(1 + x^2), which canonical form does not
// know; the other 14 chains are functions of their own.
TEST(Enumeration, TellsFormsFromFunctions) {
  const auto counts =
      CountsOf({.unary = {"sin", "atan", "tanh", "asinh"}, .shape = "unary(unary(x))"});
  EXPECT_EQ(counts.canonical, 16u);
  EXPECT_EQ(counts.exact, 15u);
}

// x; exp(x); softplus(x), also as log1p(exp(x)); exp(exp(x)), exp(softplus(x)),
// log1p(softplus(x)), softplus(exp(x)) and softplus(softplus(x)). Other chains with log1p are not
// finite at -4, exp(log1p(x)) among them.
TEST(Enumeration, CountsRewrittenFormsOnce) {
  const auto counts =
      CountsOf({.unary = {"identity", "exp", "log1p", "softplus"}, .shape = "unary(unary(x))"});
  EXPECT_EQ(counts.canonical, 8u);
  EXPECT_EQ(counts.exact, 8u);
}

// Two scales say no more than one, and a sign goes into the scale on either side of it.
TEST(Enumeration, CountsMergedParametersOnce) {
  const auto space = Make({.unary = {"scale", "neg"}, .shape = "unary(unary(x))"});
  std::set<std::string> points;
  for (std::uint64_t i = 0; i < *space->Size(); ++i) points.insert(space->At(i)->text);
  EXPECT_THAT(points, testing::UnorderedElementsAre("x", "p0 * x where p0: channel = 1",
                                                    "p0 * x where p0: channel = -1"));
}

TEST(Enumeration, FindsEachFunctionOnce) {
  const auto space = Make(kCoreUnits);
  Enumeration walk(*space);
  std::set<std::string> texts;
  std::set<std::uint64_t> functions;
  while (!walk.AtEnd()) {
    const auto found = walk.Next();
    if (!found) continue;
    EXPECT_EQ(space->At(found->index), found->candidate);
    EXPECT_TRUE(texts.insert(found->candidate.text).second);
    EXPECT_EQ(functions.insert(found->fingerprint.exact).second, found->is_new_exact);
  }
  EXPECT_EQ(walk.Counted().canonical, texts.size());
  EXPECT_EQ(walk.Counted().exact, functions.size());
}

TEST(HashSet, KeepsWhatWasAddedWhileItGrows) {
  HashSet set;
  for (std::uint64_t i = 0; i < 5000; ++i) ASSERT_TRUE(set.Add(i * 64)) << i;
  for (std::uint64_t i = 0; i < 5000; ++i) ASSERT_FALSE(set.Add(i * 64)) << i;
  EXPECT_EQ(set.Size(), 5000u);
}

TEST(ShapedSpace, AtGivesNothingWhereNoCandidateIs) {
  const auto space = Make({.unary = {"tanh", "param"}, .shape = "unary(x)"});
  EXPECT_EQ(space->At(0), Candidate{"tanh(x)"});
  EXPECT_EQ(space->At(1), std::nullopt);  // a parameter alone does not vary with x
}

TEST(ShapedSpace, SamplesAreAllOfItsPoints) {
  const auto space = Make(kCoreUnits);
  std::set<std::string> points;
  for (std::uint64_t i = 0; i < *space->Size(); ++i) {
    if (const auto point = space->At(i)) points.insert(point->text);
  }
  std::set<std::string> sampled;
  Rng rng(1);
  for (int i = 0; i < 3000; ++i) sampled.insert(space->Sample(rng).text);
  EXPECT_EQ(sampled, points);
}

// x * tanh(x) is 2 of the 75 fillings, 2 |x| is 1.
TEST(ShapedSpace, SamplesFillingsUniformly) {
  const auto space = Make(kCoreUnits);
  std::uint64_t admissible = 0;
  for (std::uint64_t i = 0; i < *space->Size(); ++i) admissible += space->At(i).has_value();
  std::map<std::string, int> counts;
  Rng rng(2);
  constexpr int kDraws = 40000;
  for (int i = 0; i < kDraws; ++i) ++counts[space->Sample(rng).text];
  const double one = static_cast<double>(kDraws) / static_cast<double>(admissible);
  EXPECT_NEAR(counts["x * tanh(x)"], 2 * one, 0.3 * one);
  EXPECT_NEAR(counts["2 * abs(x)"], one, 0.3 * one);
}

// The neighbours of tanh(x) + sigmoid(x) differ from it in one slot, sometimes two.
TEST(ShapedSpace, MutationsChangeOneSlotOrTwo) {
  const auto space = Make(kCoreUnits);
  Rng rng(3);
  std::map<std::string, int> children;
  for (int i = 0; i < 2000; ++i) ++children[space->Mutate({"sigmoid(x) + tanh(x)"}, rng).text];
  const auto share = [&](std::string_view text) {
    const std::string canonical = space->Parse(text)->text;
    return children[canonical] / 2000.0;
  };
  EXPECT_GT(share("sigmoid(x) * tanh(x)"), 0.08);
  EXPECT_GT(share("x + tanh(x)"), 0.03);
  EXPECT_GT(share("sigmoid(x) - x"), 0.03);
  EXPECT_LT(share("x * tanh(x)"), 0.03);            // two changes
  EXPECT_EQ(children.count("max(x, abs(x))"), 0u);  // three
}

TEST(ShapedSpace, CrossingsTakeEachSlotFromEitherParent) {
  const auto space = Make(kCoreUnits);
  Rng rng(4);
  std::set<std::string> children;
  for (int i = 0; i < 300; ++i) {
    children.insert(space->Cross({"sigmoid(x) + tanh(x)"}, {"x * abs(x)"}, rng).text);
  }
  std::set<std::string> expected;
  for (const char* text : {"sigmoid(x) + abs(x)", "x + tanh(x)", "x + abs(x)",
                           "sigmoid(x) * tanh(x)", "sigmoid(x) * abs(x)", "x * tanh(x)"}) {
    expected.insert(space->Parse(text)->text);
  }
  // The slots of a sum or product have no order: abs may stand first.
  for (const char* text :
       {"abs(x) + tanh(x)", "sigmoid(x) + x", "abs(x) * tanh(x)", "sigmoid(x) * x"}) {
    expected.insert(space->Parse(text)->text);
  }
  EXPECT_THAT(children, testing::IsSubsetOf(expected));
  EXPECT_GE(children.size(), 6u);
}

TEST(ShapedSpace, ParseTakesAnySpellingOfAPoint) {
  const auto space = Make(kCoreUnits);
  EXPECT_EQ(space->Parse("tanh(x)*x")->text, "x * tanh(x)");
  EXPECT_EQ(space->Parse("x * 2")->text, "2 * x");  // x + x
  const auto message = [&](std::string_view text) {
    const auto parsed = space->Parse(text);
    return parsed ? std::string("no error") : parsed.error().message;
  };
  EXPECT_THAT(message("sin(x)"), AllOf(StartsWith("no filling of space.shape, binary(unary(x), "),
                                       HasSubstr("space.unary")));
  EXPECT_THAT(message("x * tanh(tanh(x))"), StartsWith("no filling of space.shape"));
  EXPECT_THAT(message("x * tanh(x"), HasSubstr("column 11"));
  EXPECT_THAT(message("x * tanh(u)"), HasSubstr("only functions of x are taken here"));
}

// Every point is found again from its text, also where simplification has rewritten it.
TEST(ShapedSpace, RecoversEveryPointFromItsText) {
  for (const std::string shape :
       {"binary(unary(x), unary(x))", "unary(unary(x))", "binary(x, unary(2 - x))",
        "b * unary(x) + unary(b * x) where b: channel = 0.5",
        "unary(b * unary(c * x)) where b: channel = 0.3333, c: channel = -1.2345"}) {
    const auto space = Make({.parameter_shape = "layer", .shape = shape});
    for (std::uint64_t i = 0; i < *space->Size(); ++i) {
      const auto point = space->At(i);
      if (!point) continue;
      ASSERT_TRUE(space->Parse(point->text)) << point->text << " of " << shape;
    }
  }
}

TEST(ShapedSpace, SeedsAreTheZooInside) {
  const auto seeds = Make({.shape = "binary(unary(x), unary(x))"})->Seeds();
  EXPECT_THAT(seeds, Contains(Candidate{"x * sigmoid(x)"}));
  EXPECT_THAT(seeds, Contains(Candidate{"x * tanh(x)"}));
  EXPECT_THAT(seeds, Contains(Candidate{"x - tanh(x)"}));
  EXPECT_THAT(seeds, testing::Not(Contains(Candidate{"x * tanh(softplus(x))"})));
  // No operator undoes cosh: few known functions are inside.
  EXPECT_THAT(Make({.shape = "unary(unary(cosh(x)))"})->Seeds(), testing::SizeIs(8));
}

TEST(ShapedSpace, KeepsToTheLimits) {
  const auto space = Make({.max_nodes = 4, .max_parameters = 0, .shape = "unary(unary(x))"});
  for (std::uint64_t i = 0; i < *space->Size(); ++i) {
    const auto point = space->At(i);
    if (!point) continue;
    const auto e = expr::Parse(point->text);
    EXPECT_LE(e->nodes.size(), 4u) << point->text;
    EXPECT_TRUE(e->parameters.empty()) << point->text;
  }
}

TEST(Operators, MayBePrimitivesOfTheLanguage) {
  const auto space = Make({.unary = {"log1p", "sqrt"}, .shape = "unary(x)"});
  EXPECT_EQ(space->At(0), std::nullopt);          // log1p(-4) is not finite
  EXPECT_EQ(space->At(1)->text, "sqrt(abs(x))");  // the table's row comes before the primitive
  EXPECT_EQ(Make({.binary = {"div"}, .shape = "binary(tanh(x), unary(cosh(x)))"})->At(0)->text,
            "div_eps(tanh(x), cosh(x))");
}

TEST(Operators, ByArityRestrictAnInfiniteSpaceToo) {
  const auto space = Make({.unary = {"tanh", "normal_cdf"}, .binary = {"mul"}});
  EXPECT_TRUE(space->Parse("x * normal_cdf(x)"));
  EXPECT_THAT(space->Parse("sin(x)").error().message,
              StartsWith("sin is not among space.unary and space.binary"));
  const auto products = Make({.binary = {"mul"}});
  EXPECT_TRUE(products->Parse("x * sin(x)"));
  EXPECT_FALSE(products->Parse("max(x, sin(x))"));
}

TEST(Operators, WrongNamesAreToldWithTheirField) {
  EXPECT_THAT(MessageOf({.unary = {"tnah"}}),
              StartsWith("space.unary: unknown operator 'tnah'; did you mean 'tanh'? known: "));
  EXPECT_THAT(MessageOf({.binary = {"maxx"}, .shape = "binary(x, x)"}),
              StartsWith("space.binary: unknown operator 'maxx'; did you mean 'max'?"));
  EXPECT_EQ(MessageOf({.unary = {"mul"}}),
            "space.unary: 'mul' takes 2 arguments; name it under space.binary");
  EXPECT_EQ(MessageOf({.binary = {"tanh"}}),
            "space.binary: 'tanh' takes 1 argument; name it under space.unary");
  EXPECT_EQ(MessageOf({.unary = {"select"}}),
            "space.unary: 'select' takes 3 arguments; slots take one or two");
  EXPECT_EQ(MessageOf({.unary = {"tanh", "sin", "tanh"}}),
            "space.unary: 'tanh' stands there twice");
  EXPECT_EQ(MessageOf({.operators = {"tanh"}, .binary = {"mul"}}),
            "space.operators: stands beside space.binary; name all operators under space.unary and "
            "space.binary and leave space.operators out");
}

TEST(Operators, OfEitherKindFillAShape) {
  EXPECT_EQ(Make({.operators = {"tanh", "mul", "sin"}, .shape = "binary(x, unary(x))"})->Size(),
            2u);
}

TEST(ShapedSpace, WrongShapesAreErrorsOfTheField) {
  EXPECT_THAT(MessageOf({.shape = "x * unray(x)"}),
              StartsWith("space.shape: column 5: unknown slot"));
  EXPECT_THAT(MessageOf({.shape = "unary(2)"}),
              StartsWith("space.shape: no filling of unary(2) varies with x"));
  EXPECT_THAT(MessageOf({.max_nodes = 1, .unary = {"tanh"}, .shape = "unary(x)"}),
              HasSubstr("space.max_nodes"));
}

}  // namespace
}  // namespace actsearch
