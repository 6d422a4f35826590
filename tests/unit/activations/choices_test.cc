// What strategies that learn are told of a space: the decisions that make a candidate,
// and the features of one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "search_spaces/space.h"

namespace actsearch {
namespace {

const SpaceSpec kShaped = {.unary = {"identity", "neg", "abs", "tanh", "sigmoid"},
                           .binary = {"add", "mul", "max"},
                           .shape = "binary(unary(x), unary(x))"};

std::unique_ptr<Space> Make(const SpaceSpec& spec) { return std::move(*MakeSpace(spec)); }

// Gives answers from a list and notes the questions.
class Scripted final : public Chooser {
 public:
  explicit Scripted(std::vector<int> answers) : answers_(std::move(answers)) {}

  int Choose(int kind) override {
    asked.push_back(kind);
    return answers_.at(asked.size() - 1);
  }

  std::vector<int> asked;

 private:
  std::vector<int> answers_;
};

class Choices : public ::testing::TestWithParam<SpaceSpec> {};

TEST_P(Choices, PriorsAreDistributionsAndLinesPermutations) {
  const auto space = Make(GetParam());
  for (const ChoiceKind& kind : space->ChoiceKinds()) {
    EXPECT_FALSE(kind.options.empty()) << kind.name;
    ASSERT_EQ(kind.prior.size(), kind.options.size()) << kind.name;
    EXPECT_NEAR(std::accumulate(kind.prior.begin(), kind.prior.end(), 0.0), 1, 1e-12) << kind.name;
    EXPECT_GT(std::ranges::min(kind.prior), 0) << kind.name;
    std::vector<int> line = kind.line;
    std::ranges::sort(line);
    ASSERT_EQ(line.size(), kind.options.size()) << kind.name;
    for (std::size_t i = 0; i < line.size(); ++i) EXPECT_EQ(line[i], static_cast<int>(i));
  }
}

TEST_P(Choices, EqualAnswersBuildEqualCandidates) {
  const auto space = Make(GetParam());
  int built = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Rng one(seed);
    Rng other(seed);
    PriorChooser first(space->ChoiceKinds(), one);
    PriorChooser second(space->ChoiceKinds(), other);
    const auto candidate = space->Build(first);
    EXPECT_EQ(candidate, space->Build(second));
    if (!candidate) continue;
    ++built;
    EXPECT_EQ(space->Parse(candidate->text), *candidate) << candidate->text;
  }
  EXPECT_GT(built, 10);
}

TEST_P(Choices, FeaturesAreFiniteAndAlwaysAsMany) {
  const auto space = Make(GetParam());
  std::set<std::size_t> sizes;
  Rng rng(3);
  for (int i = 0; i < 300; ++i) {
    const std::vector<double> features = space->FeaturesOf(space->Sample(rng));
    sizes.insert(features.size());
    EXPECT_TRUE(std::ranges::all_of(features, [](double v) { return std::isfinite(v); }));
  }
  EXPECT_EQ(sizes.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Spaces, Choices, ::testing::Values(SpaceSpec{}, kShaped));

TEST(ShapedChoices, AreOneForEachSlot) {
  const auto space = Make(kShaped);
  const auto kinds = space->ChoiceKinds();
  ASSERT_EQ(kinds.size(), 2u);
  std::map<std::string, int> position;
  for (int i = 0; i < 2; ++i) position[kinds[static_cast<std::size_t>(i)].name] = i;
  const int binary = position.at("binary");
  std::vector<int> answers = {0, 0, 0};
  Scripted chooser(answers);
  ASSERT_TRUE(space->Build(chooser).has_value());
  EXPECT_EQ(std::ranges::count(chooser.asked, binary), 1);
  EXPECT_EQ(std::ranges::count(chooser.asked, 1 - binary), 2);
}

TEST(ShapedChoices, InadmissibleAnswersBuildNothing) {
  const auto space = Make({.unary = {"identity", "neg"},
                           .binary = {"sub", "add"},
                           .shape = "binary(unary(x), unary(x))"});
  int built = 0;
  for (const int left : {0, 1}) {
    for (const int right : {0, 1}) {
      for (const int join : {0, 1}) {
        const bool joins_first = space->ChoiceKinds().front().name == "binary";
        Scripted asking({0, 0, 0});
        space->Build(asking);
        const int binary = joins_first ? 0 : 1;
        std::vector<int> answers;
        int unaries = 0;
        for (const int kind : asking.asked) {
          answers.push_back(kind == binary ? join : unaries++ == 0 ? left : right);
        }
        Scripted chooser(answers);
        if (space->Build(chooser)) ++built;
      }
    }
  }
  EXPECT_EQ(built, 4) << "x - x and x + -x are constant, x + x and x - -x are not";
}

// Squashing functions must stand beside each other, far from the growing ones.
TEST(ShapedChoices, LineKeepsAlikeOperatorsTogether) {
  const auto space = Make({.unary = {"tanh", "square", "sigmoid", "abs", "erf", "cosh"},
                           .binary = {"add"},
                           .shape = "binary(unary(x), unary(x))"});
  const auto kinds = space->ChoiceKinds();
  const auto unary = std::ranges::find(kinds, "unary", &ChoiceKind::name);
  std::string order;
  for (const int option : unary->line) {
    const std::string& name = unary->options[static_cast<std::size_t>(option)];
    order += name == "tanh" || name == "sigmoid" || name == "erf" ? 's' : 'g';
  }
  EXPECT_THAT(order, ::testing::AnyOf("sssggg", "gggsss"));
}

TEST(Features, AreThoseOfTheFunctionNotOfItsText) {
  const auto space = Make({});
  const auto features = [&](const char* text) {
    return space->FeaturesOf(space->Parse(text).value());
  };
  const auto distance = [](const std::vector<double>& a, const std::vector<double>& b) {
    double square = 0;
    for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(square);
  };
  EXPECT_LT(distance(features("x * sigmoid(x)"), features("x / (1 + exp(-x))")), 1e-9);
  EXPECT_LT(distance(features("x * sigmoid(1.702 * x)"), features("x * sigmoid(1.6 * x)")),
            distance(features("x * sigmoid(1.702 * x)"), features("sin(x)")));
}

}  // namespace
}  // namespace actsearch
