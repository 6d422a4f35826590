#include "coordinator/strategies/rl.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/digits_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::DigitsSpace;
using Judge = std::function<Outcome(const std::string& digits)>;

// Proposes `count` in all and delivers outcomes `window` proposals late.
std::vector<std::string> Proposed(const Space& space, const Options& options, std::size_t count,
                                  std::size_t window, const Judge& judge) {
  const StrategyRow row = RlRow();
  const std::unique_ptr<Strategy> strategy = row.make(space, *CompleteOptions(row, options));
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > window) {
      const std::string& due = texts[i - window - 1];
      strategy->Observe(i - window - 1, {due}, judge(due));
    }
    Rng rng = Rng(3).Fork("propose", i);
    const std::optional<Candidate> candidate = strategy->Propose(i, rng);
    if (!candidate) break;
    texts.push_back(candidate->text);
  }
  return texts;
}

// How many digits differ from these.
double Distance(const std::string& digits, const std::string& wanted) {
  double distance = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) distance += digits[i] != wanted[i];
  return distance;
}

Outcome Scored(double loss) { return {.status = Status::kScored, .losses = {loss}}; }

Judge DistanceTo(std::string wanted, double scale = 1) {
  return [=](const std::string& digits) { return Scored(scale * Distance(digits, wanted)); };
}

double MeanDistance(const std::vector<std::string>& texts, std::size_t first, std::size_t last,
                    const std::string& wanted) {
  double sum = 0;
  for (std::size_t i = first; i < last; ++i) sum += Distance(texts[i], wanted);
  return sum / static_cast<double>(last - first);
}

// Of 32,768 candidates, so that the good ones do not run out. By chance 4.375 of 5 digits
// would differ.
class RlLearns : public ::testing::TestWithParam<std::size_t> {};

TEST_P(RlLearns, WhatPaysHoweverLateItHears) {
  const DigitsSpace space(8, 5);
  const auto texts = Proposed(space, {}, 500, GetParam(), DistanceTo("13407"));
  EXPECT_LT(MeanDistance(texts, 400, 500, "13407"), 3.4);
}

INSTANTIATE_TEST_SUITE_P(Windows, RlLearns, ::testing::Values(0, 8, 64));

TEST(Rl, TheScaleOfLossesDoesNotMatter) {
  const DigitsSpace space(6, 4);
  EXPECT_EQ(Proposed(space, {}, 120, 8, DistanceTo("1340", 1e-9)),
            Proposed(space, {}, 120, 8, DistanceTo("1340", 1e9)));
}

TEST(Rl, LearnsToAvoidWhatIsRejected) {
  const DigitsSpace space(8, 5);
  const auto rejected = [](const std::string& digits) { return digits[0] < '4'; };
  const auto texts = Proposed(space, {}, 400, 8, [&](const std::string& digits) {
    if (rejected(digits)) return Outcome{.status = Status::kRejected};
    return Scored(1);
  });
  // Half of them by chance.
  EXPECT_GT(std::count_if(texts.begin(), texts.begin() + 40, rejected), 10);
  EXPECT_LT(std::count_if(texts.end() - 100, texts.end(), rejected), 35);
}

// Three of four lead nowhere at first. Scores that say nothing teach nothing.
TEST(Rl, LearnsToAvoidAnswersThatLeadNowhere) {
  const DigitsSpace space(8, 5, [](std::string_view digits) { return digits[0] < '2'; });
  const auto builds_of = [&](std::size_t count) {
    const int before = space.Builds();
    Proposed(space, {{"elites", 0}}, count, 8, [](const std::string&) { return Scored(1); });
    return space.Builds() - before;
  };
  EXPECT_GT(builds_of(40), 100);
  EXPECT_LT(builds_of(400) - builds_of(300), 150);
}

// All that is likely by a policy that settled early is known sooner or later. It must find
// its way out, and by its own answers: from others it learns nothing.
TEST(Rl, ASettledPolicyOpensWhenAllItLikesIsKnown) {
  const DigitsSpace space(6, 4);
  const Options eager = {{"imitation", 5}, {"elites", 1}, {"entropy", 0}, {"learning_rate", 0.05}};
  const auto texts = Proposed(space, eager, 800, 8, DistanceTo("1340"));
  EXPECT_EQ(texts.size(), 800u);
  EXPECT_LT(space.Samples(), 20);
}

TEST(Rl, AttemptsInASpaceWhereAllIsKnownAreBounded) {
  const DigitsSpace space(3, 2);
  const StrategyRow row = RlRow();
  const auto strategy = row.make(space, *CompleteOptions(row, {}));
  for (std::uint64_t i = 0; i < 9; ++i) {
    Rng rng = Rng(3).Fork("propose", i);
    ASSERT_TRUE(strategy->Propose(i, rng).has_value());
  }
  const int before = space.Builds() + space.Samples();
  Rng rng = Rng(3).Fork("propose", 9);
  EXPECT_FALSE(strategy->Propose(9, rng).has_value());
  EXPECT_LE(space.Builds() + space.Samples() - before, 1100);
}

}  // namespace
}  // namespace actsearch::strategies
