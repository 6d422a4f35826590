#include "coordinator/plan/tuning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>

#include "coordinator/plan/entrants.h"

namespace actsearch::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

JobSpec Spec() {
  JobSpec spec;
  spec.task = {.name = "noop", .steps = 100, .learning_rate = 0.01};
  spec.finals.select_seeds = 2;
  spec.finals.learning_rates = {0.5, 1, 2};
  spec.finals.octaves = 2;
  spec.finals.stops = {0.25, 1};
  return spec;
}

// Trains every trial of a choice until it is made: `loss` of a rate and a stop; NaN fails.
std::vector<Record> Tuned(const JobSpec& spec, const std::function<double(double, int)>& loss) {
  std::vector<Record> all =
      FirstGrid(spec, Record(), Stage::kSelect, Setting::kBase, spec.task.learning_rate, "d");
  std::size_t done = 0;
  for (int round = 0; round < 20; ++round) {
    for (; done < all.size(); ++done) {
      Outcome outcome = {.losses = {0}};
      for (const int stop : all[done].stops) {
        const double value = loss(all[done].learning_rate, stop);
        if (std::isnan(value)) outcome.status = Status::kRejected;
        outcome.rungs.push_back({stop, value, {}});
      }
      all[done].outcome = outcome;
    }
    const std::vector<Record> more = NextOctave(spec, all, "d");
    if (more.empty()) return all;
    all.insert(all.end(), more.begin(), more.end());
  }
  ADD_FAILURE() << "no end";
  return all;
}

std::set<double> Rates(const std::vector<Record>& trials) {
  std::set<double> rates;
  for (const Record& trial : trials) rates.insert(trial.learning_rate);
  return rates;
}

// A loss that is least at `best`, in octaves.
auto BestAt(double best) {
  return [best](double rate, int) { return 1 + std::abs(std::log2(rate / best)); };
}

TEST(Tuning, StaysInsideTheGridWhenTheBestIsThere) {
  const std::vector<Record> trials = Tuned(Spec(), BestAt(0.01));
  EXPECT_EQ(trials.size(), 6u);
  const Choice choice = BestChoice(trials).value();
  EXPECT_EQ(choice.learning_rate, 0.01);
  EXPECT_EQ(choice.stop, 25) << "of equals the shorter";
  EXPECT_FALSE(choice.at_edge);
}

TEST(Tuning, GoesOnByOctavesWhileTheEdgeWins) {
  const std::vector<Record> up = Tuned(Spec(), BestAt(0.04));
  EXPECT_THAT(Rates(up), ElementsAre(0.005, 0.01, 0.02, 0.04, 0.08));
  EXPECT_EQ(BestChoice(up)->learning_rate, 0.04);
  EXPECT_FALSE(BestChoice(up)->at_edge);
  const std::vector<Record> down = Tuned(Spec(), BestAt(0.0025));
  EXPECT_THAT(Rates(down), ElementsAre(0.00125, 0.0025, 0.005, 0.01, 0.02));
}

TEST(Tuning, SaysWhenTheBestIsStillAtAnEdge) {
  const std::vector<Record> trials = Tuned(Spec(), BestAt(1));
  EXPECT_THAT(Rates(trials), ElementsAre(0.005, 0.01, 0.02, 0.04, 0.08));
  EXPECT_TRUE(BestChoice(trials)->at_edge);
}

// A rate at which it fails is tried, and bounds the search for better ones.
TEST(Tuning, ARateThatFailsIsAnEnd) {
  const auto fails_above = [](double rate, int) {
    return rate > 0.03 ? std::nan("") : BestAt(0.02)(rate, 0);
  };
  const std::vector<Record> trials = Tuned(Spec(), fails_above);
  EXPECT_THAT(Rates(trials), ElementsAre(0.005, 0.01, 0.02, 0.04));
  EXPECT_EQ(BestChoice(trials)->learning_rate, 0.02);
  EXPECT_FALSE(BestChoice(trials)->at_edge);
}

TEST(Tuning, WhoFailsEverywhereIsTriedLower) {
  const auto fails_above = [](double rate, int) { return rate > 0.003 ? std::nan("") : 1.0; };
  const std::vector<Record> trials = Tuned(Spec(), fails_above);
  EXPECT_THAT(Rates(trials), ElementsAre(0.00125, 0.0025, 0.005, 0.01, 0.02));
  EXPECT_EQ(BestChoice(Tuned(Spec(), [](double, int) { return std::nan(""); })), std::nullopt);
}

TEST(Tuning, StopsAreChosenWithTheRate) {
  // The higher rate is best early, and all in all.
  const auto overfits = [](double rate, int stop) {
    return rate > 0.015 ? (stop == 25 ? 0.5 : 2) : 1;
  };
  const Choice choice = BestChoice(Tuned(Spec(), overfits)).value();
  EXPECT_EQ(choice.learning_rate, 0.02);
  EXPECT_EQ(choice.stop, 25);
  EXPECT_DOUBLE_EQ(choice.loss, 0.5);
}

TEST(Tuning, OneRateIsNoChoice) {
  JobSpec spec = Spec();
  spec.finals.learning_rates = {1};
  const std::vector<Record> trials = Tuned(spec, BestAt(1));
  EXPECT_EQ(trials.size(), 2u);
  EXPECT_FALSE(BestChoice(trials)->at_edge);
}

TEST(Tuning, StopsFollowTheStepsOfTheSetting) {
  JobSpec spec = Spec();
  spec.finals.stops = {0.001, 0.004, 0.5, 1};
  spec.confirm.steps = 3;
  EXPECT_THAT(StopsAt(spec, Setting::kBase), ElementsAre(1, 50, 100));
  EXPECT_THAT(StopsAt(spec, Setting::kLonger), ElementsAre(1, 2, 150, 300));
}

// Whoever trains a function on the same data trains the same: results can be kept.
TEST(ReplicateSeed, ComesFromTheDataAndTheReplicate) {
  std::set<std::uint64_t> seeds;
  for (const char* digest : {"a", "b"}) {
    for (const Split split : {Split::kSelect, Split::kFinal}) {
      for (int k = 0; k < 3; ++k) seeds.insert(ReplicateSeed(digest, split, k));
    }
  }
  EXPECT_EQ(seeds.size(), 12u);
  EXPECT_EQ(ReplicateSeed("a", Split::kFinal, 1), ReplicateSeed("a", Split::kFinal, 1));
}

}  // namespace
}  // namespace actsearch::plan
