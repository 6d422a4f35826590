#include "search_spaces/space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace actsearch {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string MessageOf(const SpaceSpec& spec) {
  const auto space = MakeSpace(spec);
  if (space) return "";
  EXPECT_EQ(space.error().code, ErrorCode::kInvalid);
  return space.error().message;
}

std::unique_ptr<Space> Make(const SpaceSpec& spec = {}) { return std::move(*MakeSpace(spec)); }

TEST(MakeSpace, SuggestsTheNearestName) {
  EXPECT_THAT(MessageOf({.name = "activation"}),
              AllOf(HasSubstr("space.name"), HasSubstr("did you mean 'activations'")));
}

TEST(MakeSpace, NamesTheFieldTheValueAndTheBounds) {
  EXPECT_THAT(MessageOf({.max_nodes = 65}),
              AllOf(HasSubstr("space.max_nodes is 65"), HasSubstr("from 1 to 64")));
  EXPECT_THAT(MessageOf({.max_nodes = 0}), HasSubstr("space.max_nodes is 0"));
  EXPECT_THAT(MessageOf({.max_parameters = 9}),
              AllOf(HasSubstr("space.max_parameters is 9"), HasSubstr("from 0 to 8")));
  EXPECT_THAT(MessageOf({.parameter_shape = "chanel"}),
              AllOf(HasSubstr("space.parameter_shape"), HasSubstr("did you mean 'channel'")));
  EXPECT_THAT(MessageOf({.operators = {"relu", "sigmod"}}),
              AllOf(HasSubstr("space.operators"), HasSubstr("did you mean 'sigmoid'")));
}

TEST(Parse, BringsTextToCanonicalForm) {
  const auto space = Make();
  const auto a = space->Parse("sigmoid(x*beta) *x where beta: channel = 1");
  const auto b = space->Parse("x * sigmoid(gamma * x) where gamma: channel = 1");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(*a, *b);
  EXPECT_EQ(*space->Parse(a->text), *a);
}

TEST(Parse, RefusesWhatLiesOutside) {
  const auto space = Make({.max_nodes = 4, .max_parameters = 0, .operators = {"relu", "tanh"}});
  const auto message = [&](std::string_view text) {
    const auto parsed = space->Parse(text);
    return parsed ? std::string() : parsed.error().message;
  };
  EXPECT_EQ(message("tanh(relu(x))"), "");
  EXPECT_THAT(message("tanh(relu(tanh(relu(tanh(x)))))"), HasSubstr("space.max_nodes is 4"));
  EXPECT_THAT(message("b * x where b: layer = 2"), HasSubstr("space.max_parameters is 0"));
  EXPECT_THAT(message("sin(x)"),
              AllOf(HasSubstr("sin is not among"), HasSubstr("space.operators")));
  EXPECT_THAT(message("tanh(2)"), HasSubstr("does not depend on x"));
  EXPECT_THAT(message("x - x"), HasSubstr("does not depend on x"));
  EXPECT_THAT(message("tanh(x"), HasSubstr("column 7"));
}

TEST(FingerprintOf, EqualFunctionsCollide) {
  const auto space = Make();
  const auto key = [&](std::string_view text) {
    return space->FingerprintOf(*space->Parse(text)).exact;
  };
  EXPECT_EQ(key("x * sigmoid(2 * x)"), key("0.5 * x * (1 + tanh(x))"));
  EXPECT_NE(key("relu(x)"), key("softplus(x)"));
}

TEST(Seeds, AreInsideTheLimits) {
  const auto wide = Make();
  EXPECT_GE(wide->Seeds().size(), 60u);
  const auto narrow = Make({.max_nodes = 4, .max_parameters = 0, .operators = {"relu", "sigmoid"}});
  const auto seeds = narrow->Seeds();
  EXPECT_THAT(seeds, ::testing::Contains(Candidate{"relu(x)"}));
  EXPECT_LT(seeds.size(), wide->Seeds().size() / 4);
  for (const Candidate& seed : seeds) EXPECT_EQ(narrow->Parse(seed.text).value(), seed);
}

// Entries of the zoo may be one function, as tanh and 2 sigmoid(2 x) - 1.
TEST(Seeds, AreDistinct) {
  std::vector<Candidate> seeds = Make()->Seeds();
  std::ranges::sort(seeds, {}, &Candidate::text);
  EXPECT_EQ(std::ranges::adjacent_find(seeds), seeds.end());
}

TEST(Mutate, LeavesTheIdentityWhenThereIsNothingElse) {
  const auto space = Make({.max_nodes = 1});
  Rng rng(1);
  EXPECT_EQ(space->Mutate({"x"}, rng).text, "x");
}

}  // namespace
}  // namespace actsearch
