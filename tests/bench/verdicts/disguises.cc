#include "tests/bench/verdicts/disguises.h"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/plan/plan.h"
#include "coordinator/plan/verdict.h"
#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/space.h"

namespace actsearch::bench {
namespace {

const std::vector<std::string> kDisguises = {
    "2 * relu(x)",
    "relu(x) + 0.3",
    "p0 - relu(x) where p0: channel = 0",
    "p0 * relu(x) where p0: channel = 1",
    "p0 * x * normal_cdf(x) where p0: channel = 1",
    "p0 - x * normal_cdf(x) where p0: channel = 0",
    "-x * normal_cdf(x)",
    "p0 * x * sigmoid(x) where p0: channel = 1",
    "p0 - x * sigmoid(x) where p0: channel = 0",
    "0.5 - x * sigmoid(x)",
    "p0 * relu(x) + p1 where p0: channel = 1, p1: channel = 0",
    "p0 * x * normal_cdf(x) + p1 where p0: channel = -1, p1: channel = 0"};

// The disguises in turn.
struct InTurn final : strategies::Strategy {
  std::optional<Candidate> Propose(std::uint64_t index, Rng&) override {
    if (index >= kDisguises.size()) return std::nullopt;
    return Candidate{kDisguises[index]};
  }
  void Observe(std::uint64_t, const Candidate&, const Outcome&) override {}
};

plan::JobSpec JobOf(int number) {
  plan::JobSpec spec;
  spec.task.steps = 100;
  spec.task.learning_rate = 3e-3;
  spec.task.fields["hidden"] = std::vector<std::int64_t>{32};
  spec.search.candidates = kDisguises.size();
  spec.search.audits = 0;
  spec.search.parallelism = 1;
  spec.search.seed = static_cast<std::uint64_t>(number);
  spec.hurdles.keep = {1};
  spec.gates = {.probes = false, .chance = false};
  spec.finals = {.finalists = 3, .apart = 0, .select_seeds = 2, .seeds = 6};
  spec.confirm = {.steps = 2, .width = 1, .baselines = 2};
  return spec;
}

// In which nothing counts as absorbed: every disguise is a candidate of its own.
std::unique_ptr<Space> WithoutDuplicates() {
  auto space = MakeSpace(SpaceSpec());
  ACTSEARCH_CHECK(space.has_value(), "activations");
  return *std::move(space);
}

bool FindsBetter(evaluators::Evaluator& evaluator, int number) {
  auto plan = plan::Plan::Start(JobOf(number), 1, WithoutDuplicates(), std::make_unique<InTurn>());
  ACTSEARCH_CHECK(plan.has_value(), plan.error().message);
  for (;;) {
    plan->Advance();
    const auto lease = plan->Lease("w", 0, 1);
    if (!lease) break;
    // Seeds come from the data, which all jobs share: each job has draws of its own instead.
    Trial trial = lease->trial;
    trial.seed = HashCombine(trial.seed, static_cast<std::uint64_t>(number));
    const Result<Outcome> outcome = evaluator.Evaluate(trial, {});
    ACTSEARCH_CHECK(outcome.has_value(), outcome.error().message);
    ACTSEARCH_CHECK(plan->Complete(lease->index, lease->epoch, *outcome).has_value(), "complete");
  }
  const plan::FinalLosses losses(plan->Past());
  const auto comparisons = plan::Comparisons(plan->Past(), losses);
  for (const plan::Verdict& verdict : plan::Verdicts(plan->Past(), losses, comparisons)) {
    if (verdict.finding == plan::Finding::kBetter ||
        verdict.finding == plan::Finding::kBetterHere) {
      std::printf("job %d: %s\n", number, verdict.text.c_str());
      return true;
    }
  }
  return false;
}

}  // namespace

int BetterDisguises(evaluators::Evaluator& evaluator, int jobs) {
  int better = 0;
  for (int number = 0; number < jobs; ++number) {
    better += FindsBetter(evaluator, number);
    if (number % 10 == 9) std::fprintf(stderr, "disguises: %d of %d\n", number + 1, jobs);
  }
  return better;
}

}  // namespace actsearch::bench
