// Whatever happens to workers and coordinator, a job's result follows from its
// spec, and its log rebuilds it.
#include "coordinator/plan/plan.h"

#include <gtest/gtest.h>

#include "coordinator/plan/event.h"
#include "tests/support/plan_simulation.h"

namespace actsearch::testing {
namespace {

using plan::JobSpec;
using plan::JobState;

constexpr int kSpaceSize = 40;  // smaller than the job: repeated functions are common
constexpr Chances kRough = {.death = 0.02,
                            .expiry = 0.02,
                            .restart = 0.02,
                            .lost_append = 0.5,
                            .preemption = 0.1,
                            .failure = 0.1,
                            .pause = 0.01};

JobSpec Job() {
  JobSpec spec = SmallJob();
  spec.racing = {.best = 2, .trainings = 3};
  return spec;
}

std::string ResultOf(const JobSpec& spec, int workers, std::uint64_t seed, Chances chances) {
  Simulation simulation(spec, kSpaceSize, workers, seed, chances);
  simulation.Run();
  return Describe(simulation.Current());
}

TEST(PlanProperty, ResultDoesNotDependOnWorkersOrSchedule) {
  const std::string expected = ResultOf(Job(), 1, 1, {});
  for (std::uint64_t seed = 2; seed < 30; ++seed) {
    const int workers = 1 + static_cast<int>(seed % 7);
    ASSERT_EQ(ResultOf(Job(), workers, seed, {}), expected) << "seed " << seed;
  }
}

TEST(PlanProperty, ResultDoesNotDependOnDeathsRestartsAndLostAppends) {
  for (const std::uint64_t job_seed : {1, 2, 3}) {
    JobSpec spec = Job();
    spec.search.seed = job_seed;
    spec.search.window = static_cast<int>(job_seed * 3);
    const std::string expected = ResultOf(spec, 1, 1, {});
    for (std::uint64_t seed = 1; seed < 13; ++seed) {
      ASSERT_EQ(ResultOf(spec, 4, seed, kRough), expected)
          << "job seed " << job_seed << " seed " << seed;
    }
  }
}

TEST(PlanProperty, EveryStrategyGivesTheSameResultThroughCrashes) {
  for (const strategies::StrategyRow& row : strategies::Strategies().Rows()) {
    JobSpec spec = Job();
    spec.strategy.name = row.name;
    if (row.needs_finite) spec.space.shape = "binary(unary(x), unary(x))";
    spec.search.candidates = 120;  // longer than any strategy's warm-up
    Simulation calm(spec, 0, 1, 1);
    calm.Run();
    for (std::uint64_t seed = 1; seed < 4; ++seed) {
      Simulation rough(spec, 0, 3, seed, kRough);
      rough.Run();
      ASSERT_EQ(Describe(rough.Current()), Describe(calm.Current())) << row.name << " " << seed;
    }
  }
}

TEST(PlanProperty, ArrivalOrderedJobsSurviveRestarts) {
  // Every restart inside compares the plan rebuilt from the log with the one before.
  JobSpec spec = Job();
  spec.search.ordering = plan::Ordering::kArrival;
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    Simulation simulation(spec, kSpaceSize, 3, seed, kRough);
    simulation.Run();
    ASSERT_EQ(simulation.Current().State(), JobState::kDone) << "seed " << seed;
    ASSERT_EQ(simulation.Current().Count().finished, spec.search.candidates) << "seed " << seed;
  }
}

TEST(PlanProperty, ExhaustedSpaceEndsTheSearchCleanly) {
  for (const plan::Ordering ordering : {plan::Ordering::kIndex, plan::Ordering::kArrival}) {
    JobSpec spec = SmallJob();
    spec.search.ordering = ordering;
    for (std::uint64_t seed = 1; seed < 10; ++seed) {
      Simulation simulation(spec, kSpaceSize, 3, seed, kRough, 37);
      simulation.Run();
      ASSERT_EQ(simulation.Current().State(), JobState::kDone);
      ASSERT_EQ(simulation.Current().Count().proposed, 37u);
    }
  }
}

// Showing a job needs neither its space nor its strategy.
TEST(PlanProperty, AHistoryKnowsWhatThePlanKnows) {
  for (std::uint64_t seed = 1; seed < 6; ++seed) {
    Simulation simulation(Job(), kSpaceSize, 3, seed, kRough);
    simulation.Run();
    plan::History history(simulation.Current().Spec());
    for (const std::string& text : simulation.Log()) {
      const auto event = plan::EventFromJson(text);
      ASSERT_TRUE(event) << event.error().message;
      const auto fits = history.Fold(*event);
      ASSERT_TRUE(fits) << fits.error().message;
    }
    ASSERT_EQ(Describe(history), Describe(simulation.Current())) << "seed " << seed;
    ASSERT_FALSE(history.Finalists().empty());
  }
}

TEST(PlanProperty, AnyPrefixOfALogCanBeContinued) {
  Simulation simulation(Job(), kSpaceSize, 2, 5, {.pause = 0.01});
  simulation.Run();
  const std::vector<std::string>& log = simulation.Log();
  for (std::size_t length = 0; length <= log.size(); ++length) {
    auto plan = plan::Plan::Start(Job(), 2, MakeIntegers(kSpaceSize), MakeWitness(kSpaceSize));
    ASSERT_TRUE(plan);
    for (std::size_t i = 0; i < length; ++i) {
      ASSERT_TRUE(plan->Replay(*plan::EventFromJson(log[i])));
    }
    plan->Resume();
    plan->Advance();
    while (const auto next = plan->Lease("w", 0, 1)) {
      ASSERT_TRUE(plan->Complete(next->index, next->epoch, FakeOutcome(next->trial)));
      plan->Advance();
    }
    ASSERT_EQ(Describe(*plan), Describe(simulation.Current())) << "after " << length << " events";
  }
}

}  // namespace
}  // namespace actsearch::testing
