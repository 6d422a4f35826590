// A function for each layer (sites.share: false): the space of tuples, and that every strategy
// searches it.
#include "search_spaces/slots_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Space> Make(int slots, std::string shape = "") {
  SpaceSpec spec;
  spec.slots = slots;
  spec.shape = std::move(shape);
  return std::move(*MakeSpace(spec));
}

TEST(Slots, SplitAtSemicolons) {
  EXPECT_THAT(SplitSlots("x"), ElementsAre("x"));
  EXPECT_THAT(SplitSlots("relu(x); tanh(x);x"), ElementsAre("relu(x)", "tanh(x)", "x"));
}

TEST(Slots, OneFunctionStandsForAllLayers) {
  const auto space = Make(3);
  EXPECT_EQ(space->Parse("relu(x)")->text, "relu(x); relu(x); relu(x)");
  EXPECT_EQ(space->Parse("relu(x); sin(x); 2*tanh(x)")->text, "relu(x); sin(x); 2 * tanh(x)");
  EXPECT_THAT(space->Parse("relu(x); sin(x)").error().message, HasSubstr("space.slots"));
  EXPECT_THAT(space->Parse("relu(x); si(x); x").error().message, HasSubstr("function 2: "));
}

TEST(Slots, OrderOfTheLayersCounts) {
  const auto space = Make(2);
  const auto key = [&](const char* text) { return space->FingerprintOf(*space->Parse(text)); };
  EXPECT_NE(key("relu(x); tanh(x)").exact, key("tanh(x); relu(x)").exact);
  EXPECT_EQ(key("relu(x); tanh(x)").exact, key("max(x, 0); tanh(x)").exact);
  const Complexity one = Make(1)->ComplexityOf({"tanh(x)"});
  EXPECT_EQ(space->ComplexityOf({"tanh(x); tanh(x)"}).cost, 2 * one.cost);
}

TEST(Slots, ChangesStayInTheSpace) {
  const auto space = Make(3);
  Rng rng(1);
  Candidate at = space->Sample(rng);
  for (int i = 0; i < 200; ++i) {
    const Candidate next = i % 3 == 0 ? space->Cross(at, space->Sample(rng), rng)
                                      : space->Mutate(at, rng);
    ASSERT_NE(next, at);
    ASSERT_EQ(space->Parse(next.text), next) << next.text;
    at = next;
  }
}

TEST(Slots, FiniteSpacesMultiply) {
  const auto space = Make(2, "x * unary(x)");
  ASSERT_EQ(space->Size(), 25u * 25);
  std::set<std::string> texts;
  for (std::uint64_t i = 0; i < *space->Size(); ++i) {
    if (const auto candidate = space->At(i)) texts.insert(candidate->text);
  }
  EXPECT_GT(texts.size(), 400u);
  EXPECT_EQ(Make(16, "binary(unary(x), unary(x))")->Size(), std::nullopt) << "beyond 64 bits";
}

TEST(Slots, EveryStrategySearchesThem) {
  const auto space = Make(2, "binary(unary(x), unary(x))");
  for (const StrategyRow& row : Strategies().Rows()) {
    const auto strategy = row.make(*space, *CompleteOptions(row, {}));
    std::set<std::string> texts;
    for (std::uint64_t i = 0; i < 40; ++i) {
      Rng rng = Rng(1).Fork("propose", i);
      const auto candidate = strategy->Propose(i, rng);
      ASSERT_TRUE(candidate) << row.name;
      EXPECT_EQ(space->Parse(candidate->text), *candidate) << row.name;
      texts.insert(candidate->text);
      strategy->Observe(i, *candidate, {.losses = {static_cast<double>(candidate->text.size())}});
    }
    EXPECT_EQ(texts.size(), 40u) << row.name;
  }
}

}  // namespace
}  // namespace actsearch::strategies
