#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <set>
#include <vector>

#include "coordinator/strategies/strategy.h"
#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;

// Far more draws than members: all of them are in every sample.
constexpr double kAll = 200;
constexpr int kChildren = 16;
constexpr int kNear = 4;  // steps from a parent to a child, at most

// On the integers the cost is the integer itself, so a member is a point (value, loss).
class Pareto {
 public:
  explicit Pareto(Options options, int population) : space_(100000) {
    for (const auto& [name, value] : Options{{"fresh", 0}, {"crossover", 0}, {"seeds", 0},
                                             {"tournament", kAll}}) {
      options.try_emplace(name, value);
    }
    options["population"] = population;
    const StrategyRow& row = **Strategies().Find("pareto");
    strategy_ = row.make(space_, *CompleteOptions(row, options));
    for (int i = 0; i < population; ++i) Propose();  // before the first child
  }

  void Observe(int value, const Outcome& outcome) {
    values_.push_back(value);
    strategy_->Observe(observed_++, IntegerSpace::Of(value), outcome);
  }
  void Observe(int value, double loss) {
    Observe(value, {.status = Status::kScored, .losses = {loss}});
  }

  // The observed values that became parents. An integer has few neighbours: when they are
  // worn out, proposals are samples, far from all that was observed.
  std::set<int> Parents() {
    std::set<int> parents;
    for (int i = 0; i < kChildren; ++i) {
      const int child = Propose();
      for (const int value : values_) {
        if (std::abs(child - value) <= kNear) parents.insert(value);
      }
    }
    return parents;
  }

 private:
  int Propose() {
    Rng rng = Rng(7).Fork("propose", proposed_);
    return IntegerSpace::Value(strategy_->Propose(proposed_++, rng).value());
  }

  IntegerSpace space_;
  std::unique_ptr<Strategy> strategy_;
  std::vector<int> values_;
  std::uint64_t proposed_ = 0;
  std::uint64_t observed_ = 0;
};

TEST(Pareto, ParentsAreTheNonDominated) {
  Pareto pareto({}, 4);
  pareto.Observe(1000, 3);
  pareto.Observe(2000, 2);
  pareto.Observe(3000, 1);
  pareto.Observe(4000, 2.5);  // 2000 costs less and is better
  EXPECT_EQ(pareto.Parents(), (std::set<int>{1000, 2000, 3000}));
}

TEST(Pareto, WithoutAgingTheDominatedLeave) {
  Pareto pareto({{"tournament", 1}}, 3);  // every member may become a parent
  pareto.Observe(4000, 2.5);
  pareto.Observe(1000, 3);
  pareto.Observe(3000, 1);
  pareto.Observe(2000, 2);  // dominates 4000
  pareto.Observe(9000, 9);  // dominated by all
  EXPECT_EQ(pareto.Parents(), (std::set<int>{1000, 2000, 3000}));
}

TEST(Pareto, WithoutAgingTheMostCrowdedOfOneFrontLeaves) {
  Pareto pareto({{"tournament", 1}}, 3);
  pareto.Observe(2000, 3);
  pareto.Observe(4000, 2);
  pareto.Observe(6000, 1);
  pareto.Observe(1000, 4);
  // Crowding of 2000: (4000 - 1000) / 5000 + (4 - 2) / 3; of 4000: 4000 / 5000 + 2 / 3.
  EXPECT_EQ(pareto.Parents(), (std::set<int>{1000, 4000, 6000}));
}

TEST(Pareto, WithAgingTheOldestLeavesHoweverGood) {
  Pareto pareto({{"aging", 1}}, 2);
  pareto.Observe(1000, 1);
  pareto.Observe(3000, 3);
  EXPECT_EQ(pareto.Parents(), (std::set<int>{1000}));
  pareto.Observe(2000, 4);
  EXPECT_EQ(pareto.Parents(), (std::set<int>{2000, 3000}));
}

TEST(Pareto, RejectedAndFailedTakeNoPlace) {
  Pareto pareto({{"tournament", 1}}, 2);
  pareto.Observe(5000, 1);
  for (const Status status : {Status::kRejected, Status::kQuarantined}) {
    pareto.Observe(1000, {.status = status, .losses = {0}});
  }
  pareto.Observe(1000, std::nan(""));
  EXPECT_EQ(pareto.Parents(), (std::set<int>{5000}));
}

TEST(Pareto, ObjectivesAreThoseAskedFor) {
  const Outcome accurate = {.status = Status::kScored,
                            .losses = {3},
                            .metrics = {{"accuracy", 0.9}},
                            .rungs = {{.step = 10, .loss = 5}, {.step = 20, .loss = 1}}};
  const Outcome low_loss = {.status = Status::kScored,
                            .losses = {1},
                            .metrics = {{"accuracy", 0.5}},
                            .rungs = {{.step = 10, .loss = 6}, {.step = 20, .loss = 9}}};
  const Outcome fast = {.status = Status::kScored, .losses = {2},
                        .rungs = {{.step = 10, .loss = 4}, {.step = 20, .loss = 8}}};
  const auto parents = [&](Options objectives) {
    for (const std::string_view name : {"loss", "error", "first_rung", "cost", "parameters"}) {
      objectives.try_emplace(std::string(name), 0);
    }
    Pareto pareto(objectives, 3);
    pareto.Observe(1000, accurate);
    pareto.Observe(2000, low_loss);
    pareto.Observe(3000, fast);
    return pareto.Parents();
  };
  EXPECT_EQ(parents({{"loss", 1}}), (std::set<int>{2000}));
  EXPECT_EQ(parents({{"error", 1}}), (std::set<int>{1000}));
  EXPECT_EQ(parents({{"first_rung", 1}}), (std::set<int>{3000}));
  EXPECT_EQ(parents({{"cost", 1}}), (std::set<int>{1000}));
  EXPECT_EQ(parents({{"loss", 1}, {"cost", 1}}), (std::set<int>{1000, 2000}));
  EXPECT_EQ(parents({}), (std::set<int>{2000})) << "none asked for: the loss";
}

}  // namespace
}  // namespace actsearch::strategies
