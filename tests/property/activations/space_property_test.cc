// What every operation of the activations space must keep, over thousands of
// random candidates in several specs.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives.h"
#include "search_spaces/space.h"

namespace actsearch {
namespace {

struct Setting {
  std::string name;
  int draws;
  SpaceSpec spec;
};

const std::vector<Setting>& Settings() {
  static const std::vector<Setting> settings = {
      {"Default", 10000, {}},
      {"Small", 3000, {.max_nodes = 6, .max_parameters = 1}},
      {"NoParameters", 3000, {.max_nodes = 12, .max_parameters = 0}},
      {"Large", 3000, {.max_nodes = 64, .max_parameters = 8, .parameter_shape = "layer"}},
      {"Restricted", 3000, {.operators = {"relu", "tanh", "scale", "add", "mul"}}},
      {"Shaped", 3000, {.shape = "binary(unary(x), unary(x))"}},
      {"ShapedChain", 1000, {.parameter_shape = "layer", .shape = "binary(unary(unary(x)), x)"}},
      {"ShapedFew",
       1000,
       {.max_nodes = 5,
        .unary = {"identity", "neg", "abs", "tanh", "sigmoid"},
        .binary = {"add", "mul", "max"},
        .shape = "binary(unary(x), unary(x))"}},
  };
  return settings;
}

class SpaceProperty : public ::testing::TestWithParam<Setting> {
 protected:
  SpaceProperty() : space_(std::move(*MakeSpace(GetParam().spec))) {}

  // A point of the space in canonical form, that varies with x.
  void ExpectInside(const Candidate& candidate) const {
    const auto parsed = space_->Parse(candidate.text);
    ASSERT_TRUE(parsed.has_value()) << candidate.text << ": " << parsed.error().message;
    ASSERT_EQ(parsed->text, candidate.text);
    const expr::Expr e = expr::Parse(candidate.text).value();
    ASSERT_LE(e.nodes.size(), static_cast<std::size_t>(GetParam().spec.max_nodes));
    ASSERT_LE(e.parameters.size(), static_cast<std::size_t>(GetParam().spec.max_parameters));
    const bool per_layer = GetParam().spec.parameter_shape == "layer";
    for (const expr::Parameter& p : e.parameters) {
      ASSERT_EQ(p.shape, per_layer ? expr::Shape::kLayer : expr::Shape::kChannel);
    }
    ASSERT_TRUE(Varies(e)) << candidate.text << " is constant";
  }

  static bool IsRestricted() {
    return !GetParam().spec.operators.empty() || !GetParam().spec.unary.empty();
  }

  static bool Varies(const expr::Expr& e) {
    const std::vector<double> parameters = expr::InitialParameters(e);
    const double first = expr::Evaluate(e, -4, parameters);
    for (const double x : {-2.3, -1.1, -0.4, 0.3, 0.9, 1.7, 3.1}) {
      if (expr::Evaluate(e, x, parameters) != first) return true;
    }
    return false;
  }

  std::unique_ptr<Space> space_;
};

TEST_P(SpaceProperty, SamplesStayInsideAndMostlyDiffer) {
  Rng rng(1);
  std::set<std::uint64_t> functions;
  for (int i = 0; i < GetParam().draws; ++i) {
    const Candidate sample = space_->Sample(rng);
    ExpectInside(sample);
    if (HasFatalFailure()) return;
    functions.insert(space_->FingerprintOf(sample).exact);
  }
  const double duplicates = 1 - static_cast<double>(functions.size()) / GetParam().draws;
  RecordProperty("duplicate_share", std::to_string(duplicates));
  EXPECT_LT(duplicates, IsRestricted() ? 0.995 : 0.75);
}

TEST_P(SpaceProperty, MutationsStayInsideAndDiffer) {
  Rng rng(2);
  Candidate parent = space_->Sample(rng);
  for (int i = 0; i < GetParam().draws; ++i) {
    const Candidate child = space_->Mutate(parent, rng);
    ASSERT_NE(child, parent);
    ExpectInside(child);
    if (HasFatalFailure()) return;
    parent = child;  // a long walk, which visits all sizes
  }
}

TEST_P(SpaceProperty, CrossesStayInsideAndDiffer) {
  Rng rng(3);
  std::vector<Candidate> pool;
  for (int i = 0; i < 50; ++i) pool.push_back(space_->Sample(rng));
  for (int i = 0; i < GetParam().draws; ++i) {
    const Candidate& a = rng.Pick(pool);
    const Candidate& b = rng.Pick(pool);
    const Candidate child = space_->Cross(a, b, rng);
    ASSERT_NE(child, a);
    ExpectInside(child);
    if (HasFatalFailure()) return;
    pool[rng.Below(pool.size())] = child;
  }
}

TEST_P(SpaceProperty, SameDrawsSameCandidates) {
  Rng one(4);
  Rng two(4);
  for (int i = 0; i < 200; ++i) {
    const Candidate a = space_->Sample(one);
    ASSERT_EQ(a, space_->Sample(two));
    ASSERT_EQ(space_->Mutate(a, one), space_->Mutate(a, two));
  }
}

TEST_P(SpaceProperty, SeedsCanBeMutated) {
  Rng rng(5);
  for (const Candidate& seed : space_->Seeds()) {
    ExpectInside(seed);
    for (int i = 0; i < 20; ++i) EXPECT_NE(space_->Mutate(seed, rng), seed);
  }
}

INSTANTIATE_TEST_SUITE_P(All, SpaceProperty, ::testing::ValuesIn(Settings()),
                         [](const auto& p) { return p.param.name; });

TEST(RestrictedSpace, ContainsOnlyWhatItsOperatorsNeed) {
  const auto space = std::move(*MakeSpace({.operators = {"relu", "tanh", "add"}}));
  const std::set<std::string_view> allowed = {"relu", "tanh", "add",        "sub",    "mul",
                                              "div",  "neg",  "reciprocal", "square", "cube",
                                              "min0", "abs",  "sigmoid"};
  Rng rng(6);
  Candidate candidate = space->Sample(rng);
  for (int i = 0; i < 2000; ++i) {
    candidate = rng.Chance(0.1) ? space->Sample(rng) : space->Mutate(candidate, rng);
    const expr::Expr e = expr::Parse(candidate.text).value();
    for (const expr::Node& node : e.nodes) {
      if (node.kind != expr::Kind::kPrimitive) continue;
      ASSERT_TRUE(allowed.contains(expr::Primitives()[node.id].name)) << candidate.text;
    }
  }
}

// The bound is 20 times the goal of 50 us, for loaded machines and sanitizers.
TEST(Speed, AMutationTakesWellUnderAMillisecond) {
  const auto space = std::move(*MakeSpace({}));
  Rng rng(7);
  Candidate candidate = space->Sample(rng);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 2000; ++i) candidate = space->Mutate(candidate, rng);
  const std::chrono::duration<double, std::micro> elapsed =
      std::chrono::steady_clock::now() - start;
  RecordProperty("mutate_us", std::to_string(elapsed.count() / 2000));
  EXPECT_LT(elapsed.count() / 2000, 1000);
}

}  // namespace
}  // namespace actsearch
