#include "tests/support/plan_simulation.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "coordinator/plan/event.h"
#include "search_spaces/base/hash.h"
#include "tests/support/integer_space.h"

namespace actsearch::testing {
namespace {

constexpr plan::TimeMs kTtl = 100;

class Witness final : public strategies::Strategy {
 public:
  Witness(int size, std::uint64_t exhausted_at) : size_(size), exhausted_at_(exhausted_at) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    if (index >= exhausted_at_) return std::nullopt;
    const std::uint64_t draw = HashCombine(heard_, rng.Bits());
    return IntegerSpace::Of(static_cast<int>(draw % static_cast<std::uint64_t>(size_)));
  }

  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    heard_ = HashCombine(heard_, index);
    heard_ = HashText(candidate.text, heard_);
    heard_ = HashText(plan::OutcomeToJson(outcome), heard_);
  }

  void Revise(const Candidate& candidate, double loss, int trainings) override {
    heard_ = HashText(candidate.text, heard_);
    heard_ = HashCombine(heard_, std::hash<double>()(loss));
    heard_ = HashCombine(heard_, static_cast<std::uint64_t>(trainings));
  }

 private:
  int size_;
  std::uint64_t exhausted_at_;
  std::uint64_t heard_ = 0;
};

std::string Line(const plan::Record& record) {
  const std::string line = plan::EventToJson(static_cast<const plan::Proposed&>(record));
  return line + (record.outcome ? " " + plan::OutcomeToJson(*record.outcome) : "") + "\n";
}

}  // namespace

std::unique_ptr<strategies::Strategy> MakeWitness(int size, std::uint64_t exhausted_at) {
  return std::make_unique<Witness>(size, exhausted_at);
}

std::unique_ptr<const Space> MakeIntegers(int size) { return std::make_unique<IntegerSpace>(size); }

plan::JobSpec SmallJob() {
  plan::JobSpec spec;
  spec.task.name = "noop";
  spec.task.steps = 100;
  spec.search.candidates = 60;
  spec.search.parallelism = 3;
  spec.search.audits = 2;
  spec.search.max_attempts = 1000;
  spec.hurdles.min_observed = 6;
  spec.finals.finalists = 3;
  spec.finals.apart = 0;
  spec.finals.select_seeds = 2;
  spec.finals.seeds = 2;
  spec.finals.learning_rates = {0.5, 1};
  spec.finals.octaves = 1;
  spec.finals.stops = {0.5, 1};
  spec.finals.baselines = {"relu"};
  spec.confirm.baselines = 1;
  return spec;
}

Outcome FakeOutcome(const Trial& trial) {
  Rng rng(HashText(trial.candidate, trial.seed ^ std::hash<double>()(trial.task.learning_rate)));
  Outcome outcome;
  const double quality = rng.Uniform();
  const std::vector<Metric> metrics = {{"accuracy", quality}};
  if (rng.Chance(0.05)) {
    outcome.status = Status::kRejected;
    outcome.rejection = Rejection{"training", "non_finite", "seen"};
    return outcome;
  }
  for (const Hurdle& hurdle : trial.hurdles) {
    const double loss = 2.3 - quality * hurdle.step / 100.0;
    outcome.rungs.push_back({hurdle.step, loss, metrics});
    if (loss <= hurdle.max_loss) continue;
    outcome.status = Status::kRejected;
    outcome.rejection = Rejection{"hurdle", "rung", std::to_string(hurdle.step)};
    return outcome;
  }
  if (trial.hurdles.empty()) {
    for (const int stop : trial.stops) {
      outcome.rungs.push_back({stop, 2.3 - quality * stop / trial.task.steps, metrics});
    }
  }
  outcome.losses = {2.3 - quality};
  if (trial.unit_losses) outcome.unit_losses = {static_cast<float>(quality), 0.5F, 1.5F};
  outcome.metrics = metrics;
  return outcome;
}

std::string Describe(const plan::Plan& plan) { return Describe(plan.Past()); }

std::string Describe(const plan::History& history) {
  std::string text =
      std::string(Name(history.State())) + " " + std::string(Name(history.CurrentStage()));
  const plan::Counts counts = history.Count();
  for (const std::uint64_t count :
       {counts.proposed, counts.finished, counts.final_trials, counts.final_finished}) {
    text += " " + std::to_string(count);
  }
  text += "\n";
  for (const plan::Record& record : history.Records()) text += Line(record);
  return text;
}

Simulation::Simulation(plan::JobSpec spec, int space_size, int workers, std::uint64_t seed,
                       Chances chances, std::uint64_t exhausted_at)
    : spec_(std::move(spec)),
      space_size_(space_size),
      exhausted_at_(exhausted_at),
      chances_(chances),
      rng_(seed),
      plan_(std::make_unique<plan::Plan>(Begin())),
      held_(static_cast<std::size_t>(workers)) {
  Write(plan_->Advance());
}

plan::Plan Simulation::Begin() {
  ++leader_;
  auto plan = space_size_ == 0 ? plan::Plan::Start(spec_, leader_)
                               : plan::Plan::Start(spec_, leader_, MakeIntegers(space_size_),
                                                   MakeWitness(space_size_, exhausted_at_));
  EXPECT_TRUE(plan) << plan.error().message;
  return std::move(*plan);
}

plan::Plan Simulation::FromLog() {
  plan::Plan plan = Begin();
  for (const std::string& text : log_) {
    const auto event = plan::EventFromJson(text);
    EXPECT_TRUE(event) << event.error().message;
    const auto ok = plan.Replay(*event);
    EXPECT_TRUE(ok) << ok.error().message;
  }
  return plan;
}

void Simulation::Write(const std::vector<plan::Event>& events) {
  for (const plan::Event& event : events) log_.push_back(plan::EventToJson(event));
}

// A loss: the coordinator dies between a change and its append.
void Simulation::Restart(bool is_loss) {
  if (is_loss) {
    const std::size_t written = log_.size();
    Report(static_cast<int>(rng_.Below(held_.size())));
    log_.resize(written + rng_.Below(log_.size() - written + 1));
  }
  const std::string before = Describe(*plan_);
  *plan_ = FromLog();
  if (!is_loss) {
    EXPECT_EQ(Describe(*plan_), before);
  }
  Write(plan_->Advance());
  for (std::size_t worker = 0; worker < held_.size(); ++worker) {
    std::erase_if(held_[worker], [&](const Held& held) {
      // Some workers say hello, some just deliver later, some have died meanwhile.
      if (rng_.Chance(0.3)) return true;
      if (rng_.Chance(0.5)) return false;
      return !plan_->Renew(std::to_string(worker), held.index, held.epoch, now_, kTtl);
    });
  }
}

void Simulation::Ask(int worker) {
  if (const auto assignment = plan_->Lease(std::to_string(worker), now_, kTtl)) {
    held_[static_cast<std::size_t>(worker)].push_back(
        {assignment->index, assignment->epoch, assignment->trial});
  }
}

void Simulation::Report(int worker) {
  auto& held = held_[static_cast<std::size_t>(worker)];
  if (held.empty()) return;
  const std::size_t at = rng_.Below(held.size());
  const std::string name = std::to_string(worker);
  Attempt attempt;
  attempt.worker = name;
  if (rng_.Chance(chances_.preemption)) attempt.end = AttemptEnd::kPreempted;
  if (rng_.Chance(chances_.failure)) {
    std::array ends = {AttemptEnd::kTimedOut, AttemptEnd::kOutOfMemory};
    attempt.end = rng_.Pick(ends);
  }
  const auto events =
      attempt.end == AttemptEnd::kLost
          ? plan_->Complete(held[at].index, held[at].epoch, FakeOutcome(held[at].trial))
          : plan_->EndAttempt(held[at].index, held[at].epoch, attempt);
  if (events) {
    Write(*events);
  } else {
    EXPECT_EQ(events.error().code, ErrorCode::kStale) << events.error().message;
  }
  held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
  Write(plan_->Advance());
}

void Simulation::Die(int worker) {
  auto& held = held_[static_cast<std::size_t>(worker)];
  std::optional<std::uint64_t> running;
  if (!held.empty()) running = held[0].index;
  Write(plan_->WorkerDied(std::to_string(worker), running));
  held.clear();
  Write(plan_->Advance());
}

void Simulation::Expire() {
  for (const plan::Expired& lease : plan_->ExpireLeases(now_)) {
    if (rng_.Chance(0.5)) Write(plan_->Lose(lease.index, lease.worker));  // it was trained
  }
}

void Simulation::Step() {
  const int worker = static_cast<int>(rng_.Below(held_.size()));
  now_ += 1;
  if (rng_.Chance(chances_.death)) Die(worker);
  if (rng_.Chance(chances_.expiry)) {
    now_ += kTtl;
    Expire();  // holders keep training and deliver late
    Write(plan_->Advance());
  }
  if (rng_.Chance(chances_.restart)) Restart(rng_.Chance(chances_.lost_append));
  if (rng_.Chance(chances_.pause)) {
    Write(plan_->State() == plan::JobState::kPaused ? plan_->Resume() : plan_->Pause());
    Write(plan_->Advance());
  }
  rng_.Chance(0.5) ? Ask(worker) : Report(worker);
}

void Simulation::Run() {
  const std::uint64_t limit = 1000 + spec_.search.candidates * 1000;
  for (std::uint64_t i = 0; i < limit; ++i) {
    if (plan_->State() == plan::JobState::kDone) return;
    if (i > limit / 2) chances_ = {};  // calm, so that it can end
    if (i > limit / 2 && plan_->State() == plan::JobState::kPaused) Write(plan_->Resume());
    Step();
    if (i % 64 == 0) {
      now_ += i > limit / 2 ? kTtl : 0;
      Expire();
    }
    if (::testing::Test::HasFailure()) return;
  }
  ADD_FAILURE() << "the job does not end:\n" << Describe(*plan_).substr(0, 2000);
}

}  // namespace actsearch::testing
