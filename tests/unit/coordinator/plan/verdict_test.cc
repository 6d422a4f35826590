#include "coordinator/plan/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>
#include <string>

#include "coordinator/plan/plan.h"
#include "coordinator/plan/report.h"
#include "search_spaces/base/rng.h"

namespace actsearch::plan {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int kUnits = 200;

JobSpec Spec(std::vector<std::string> functions, std::vector<std::string> baselines) {
  JobSpec spec;
  spec.search.candidates = 0;
  spec.search.parallelism = 1000;
  spec.finals = {.finalists = 0,
                 .functions = std::move(functions),
                 .select_seeds = 1,
                 .seeds = 8,
                 .learning_rates = {1},
                 .octaves = 0,
                 .stops = {1},
                 .baselines = std::move(baselines)};
  return spec;
}

// The expected loss of a trial; NaN: it fails.
using Truth = std::function<double(const Record&)>;

// What all share of seed and unit, and a little of one's own.
Outcome Trained(const Record& trial, double expected) {
  if (std::isnan(expected)) {
    return {.status = Status::kRejected, .rejection = Rejection{"training", "non_finite", ""}};
  }
  const Rng seeds(trial.seed);
  Rng shared = seeds.Fork("shared");
  Rng own = seeds.Fork(trial.candidate, static_cast<std::uint64_t>(trial.setting));
  const double offset = expected + 0.02 * shared.Normal() + 0.003 * own.Normal();
  Rng units(7);
  Rng fits = Rng(8).Fork(trial.candidate);  // to some units better than to others
  Outcome outcome;
  double sum = 0;
  for (int i = 0; i < kUnits; ++i) {
    const double loss = offset + 0.3 * std::abs(units.Normal()) +
                        0.03 * fits.Normal() + 0.01 * own.Normal();
    outcome.unit_losses.push_back(static_cast<float>(loss));
    sum += loss;
  }
  outcome.losses = {sum / kUnits};
  return outcome;
}

Plan Done(const JobSpec& spec, const Truth& truth) {
  Plan plan = *Plan::Start(spec, 1);
  for (;;) {
    plan.Advance();
    const auto lease = plan.Lease("w", 0, 1000);
    if (!lease) return plan;
    const Record& trial = plan.Records()[lease->index];
    EXPECT_TRUE(plan.Complete(lease->index, lease->epoch, Trained(trial, truth(trial))));
  }
}

struct Findings {
  std::vector<Comparison> comparisons;
  std::vector<Verdict> verdicts;
};

Findings Found(const Plan& plan) {
  EXPECT_EQ(plan.State(), JobState::kDone);
  const FinalLosses losses(plan.Past());
  auto comparisons = Comparisons(plan.Past(), losses);
  auto verdicts = Verdicts(plan.Past(), losses, comparisons);
  return {std::move(comparisons), std::move(verdicts)};
}

double Usual(const Record& trial) { return trial.name == "relu" ? 0.21 : 0.2; }

TEST(Verdict, IsBetterWhereItHoldsEverywhere) {
  const Plan plan = Done(Spec({"sin(x)"}, {"relu", "gelu"}), [](const Record& trial) {
    return trial.given ? 0.15 : Usual(trial);
  });
  const Findings found = Found(plan);
  EXPECT_EQ(found.comparisons.size(), 6u) << "two baselines in three settings";
  ASSERT_EQ(found.verdicts.size(), 1u);
  EXPECT_EQ(found.verdicts[0].finding, Finding::kBetter);
  EXPECT_THAT(found.verdicts[0].text,
              AllOf(StartsWith("Better: sin(x) has a final loss 0.0"),
                    HasSubstr("lower than gelu's (paired t over 8 seeds and 200 "
                              "units of the final split"),
                    HasSubstr("after Holm's correction for 6 comparisons"),
                    HasSubstr("Better than relu, gelu."),
                    HasSubstr("It holds at 3 times the steps"),
                    HasSubstr("in a network 2 times as wide")));
  const std::vector<FrontRow> rows = Front(plan.Past());
  EXPECT_EQ(rows[0].rank, 1);
  EXPECT_EQ(rows[1].rank, 3) << "relu is worse than both";
  EXPECT_EQ(rows[2].rank, 2);
  EXPECT_EQ(ConfirmRows(plan.Past(), FinalLosses(plan.Past())).size(), 6u);
}

TEST(Verdict, SaysWhereAGainEnds) {
  const Findings found =
      Found(Done(Spec({"sin(x)"}, {"relu", "gelu"}), [](const Record& trial) {
        return trial.given && trial.setting != Setting::kLonger ? 0.15 : Usual(trial);
      }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kBetterHere);
  EXPECT_THAT(found.verdicts[0].text,
              AllOf(StartsWith("Better only here: sin(x)"), HasSubstr("Gone at 3 times the steps"),
                    HasSubstr("than gelu, not told apart"),
                    HasSubstr("It holds in a network 2 times as wide")));
}

// relu has a higher loss than gelu but varies: it is the one that is not beaten.
TEST(Verdict, NamesWhoIsNotBeatenWhereAGainEnds) {
  const Findings found =
      Found(Done(Spec({"sin(x)"}, {"relu", "gelu"}), [](const Record& trial) {
        if (trial.setting != Setting::kLonger) return trial.given ? 0.15 : Usual(trial);
        if (trial.name != "relu") return trial.given ? 0.15 : 0.2;
        return trial.replicate % 2 == 0 ? 0.0 : 0.9;
      }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kBetterHere);
  EXPECT_THAT(found.verdicts[0].text, HasSubstr("than relu, not told apart"));
}

JobSpec FromTheUsersStart() {
  JobSpec spec = Spec({"sin(x)"}, {"relu", "gelu"});
  spec.task.fields["start"] = std::string("user");
  return spec;
}

TEST(Verdict, SaysWhatTheStartExplains) {
  const Findings found = Found(Done(FromTheUsersStart(), [](const Record& trial) {
    return trial.given && trial.setting != Setting::kFair ? 0.15 : Usual(trial);
  }));
  EXPECT_EQ(found.comparisons.size(), 8u) << "two baselines in four settings";
  EXPECT_EQ(found.verdicts[0].finding, Finding::kBetterHere);
  EXPECT_THAT(found.verdicts[0].text,
              AllOf(StartsWith("Better only here: sin(x)"),
                    HasSubstr("The start explains it: from a fair start it is"),
                    HasSubstr("than gelu, not told apart"),
                    HasSubstr("It holds at 3 times the steps")));
}

TEST(Verdict, SaysThatTheStartDoesNotExplainIt) {
  const Findings found = Found(Done(FromTheUsersStart(), [](const Record& trial) {
    return trial.given ? 0.15 : Usual(trial);
  }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kBetter);
  EXPECT_THAT(found.verdicts[0].text, HasSubstr("and from a fair start"));
}

TEST(Verdict, SaysWhatTheStartHides) {
  const Findings found = Found(Done(FromTheUsersStart(), [](const Record& trial) {
    return trial.given && trial.setting == Setting::kFair ? 0.15 : Usual(trial);
  }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kUndecided);
  EXPECT_THAT(found.verdicts[0].text, HasSubstr("The recipe's start hides a gain"));
}

TEST(Verdict, SaysWhatASplitCanShow) {
  const Findings found = Found(Done(Spec({"sin(x)"}, {"relu", "gelu"}), Usual));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kUndecided);
  EXPECT_THAT(found.verdicts[0].text,
              AllOf(StartsWith("Undecided: sin(x)"), HasSubstr("Not told apart from"),
                    HasSubstr("this split shows no difference below")));
}

TEST(Verdict, SaysWhenTheSearchLost) {
  const Findings found = Found(Done(Spec({"sin(x)"}, {"relu", "gelu"}), [](const Record& trial) {
    return trial.given ? 0.25 : Usual(trial);
  }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kWorse);
  EXPECT_THAT(found.verdicts[0].text,
              AllOf(StartsWith("Worse: sin(x)"), HasSubstr("Worse than relu, gelu.")));
}

// A function that diverges now and then is not the mean of its survivors.
TEST(Verdict, FailuresCount) {
  const Plan plan = Done(Spec({"sin(x)"}, {"relu"}), [](const Record& trial) {
    if (!trial.given) return 0.2;
    const bool fails = trial.stage == Stage::kFinal && trial.replicate < 3;
    return fails ? std::nan("") : 0.1;
  });
  const Findings found = Found(plan);
  EXPECT_NE(found.verdicts[0].finding, Finding::kBetter) << found.verdicts[0].text;
  const std::vector<FrontRow> rows = Front(plan.Past());
  EXPECT_EQ(rows[0].failures, 3);
  // Guessing among the 16 classes of glyphs costs 2.77.
  EXPECT_GT(rows[0].loss->mean, (3 * 2.7 + 5 * 0.1) / 8);
}

// Nor does a third function that is far worse say what a failure of these two costs.
TEST(Verdict, AThirdFunctionDoesNotChangeAPair) {
  const auto difference = [](const std::vector<std::string>& baselines) {
    const Plan plan = Done(Spec({"sin(x)"}, baselines), [](const Record& trial) {
      if (trial.name == "gelu") return 50.0;
      const bool fails = trial.given && trial.stage == Stage::kFinal && trial.replicate < 3;
      return fails ? std::nan("") : 0.1;
    });
    return FinalLosses(plan.Past()).Between(0, 1, Setting::kBase);
  };
  const Difference alone = difference({"relu"}), beside = difference({"relu", "gelu"});
  EXPECT_EQ(alone.seeds, 8);
  EXPECT_EQ(alone.mean, beside.mean);
  EXPECT_EQ(alone.p, beside.p);
}

// A table of two trainings has no ten.
TEST(Verdict, TheSameTrainingCountsOnce) {
  JobSpec spec = Spec({"sin(x)"}, {"relu"});
  spec.confirm = {.steps = 1, .width = 1, .baselines = 1};
  Plan plan = *Plan::Start(spec, 1);
  for (;;) {
    plan.Advance();
    const auto lease = plan.Lease("w", 0, 1000);
    if (!lease) break;
    Record trial = plan.Records()[lease->index];
    trial.seed = static_cast<std::uint64_t>(trial.replicate % 2);
    ASSERT_TRUE(plan.Complete(lease->index, lease->epoch, Trained(trial, trial.given ? 0.1 : 0.2)));
  }
  const Findings found = Found(plan);
  ASSERT_EQ(found.comparisons.size(), 1u);
  EXPECT_EQ(found.comparisons[0].difference.seeds, 2);
}

TEST(Verdict, WhoFailsAtEveryRateIsNamed) {
  const Findings found = Found(Done(Spec({"sin(x)"}, {"relu"}), [](const Record& trial) {
    return trial.given ? std::nan("") : 0.2;
  }));
  EXPECT_THAT(found.comparisons, IsEmpty());
  EXPECT_EQ(found.verdicts[0].finding, Finding::kWorse);
  EXPECT_THAT(found.verdicts[0].text,
              HasSubstr("sin(x) failed at every learning rate, and these did not: relu."));
}

TEST(Verdict, AGainEndsWhereItFailsAtEveryRate) {
  const Findings found = Found(Done(Spec({"sin(x)"}, {"relu"}), [](const Record& trial) {
    if (!trial.given) return 0.2;
    return trial.setting == Setting::kWider ? std::nan("") : 0.15;
  }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kBetterHere);
  EXPECT_THAT(found.verdicts[0].text,
              AllOf(HasSubstr("Fails in a network 2 times as wide"),
                    HasSubstr("It holds at 3 times the steps")));
}

TEST(Verdict, AWideIntervalDoesNotSayThatAGainIsGone) {
  const Findings found = Found(Done(Spec({"sin(x)"}, {"relu"}), [](const Record& trial) {
    if (!trial.given) return 0.2;
    if (trial.setting != Setting::kLonger) return 0.15;
    return trial.replicate % 2 == 0 ? 0.0 : 0.3;
  }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kBetterHere);
  EXPECT_THAT(found.verdicts[0].text,
              AllOf(HasSubstr("Not shown at 3 times the steps"), HasSubstr("within the interval"),
                    Not(HasSubstr("Gone"))));
}

// gelu is beaten; relu, which varies, is the open question.
TEST(Verdict, UndecidedIsAboutWhoIsNotBeaten) {
  const Findings found =
      Found(Done(Spec({"sin(x)"}, {"relu", "gelu"}), [](const Record& trial) {
        if (trial.name != "relu") return trial.given ? 0.15 : 0.2;
        return trial.replicate % 2 == 0 ? 0.0 : 0.9;
      }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kUndecided);
  EXPECT_THAT(found.verdicts[0].text, HasSubstr("than relu's (paired t"));
}

TEST(Verdict, SaysWhereElseItIsWorse) {
  const Findings found = Found(Done(Spec({"sin(x)"}, {"relu"}), [](const Record& trial) {
    return trial.given && trial.setting == Setting::kLonger ? 0.3 : 0.2;
  }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kUndecided);
  EXPECT_THAT(found.verdicts[0].text, HasSubstr("Worse at 3 times the steps"));
}

TEST(Verdict, SaysHowManyBaselinesWereConfirmed) {
  JobSpec spec = Spec({"sin(x)"}, {"relu", "gelu", "silu"});
  spec.confirm.baselines = 2;
  const Findings found = Found(Done(spec, [](const Record& trial) {
    return trial.given ? 0.15 : Usual(trial);
  }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kBetter);
  EXPECT_THAT(found.verdicts[0].text, HasSubstr("of 3 baselines the best 2 took part"));
}

TEST(Verdict, KnowsAFunctionInDisguise) {
  const Findings found = Found(Done(Spec({"relu(x) + 0.3", "sin(x)"}, {"relu"}), Usual));
  ASSERT_EQ(found.verdicts.size(), 2u);
  EXPECT_EQ(found.verdicts[0].finding, Finding::kSame);
  EXPECT_THAT(found.verdicts[0].text, StartsWith("Same: relu(x) + 0.3 is relu here"));
  EXPECT_EQ(found.comparisons.size(), 3u) << "only those of sin(x)";
  JobSpec user = Spec({"relu(x) + 0.3"}, {"relu"});
  user.task.fields["start"] = std::string("user");
  EXPECT_NE(Found(Done(user, Usual)).verdicts[0].finding, Finding::kSame)
      << "as people start networks, a constant makes a difference";
}

TEST(Verdict, KnowsTwoGivenFunctionsThatAreOne) {
  const Findings found = Found(Done(Spec({"sin(x)", "sin(x) + 1"}, {"relu"}), Usual));
  ASSERT_EQ(found.verdicts.size(), 2u);
  EXPECT_NE(found.verdicts[0].finding, Finding::kSame);
  EXPECT_EQ(found.verdicts[1].finding, Finding::kSame);
  EXPECT_THAT(found.verdicts[1].text, StartsWith("Same: sin(x) + 1 is sin(x) here"));
  EXPECT_EQ(found.comparisons.size(), 3u) << "once against relu in each setting";
}

TEST(Verdict, OneSeedIsNoTest) {
  JobSpec spec = Spec({"sin(x)"}, {"relu"});
  spec.finals.seeds = 1;
  const Findings found = Found(Done(spec, Usual));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kUndecided);
  EXPECT_THAT(found.verdicts[0].text, HasSubstr("(one seed, of which no test can be made)"));
}

TEST(Verdict, NeedsTheEndOfTheJob) {
  JobSpec spec = Spec({"sin(x)"}, {"relu"});
  const Plan plan = *Plan::Start(spec, 1);
  const FinalLosses losses(plan.Past());
  EXPECT_THAT(Comparisons(plan.Past(), losses), IsEmpty());
  EXPECT_THAT(Verdicts(plan.Past(), losses, {}), IsEmpty());
}

TEST(Verdict, WithoutConfirmationItSaysSo) {
  JobSpec spec = Spec({"sin(x)"}, {"relu"});
  spec.confirm = {.steps = 1, .width = 1, .baselines = 2};
  const Findings found =
      Found(Done(spec, [](const Record& trial) { return trial.given ? 0.1 : 0.2; }));
  EXPECT_EQ(found.verdicts[0].finding, Finding::kBetter);
  EXPECT_THAT(found.verdicts[0].text, HasSubstr("was not looked at (confirm)"));
}

// Only the best finalists and baselines by select loss go on; given functions all do.
TEST(Confirmed, TakesTheBestBaselinesByTheSelectSplit) {
  JobSpec spec = Spec({"sin(x)", "cos(x)"}, {"relu", "gelu", "silu"});
  spec.confirm.baselines = 1;
  const Plan plan =
      Done(spec, [](const Record& trial) { return trial.name == "gelu" ? 0.1 : 0.2; });
  std::set<std::string> names;
  for (const Record& trial : StageOf(plan.Records(), Stage::kConfirm)) names.insert(trial.name);
  EXPECT_THAT(names, ::testing::ElementsAre("cos(x)", "gelu", "sin(x)"));
  for (const Record& trial : StageOf(plan.Records(), Stage::kConfirm)) {
    const Trial sent = TrialOf(plan.Spec(), trial);
    EXPECT_EQ(sent.split, Split::kSelect);
    if (trial.setting == Setting::kLonger) {
      EXPECT_EQ(sent.task.steps, 3 * spec.task.steps);
    } else {
      EXPECT_EQ(FieldOf<std::vector<std::int64_t>>(sent.task.fields, "hidden"),
                (std::vector<std::int64_t>{256, 256}));
    }
  }
}

}  // namespace
}  // namespace actsearch::plan
