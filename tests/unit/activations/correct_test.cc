// Space::Correct: the entropy correction as a step of a search, in both kinds of spaces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "search_spaces/activations/eafo/entropy.h"
#include "search_spaces/activations/eafo/space_correction.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/space.h"

namespace actsearch {
namespace {

const SpaceSpec kShaped = {.shape = "binary(unary(x), unary(x))"};

std::unique_ptr<Space> Make(const SpaceSpec& spec = {}) { return std::move(*MakeSpace(spec)); }

TEST(Correct, ReluBecomesCrreluOfEitherSign) {
  const auto space = Make({.parameter_shape = "layer"});
  std::set<std::string> children;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Rng rng(seed);
    children.insert(space->Correct({"relu(x)"}, rng).value().text);
  }
  const auto crrelu = [&](const char* eps) {
    return space->Parse("relu(x) + e * x * exp(-0.5 * square(x)) where e: layer = " +
                        std::string(eps))->text;
  };
  EXPECT_THAT(children, ::testing::UnorderedElementsAre(
                            crrelu("0.01"), crrelu("-0.01"), crrelu("0.03"), crrelu("-0.03"),
                            crrelu("0.1"), crrelu("-0.1"), crrelu("0.3"), crrelu("-0.3")));
}

TEST(Correct, MostlyLowersTheNormalisedEntropy) {
  const auto space = Make();
  const auto input = activations::eafo::PreActivations::StandardNormal();
  const auto entropy = [&](const std::string& text) {
    return activations::eafo::EntropiesOf(expr::Parse(text).value(), input)->normalised;
  };
  for (const char* f : {"softplus(x)", "silu(x)", "tanh(x)", "mish(x)"}) {
    const Candidate parent = *space->Parse(f);
    int lower = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      Rng rng(seed);
      lower += entropy(space->Correct(parent, rng)->text) < entropy(parent.text);
    }
    EXPECT_GT(lower, 20) << f;
    EXPECT_LT(lower, 40) << f << ": never the other sign";
  }
}

TEST(Correct, UsesANumberWhereNoParameterIsLeft) {
  const auto space = Make({.max_parameters = 0});
  Rng rng(1);
  const auto child = space->Correct({"tanh(x)"}, rng);
  ASSERT_TRUE(child.has_value());
  EXPECT_EQ(space->ComplexityOf(*child).parameters, 0);
}

TEST(Correct, GivesNothingWhereThereIsNone) {
  const auto space = Make();
  Rng rng(1);
  EXPECT_FALSE(space->Correct(*space->Parse("normal_cdf(x)"), rng)) << "fixed point";
  EXPECT_FALSE(space->Correct(*space->Parse("step(x)"), rng)) << "no density";
  const auto tiny = Make({.max_nodes = 4});
  EXPECT_FALSE(tiny->Correct({"relu(x)"}, rng)) << "no room";
  const auto without_exp = Make({.operators = {"relu", "tanh", "add", "mul"}});
  EXPECT_FALSE(without_exp->Correct({"relu(x)"}, rng)) << "no bell curve";
}

TEST(Correct, OfAShapeGoesTowardsTheCorrection) {
  const auto space = Make(kShaped);
  for (const char* f : {"x * sigmoid(x)", "x * tanh(x)", "x + relu(x)"}) {
    const auto parsed = space->Parse(f);
    ASSERT_TRUE(parsed.has_value()) << f << ": " << parsed.error().message;
    const Candidate parent = *parsed;
    const expr::Expr e = expr::Parse(parent.text).value();
    double corrected = 0;
    double mutated = 0;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      Rng rng(seed);
      Rng same = rng;
      const auto judge = activations::eafo::CorrectionJudge::Make(e, same).value();
      const auto agreement = [&](const Candidate& c) {
        return judge.Agreement(expr::Parse(c.text).value()).value_or(0);
      };
      const auto child = space->Correct(parent, rng);
      if (child) corrected += agreement(*child);
      mutated += agreement(space->Mutate(parent, rng));
    }
    EXPECT_GT(corrected / 30, mutated / 30 + 0.2) << f;
  }
}

// Every candidate is corrected inside the space, to another one, and the draws decide all.
class CorrectEverywhere : public ::testing::TestWithParam<SpaceSpec> {};

TEST_P(CorrectEverywhere, StaysInsideAndIsDeterministic) {
  const auto space = Make(GetParam());
  Rng rng(7);
  int found = 0;
  for (int i = 0; i < 300; ++i) {
    const Candidate parent = space->Sample(rng);
    Rng one = rng.Fork("correct", static_cast<std::uint64_t>(i));
    Rng two = one;
    const auto child = space->Correct(parent, one);
    ASSERT_EQ(child, space->Correct(parent, two));
    if (!child) continue;
    ++found;
    EXPECT_NE(*child, parent);
    ASSERT_EQ(space->Parse(child->text).value(), *child);
  }
  EXPECT_GT(found, 150);
}

INSTANTIATE_TEST_SUITE_P(All, CorrectEverywhere,
                         ::testing::Values(SpaceSpec{},
                                           SpaceSpec{.max_nodes = 32, .max_parameters = 1,
                                                     .parameter_shape = "layer"},
                                           kShaped));

// Goals: 0.3 ms and 0.5 ms. The bound is for loaded machines and sanitizers.
TEST(Correct, TakesAboutAMillisecondAtMost) {
  for (const SpaceSpec& spec : {SpaceSpec{}, kShaped}) {
    const auto space = Make(spec);
    Rng rng(7);
    std::vector<Candidate> parents;
    for (int i = 0; i < 200; ++i) parents.push_back(space->Sample(rng));
    const auto start = std::chrono::steady_clock::now();
    for (const Candidate& parent : parents) space->Correct(parent, rng);
    const std::chrono::duration<double, std::micro> elapsed =
        std::chrono::steady_clock::now() - start;
    RecordProperty(spec.shape.empty() ? "infinite_us" : "shaped_us",
                   std::to_string(elapsed.count() / 200));
    EXPECT_LT(elapsed.count() / 200, 10'000);
  }
}

}  // namespace
}  // namespace actsearch
