// A job without processes: a Plan, its log as JSON text, workers that evaluate at
// once, and a schedule drawn at random, with deaths, expiries, lost appends and
// restarts. For property tests of the plan: thousands of schedules in a second.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/plan/plan.h"
#include "search_spaces/base/rng.h"

namespace actsearch::testing {

// Proposes integers of [0, size) that depend on everything it has been told, in
// the order in which it was told: any difference in delivery shows.
std::unique_ptr<strategies::Strategy> MakeWitness(int size, std::uint64_t exhausted_at = ~0ULL);

std::unique_ptr<const Space> MakeIntegers(int size);

// A spec of task noop with small numbers; strategy and space are replaced.
plan::JobSpec SmallJob();

// What a worker would report: a pure function of the trial, with scores,
// rejections, hurdles, stops and unit losses among them.
Outcome FakeOutcome(const Trial& trial);

// One line a record, with everything that must not depend on the schedule.
std::string Describe(const plan::Plan& plan);
std::string Describe(const plan::History& history);

struct Chances {
  double death = 0;
  double expiry = 0;
  double restart = 0;      // of the coordinator
  double lost_append = 0;  // share of restarts: events were made but not all written
  double preemption = 0;
  double failure = 0;      // of an attempt: time or memory is over
  double pause = 0;
};

class Simulation {
 public:
  // With space_size 0 the space and the strategy are those of the spec.
  Simulation(plan::JobSpec spec, int space_size, int workers, std::uint64_t seed,
             Chances chances = {}, std::uint64_t exhausted_at = ~0ULL);

  // Until the job is over. Adds a test failure when it does not come to an end or
  // a restart derives another plan than the one before.
  void Run();

  const plan::Plan& Current() const { return *plan_; }
  const std::vector<std::string>& Log() const { return log_; }

 private:
  struct Held {
    std::uint64_t index;
    std::uint64_t epoch;
    Trial trial;
  };

  plan::Plan Begin();
  plan::Plan FromLog();
  void Write(const std::vector<plan::Event>& events);
  void Restart(bool is_loss);
  void Step();
  void Ask(int worker);
  void Report(int worker);
  void Die(int worker);
  void Expire();

  plan::JobSpec spec_;
  int space_size_;
  std::uint64_t exhausted_at_;
  Chances chances_;
  Rng rng_;
  std::uint64_t leader_ = 0;
  plan::TimeMs now_ = 0;
  std::vector<std::string> log_;
  std::unique_ptr<plan::Plan> plan_;
  std::vector<std::vector<Held>> held_;  // by worker
};

}  // namespace actsearch::testing
