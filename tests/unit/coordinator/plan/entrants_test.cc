#include "coordinator/plan/entrants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/integer_space.h"

namespace actsearch::plan {
namespace {

using actsearch::testing::IntegerSpace;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

JobSpec SpecOf(int slots) {
  JobSpec spec;
  spec.space.slots = slots;
  spec.finals.baselines = {"silu"};
  return spec;
}

int BaselineCost(int slots) {
  const std::vector<Record> entrants = EntrantsOf(SpecOf(slots), IntegerSpace(10), {});
  EXPECT_EQ(entrants.size(), 1u);
  return entrants.empty() ? 0 : entrants.back().cost;
}

// A candidate of several functions costs their sum, so the baseline in each of its slots does too.
TEST(Entrants, ABaselineCostsWhatItDoesInEverySlot) {
  EXPECT_GT(BaselineCost(1), 0);
  EXPECT_EQ(BaselineCost(3), 3 * BaselineCost(1));
}

std::vector<Record> Searched(const std::vector<std::pair<int, double>>& values_and_losses) {
  std::vector<Record> records;
  for (const auto& [value, loss] : values_and_losses) {
    Record& record = records.emplace_back();
    record.index = records.size() - 1;
    record.candidate = IntegerSpace::Of(value).text;
    record.fingerprint = static_cast<std::uint64_t>(value);
    record.outcome = Outcome{.status = Status::kScored, .losses = {loss}};
  }
  return records;
}

std::vector<std::uint64_t> Finalists(int count, double apart, const std::vector<Record>& search) {
  JobSpec spec;
  spec.finals = {.finalists = count, .apart = apart, .baselines = {}};
  return FinalistsOf(spec, IntegerSpace(1000), search);
}

// Of 1,000 integers, 289 is the deviation: 9 are about 0.03 apart.
TEST(Entrants, FinalistsDifferInWhatTheyDo) {
  std::vector<Record> search =
      Searched({{604, 0.35}, {503, 0.2}, {500, 0.1}, {100, 0.4}, {600, 0.3}, {900, 0.05}});
  search.back().outcome->status = Status::kRejected;
  EXPECT_THAT(Finalists(3, 0.03, search), ElementsAre(2, 4, 3));
  EXPECT_THAT(Finalists(3, 0, search), ElementsAre(2, 1, 4));
  EXPECT_THAT(Finalists(9, 0.03, search), ElementsAre(2, 4, 3));
  EXPECT_THAT(Finalists(0, 0.03, search), IsEmpty());
}

TEST(Entrants, OfEqualLossesTheEarlierIsAhead) {
  EXPECT_THAT(Finalists(3, 0.03, Searched({{700, 0.2}, {100, 0.1}, {400, 0.1}})),
              ElementsAre(1, 2, 0));
}

// What a baseline or a given function is already takes no place.
TEST(Entrants, FinalistsAreNeitherBaselinesNorGiven) {
  JobSpec spec;
  spec.space.absorbs = {{.shift = true, .scale = true, .sign = true}};
  spec.finals = {.finalists = 3, .apart = 0, .functions = {"sin(x)"}, .baselines = {"relu"}};
  const auto space = MakeSpace(spec.space).value();
  std::vector<Record> search;
  for (const char* text : {"0.3 + relu(x)", "cos(x)", "p0 - relu(x) where p0: channel = 0",
                           "2 * cos(x)", "-sin(x)", "tanh(x)"}) {
    Record& record = search.emplace_back();
    record.index = search.size() - 1;
    record.candidate = text;
    record.fingerprint = space->KeyOf({text});
    record.outcome = Outcome{.losses = {0.1 * static_cast<double>(search.size())}};
  }
  EXPECT_THAT(FinalistsOf(spec, *space, search), ElementsAre(1, 5));
  const std::vector<Record> entrants = EntrantsOf(spec, *space, search);
  ASSERT_EQ(entrants.size(), 4u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(entrants[static_cast<std::size_t>(i)].entrant, i);
  EXPECT_EQ(entrants[0].original, 1u);
  EXPECT_TRUE(entrants[2].given);
  EXPECT_EQ(entrants[2].name, "sin(x)");
  EXPECT_TRUE(IsBaseline(entrants[3]));
}

}  // namespace
}  // namespace actsearch::plan
