// A plan over integers whose strategy proposes what a test says. One thread.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/plan/plan.h"
#include "tests/support/plan_simulation.h"

namespace actsearch::plan {

using actsearch::testing::MakeIntegers;

inline constexpr TimeMs kTtl = 10;


// Proposes the given integers and notes what it hears before each proposal.
struct Script final : strategies::Strategy {
  Script(std::vector<int> proposals, std::vector<std::string>* heard)
      : proposals(std::move(proposals)), heard(heard) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng&) override {
    if (heard) heard->push_back("propose " + std::to_string(index));
    if (index >= proposals.size()) return std::nullopt;
    return Candidate{std::to_string(proposals[index])};
  }
  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome&) override {
    if (heard) heard->push_back("hear " + std::to_string(index) + ":" + candidate.text);
  }

  void Revise(const Candidate& candidate, double loss, int trainings) override {
    if (!heard) return;
    heard->push_back("revise " + candidate.text + ": " + std::to_string(trainings) + " of " +
                     std::to_string(loss).substr(0, 4));
  }

  std::vector<int> proposals;
  std::vector<std::string>* heard;
};

inline JobSpec SearchOnly(std::uint64_t candidates) {
  JobSpec spec = actsearch::testing::SmallJob();
  spec.search.candidates = candidates;
  spec.search.parallelism = 2;
  spec.search.window = 2;
  spec.search.max_attempts = 2;
  spec.search.audits = 0;
  spec.finals.finalists = 0;
  spec.finals.baselines = {};
  return spec;
}

inline Plan MakePlan(const JobSpec& spec, std::vector<int> proposals, std::uint64_t leader = 1,
              std::vector<std::string>* heard = nullptr) {
  auto plan = Plan::Start(spec, leader, MakeIntegers(1000),
                          std::make_unique<Script>(std::move(proposals), heard));
  EXPECT_TRUE(plan) << plan.error().message;
  return std::move(*plan);
}

inline Outcome Scored(double loss) {
  return {.losses = {loss}, .metrics = {{"accuracy", 1 - loss}}};
}

// What a worker says whose trial no function could pass.
inline Outcome Rejected() {
  return {.status = Status::kRejected, .rejection = Rejection{"training", "non_finite", ""}};
}

inline Attempt Ended(AttemptEnd end, const std::string& worker) {
  Attempt attempt;
  attempt.end = end;
  attempt.worker = worker;
  if (end == AttemptEnd::kError) attempt.error = {ErrorCode::kNotFound, "no such folder"};
  return attempt;
}

// Leases the next trial and ends it.
inline std::uint64_t Score(Plan& plan, double loss) {
  const auto next = plan.Lease("w", 0, kTtl);
  EXPECT_TRUE(next);
  EXPECT_TRUE(plan.Complete(next->index, next->epoch, Scored(loss)));
  plan.Advance();
  return next->index;
}

inline ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode::kInternal : result.error().code;
}

}  // namespace actsearch::plan
