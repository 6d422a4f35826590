#include "coordinator/plan/finals.h"

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
  spec.finals = {.finalists = 1, .seeds = 1, .learning_rates = {1}, .baselines = {"silu"}};
  return spec;
}

int BaselineCost(int slots) {
  const std::vector<Record> trials = SelectTrials(SpecOf(slots), {}, {});
  EXPECT_FALSE(trials.empty());
  return trials.empty() ? 0 : trials.back().cost;
}

// A candidate of several functions costs their sum, so the baseline in each of its slots does too.
TEST(Finals, ABaselineCostsWhatItDoesInEverySlot) {
  EXPECT_GT(BaselineCost(1), 0);
  EXPECT_EQ(BaselineCost(3), 3 * BaselineCost(1));
}

std::vector<Record> Searched(const std::vector<std::pair<int, double>>& values_and_losses) {
  std::vector<Record> records;
  for (const auto& [value, loss] : values_and_losses) {
    Record& record = records.emplace_back();
    record.index = records.size() - 1;
    record.candidate = IntegerSpace::Of(value).text;
    record.outcome = Outcome{.status = Status::kScored, .losses = {loss}};
  }
  return records;
}

// Of 1,000 integers, 289 is the deviation: 9 are about 0.03 apart.
TEST(Finals, FinalistsDifferInWhatTheyDo) {
  const IntegerSpace space(1000);
  std::vector<Record> search =
      Searched({{604, 0.35}, {503, 0.2}, {500, 0.1}, {100, 0.4}, {600, 0.3}, {900, 0.05}});
  search.back().outcome->status = Status::kRejected;
  EXPECT_THAT(FinalistsOf({.finalists = 3, .apart = 0.03}, space, search), ElementsAre(2, 4, 3));
  EXPECT_THAT(FinalistsOf({.finalists = 3, .apart = 0}, space, search), ElementsAre(2, 1, 4));
  EXPECT_THAT(FinalistsOf({.finalists = 9, .apart = 0.03}, space, search), ElementsAre(2, 4, 3));
  EXPECT_THAT(FinalistsOf({.finalists = 0, .apart = 0.03}, space, search), IsEmpty());
}

TEST(Finals, OfEqualLossesTheEarlierIsAhead) {
  const IntegerSpace space(1000);
  const std::vector<Record> search = Searched({{700, 0.2}, {100, 0.1}, {400, 0.1}});
  EXPECT_THAT(FinalistsOf({.finalists = 3, .apart = 0.03}, space, search), ElementsAre(1, 2, 0));
}

}  // namespace
}  // namespace actsearch::plan
