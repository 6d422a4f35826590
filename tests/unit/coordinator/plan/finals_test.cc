#include "coordinator/plan/finals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace actsearch::plan {
namespace {

JobSpec SpecOf(int slots) {
  JobSpec spec;
  spec.space.slots = slots;
  spec.task.hidden = std::vector<int>(static_cast<std::size_t>(std::max(slots, 2)), 8);
  spec.finals = {.finalists = 1, .seeds = 1, .learning_rates = {1}, .baselines = {"silu"}};
  return spec;
}

int BaselineCost(int slots) {
  const std::vector<Record> trials = SelectTrials(SpecOf(slots), {});
  EXPECT_FALSE(trials.empty());
  return trials.empty() ? 0 : trials.back().cost;
}

// A candidate of several functions costs their sum, so the baseline in each of its slots does too.
TEST(Finals, ABaselineCostsWhatItDoesInEverySlot) {
  EXPECT_GT(BaselineCost(1), 0);
  EXPECT_EQ(BaselineCost(3), 3 * BaselineCost(1));
}

}  // namespace
}  // namespace actsearch::plan
