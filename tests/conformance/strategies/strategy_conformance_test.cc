// What every row of Strategies() must keep (design.md section 4): determinism,
// replay, windows, accounting, and a graceful end. A new row is tested by being
// in the table.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <tuple>

#include "coordinator/strategies/strategy.h"
#include "search_spaces/base/hash.h"
#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using Proposals = std::vector<std::optional<Candidate>>;
using Judge = std::function<Outcome(std::uint64_t index, const Candidate&)>;

Outcome Scored(double loss) { return {.status = Status::kScored, .losses = {loss}}; }

// A loss in [0, 1) that any change of the candidate changes; a third is rejected.
Outcome Mixed(std::uint64_t, const Candidate& candidate) {
  const std::uint64_t hash = HashText(candidate.text);
  if (hash % 3 == 0) {
    return {.status = Status::kRejected, .rejection = Rejection{"probe", "constant", ""}};
  }
  return Scored(static_cast<double>(hash >> 11) * 0x1.0p-53);
}

Outcome AllRejected(std::uint64_t, const Candidate&) {
  return {.status = Status::kRejected, .rejection = Rejection{"training", "chance", ""}};
}

std::unique_ptr<Strategy> Make(const StrategyRow& row, const Space& space) {
  return row.make(space, *CompleteOptions(row, {}));
}

// Drives a strategy as a Plan does: proposal i comes after the outcomes before
// i - window, delivered in index order.
class Driver {
 public:
  Driver(const StrategyRow& row, const Space& space, std::uint64_t seed, std::uint64_t window,
         Judge judge)
      : strategy_(Make(row, space)), root_(seed), window_(window), judge_(std::move(judge)) {}

  // Proposes until `count` in all; returns false when the strategy ended before.
  bool Run(std::uint64_t count) {
    while (proposals_.size() < count) {
      if (!Step()) return false;
    }
    return true;
  }

  bool Step() {
    const std::uint64_t index = proposals_.size();
    for (; observed_ + window_ < index; ++observed_) {
      strategy_->Observe(observed_, *proposals_[observed_],
                         judge_(observed_, *proposals_[observed_]));
    }
    Rng rng = root_.Fork("propose", index);
    std::optional<Candidate> candidate = strategy_->Propose(index, rng);
    if (!candidate) return false;
    proposals_.push_back(std::move(candidate));
    return true;
  }

  const Proposals& All() const { return proposals_; }

 private:
  std::unique_ptr<Strategy> strategy_;
  Rng root_;
  std::uint64_t window_;
  Judge judge_;
  std::uint64_t observed_ = 0;
  Proposals proposals_;
};

// A space without an end, and one of 20,480 fillings.
struct NamedSpace {
  std::string name;
  SpaceSpec spec;
};

const std::vector<NamedSpace>& SpacesToServe() {
  static const std::vector<NamedSpace> spaces = {
      {"Infinite", {}},
      {"Finite",
       {.unary = {"identity", "neg", "abs", "square", "sqrt", "log_abs", "exp", "sin", "cos",
                  "tanh", "atan", "relu", "sigmoid", "softplus", "gaussian", "erf"},
        .binary = {"add", "mul", "sub", "max", "min"},
        .shape = "binary(unary(unary(x)), unary(x))"}}};
  return spaces;
}

class StrategyConformance : public ::testing::TestWithParam<std::tuple<StrategyRow, NamedSpace>> {
 protected:
  StrategyConformance() : space_(std::move(*MakeSpace(Spec()))) {}

  void SetUp() override {
    if (Row().needs_finite && !space_->Size()) GTEST_SKIP() << "needs a finite space";
  }

  static const StrategyRow& Row() { return std::get<0>(GetParam()); }
  static const SpaceSpec& Spec() { return std::get<1>(GetParam()).spec; }

  Driver Drive(std::uint64_t seed, std::uint64_t window, Judge judge = Mixed) const {
    return Driver(Row(), *space_, seed, window, std::move(judge));
  }

  Proposals Proposed(std::uint64_t count, std::uint64_t seed, std::uint64_t window,
                     Judge judge = Mixed) const {
    Driver driver = Drive(seed, window, std::move(judge));
    EXPECT_TRUE(driver.Run(count));
    return driver.All();
  }

  std::unique_ptr<Space> space_;
};

TEST_P(StrategyConformance, SameSeedSameProposals) {
  EXPECT_EQ(Proposed(400, 11, 8), Proposed(400, 11, 8));
}

TEST_P(StrategyConformance, OtherSeedOtherProposals) {
  if (Row().needs_finite) GTEST_SKIP() << "follows the order of the space's points";
  EXPECT_NE(Proposed(50, 11, 8), Proposed(50, 12, 8));
}

TEST_P(StrategyConformance, RunsSideBySideDoNotDisturbEachOther) {
  Driver one = Drive(11, 8);
  Driver other = Drive(12, 8);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(one.Step());
    ASSERT_TRUE(other.Step());
  }
  EXPECT_EQ(one.All(), Proposed(200, 11, 8));
  EXPECT_EQ(other.All(), Proposed(200, 12, 8));
}

TEST_P(StrategyConformance, EveryWindowIsLegal) {
  for (const std::uint64_t window : {0, 1, 8, 64}) {
    std::set<std::string> texts;
    for (const auto& candidate : Proposed(150, 3, window)) texts.insert(candidate->text);
    EXPECT_EQ(texts.size(), 150u) << "window " << window;
  }
}

// Outcomes not yet delivered must not matter: two worlds that differ from index
// 100 on look alike until their outcomes arrive.
TEST_P(StrategyConformance, OnlyDeliveredOutcomesMatter) {
  constexpr std::uint64_t kFork = 100;
  constexpr std::uint64_t kWindow = 8;
  const Judge other = [](std::uint64_t index, const Candidate& candidate) {
    if (index < kFork) return Mixed(index, candidate);
    return Scored(-static_cast<double>(index));
  };
  const Proposals a = Proposed(kFork + kWindow, 5, kWindow);
  const Proposals b = Proposed(kFork + kWindow, 5, kWindow, other);
  EXPECT_EQ(a, b);
}

// A coordinator that restarts at any point replays the log into a new strategy.
TEST_P(StrategyConformance, GoesOnAfterAReplayAtAnyPoint) {
  const Proposals whole = Proposed(220, 9, 8);
  for (const std::size_t stop : {1, 7, 8, 9, 63, 64, 65, 150, 219}) {
    Driver again = Drive(9, 8);
    ASSERT_TRUE(again.Run(stop));
    ASSERT_TRUE(std::equal(again.All().begin(), again.All().end(), whole.begin()));
    ASSERT_TRUE(again.Run(whole.size()));
    EXPECT_EQ(again.All(), whole) << "restart at " << stop;
  }
}

TEST_P(StrategyConformance, EveryProposalIsCanonicalAndInsideTheLimits) {
  SpaceSpec spec = Spec();
  spec.max_nodes = 8;
  spec.max_parameters = 1;
  space_ = std::move(*MakeSpace(spec));
  for (const auto& candidate : Proposed(300, 2, 8)) {
    const auto parsed = space_->Parse(candidate->text);
    ASSERT_TRUE(parsed.has_value()) << candidate->text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, *candidate);
  }
}

TEST_P(StrategyConformance, NeverProposesTheSameFunctionTwice) {
  std::set<std::uint64_t> keys;
  for (const auto& candidate : Proposed(600, 4, 8)) {
    EXPECT_TRUE(keys.insert(space_->FingerprintOf(*candidate).exact).second) << candidate->text;
  }
}

TEST_P(StrategyConformance, SurvivesEveryKindOfOutcome) {
  Proposed(150, 6, 8, AllRejected);
  Proposed(150, 6, 8, [](std::uint64_t, const Candidate&) { return Scored(1); });
  Proposed(150, 6, 8, [](std::uint64_t index, const Candidate&) {
    return Scored(index % 2 == 0 ? std::numeric_limits<double>::quiet_NaN()
                                 : std::numeric_limits<double>::infinity());
  });
  Proposed(150, 6, 8, [](std::uint64_t index, const Candidate&) {
    Outcome outcome{.status = static_cast<Status>(index % 5),
                    .losses = {1.0 / (1.0 + double(index))}};
    if (outcome.status == Status::kDuplicate) outcome.duplicate_of = index / 2;
    return outcome;
  });
}

TEST_P(StrategyConformance, ObserveMayComeAfterTheLastProposal) {
  const auto strategy = Make(Row(), *space_);
  std::vector<Candidate> proposals;
  for (std::uint64_t i = 0; i < 80; ++i) {
    Rng rng = Rng(1).Fork("propose", i);
    proposals.push_back(strategy->Propose(i, rng).value());
  }
  for (std::uint64_t i = 0; i < 80; ++i) strategy->Observe(i, proposals[i], Scored(0.5));
  Rng rng = Rng(1).Fork("propose", 80);
  EXPECT_TRUE(strategy->Propose(80, rng).has_value());
}

// Further trainings may turn all that seemed good into the worst there is.
TEST_P(StrategyConformance, GoesOnWhenAllLossesAreRevised) {
  const auto strategy = Make(Row(), *space_);
  std::vector<Candidate> proposals;
  for (std::uint64_t i = 0; i < 120; ++i) {
    Rng rng = Rng(1).Fork("propose", i);
    proposals.push_back(strategy->Propose(i, rng).value());
    strategy->Observe(i, proposals[i], Scored(0.01 * static_cast<double>(i % 40)));
    if (i == 40) {
      for (const Candidate& candidate : proposals) {
        strategy->Revise(candidate, std::numeric_limits<double>::infinity(), 2);
      }
    } else if (i == 80) {
      for (const Candidate& candidate : proposals) strategy->Revise(candidate, 0.7, 3);
    }
  }
  EXPECT_EQ(proposals.size(), 120u);
}

TEST_P(StrategyConformance, ProposesManyWithoutSlowing) {
  using Clock = std::chrono::steady_clock;
  constexpr std::uint64_t kBlock = 500;
  Driver driver = Drive(8, 8);
  std::vector<double> seconds;
  for (std::uint64_t block = 1; block <= 5; ++block) {
    const auto start = Clock::now();
    ASSERT_TRUE(driver.Run(kBlock * block));
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  // Generous, for machines that do other things too; a linear scan would show 5x and more.
  // tests/bench/strategies/propose_bench looks closer.
  EXPECT_LT(seconds.back(), 4 * seconds.front() + 0.2);
}

TEST_P(StrategyConformance, EndsWhenTheSpaceIsExhausted) {
  const actsearch::testing::IntegerSpace tiny(12, {3, 5});
  Driver driver(Row(), tiny, 1, 4, Mixed);
  EXPECT_FALSE(driver.Run(1000));
  EXPECT_EQ(driver.All().size(), 12u);
  EXPECT_FALSE(driver.Run(1000)) << "stays exhausted";
}

TEST_P(StrategyConformance, EndsInATinySpaceOfFunctions) {
  if (Row().needs_finite) GTEST_SKIP() << "needs a finite space";
  const auto tiny =
      std::move(*MakeSpace({.max_nodes = 3, .max_parameters = 0, .operators = {"relu", "neg"}}));
  Driver driver(Row(), *tiny, 1, 4, Mixed);
  EXPECT_FALSE(driver.Run(100));
  EXPECT_GE(driver.All().size(), 4u);  // relu(x), -x, -relu(x), relu(-x)
}

INSTANTIATE_TEST_SUITE_P(All, StrategyConformance,
                         ::testing::Combine(::testing::ValuesIn(Strategies().Rows().begin(),
                                                                Strategies().Rows().end()),
                                            ::testing::ValuesIn(SpacesToServe())),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param).name) +
                                  std::get<1>(test.param).name;
                         });

}  // namespace
}  // namespace actsearch::strategies
