#include "tests/unit/coordinator/engine/engine_bed.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <sstream>

#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"

namespace actsearch::engine {

using store::Epoch;
using store::Snapshot;

TestStore::TestStore() : inner_(*store::OpenStore("memory:")) {}

Result<Epoch> TestStore::Lead(std::string_view owner, std::int64_t now_ms, std::int64_t ttl_ms) {
  return inner_->Lead(owner, now_ms, ttl_ms);
}
Result<void> TestStore::Resign(std::string_view owner) { return inner_->Resign(owner); }
Result<std::uint64_t> TestStore::Append(std::string_view job, Epoch epoch, std::uint64_t offset,
                                        std::span<const std::string> events) {
  ++appends;
  if (before_append) before_append();
  if (append_failure && (failing_job.empty() || failing_job == job)) {
    return std::unexpected(*append_failure);
  }
  return inner_->Append(job, epoch, offset, events);
}
Result<std::vector<std::string>> TestStore::Read(std::string_view job, std::uint64_t offset,
                                                 std::uint64_t limit) {
  return inner_->Read(job, offset, limit);
}
Result<std::vector<std::string>> TestStore::Jobs() { return inner_->Jobs(); }
Result<void> TestStore::Delete(std::string_view job, Epoch epoch) {
  return inner_->Delete(job, epoch);
}
Result<void> TestStore::PutSnapshot(std::string_view job, Epoch epoch, const Snapshot& snapshot) {
  return inner_->PutSnapshot(job, epoch, snapshot);
}
Result<std::optional<Snapshot>> TestStore::GetSnapshot(std::string_view job) {
  return inner_->GetSnapshot(job);
}
Result<void> TestStore::PutResults(Epoch epoch,
                                   std::span<const std::pair<std::string, std::string>> results) {
  if (results_failure) return std::unexpected(*results_failure);
  return inner_->PutResults(epoch, results);
}
Result<std::vector<std::optional<std::string>>> TestStore::GetResults(
    std::span<const std::string> keys) {
  if (results_failure) return std::unexpected(*results_failure);
  return inner_->GetResults(keys);
}

void FakeLink::Send(ToWorker message) {
  if (auto* welcome = std::get_if<engine::Welcome>(&message)) welcomes.push_back(*welcome);
  if (auto* assignments = std::get_if<Assignments>(&message)) {
    ++assignment_messages;
    for (Granted& one : assignments->granted) granted.push_back(std::move(one));
  }
  if (auto* done = std::get_if<Acknowledged>(&message)) {
    acknowledged.insert(acknowledged.end(), done->leases.begin(), done->leases.end());
  }
  if (auto* taken = std::get_if<Revoke>(&message)) {
    revoked.insert(revoked.end(), taken->leases.begin(), taken->leases.end());
  }
  if (std::holds_alternative<Drain>(message)) drained = true;
  if (auto* probe = std::get_if<Probe>(&message)) probes.push_back(std::move(*probe));
}

plan::JobSpec NoopSpec(std::uint64_t candidates) {
  plan::JobSpec spec;
  spec.name = "Noop search";
  spec.task.name = "noop";
  spec.search.candidates = candidates;
  spec.search.parallelism = 4;
  spec.search.max_attempts = 3;
  spec.strategy.name = "random";
  spec.finals = {.finalists = 1, .seeds = 2, .learning_rates = {1}, .baselines = {"relu"}};
  return spec;
}

Report Judge(const Granted& granted) {
  const std::uint64_t bits = HashText(granted.trial.candidate, granted.trial.seed);
  Outcome outcome;
  outcome.data_digest = granted.trial.task.digest;
  outcome.timing.total_seconds = 0.5;
  if (bits % 7 == 0 && granted.trial.split == Split::kSearch) {
    outcome.status = Status::kRejected;
    outcome.rejection = Rejection{"probe", bits % 2 == 0 ? "constant" : "non_finite", "seen"};
  } else {
    const double loss = static_cast<double>(bits % 1000) / 1000;
    outcome.losses = {loss};
    outcome.metrics = {{"accuracy", 1 - loss}};
  }
  return {.lease = granted.lease, .end = std::move(outcome)};
}

Report Failed(const Granted& granted, AttemptEnd end, Error error) {
  Attempt attempt;
  attempt.end = end;
  attempt.error = std::move(error);
  return {.lease = granted.lease, .end = std::move(attempt)};
}

EngineBed::EngineBed(TestStore& store, FakeClock& clock, EngineOptions options) : clock_(clock) {
  if (options.owner.empty()) options.owner = "bed";
  options.language = 7;
  options.lease_ttl_ms = 15000;
  options.grace_ms = 3000;
  options.settle_ms = 0;
  options.on_serving = [this](bool serving) { serving_ = serving; };
  options.on_lost = [this](const Error& error) { lost_ = error; };
  auto engine = Engine::Open(std::move(options), store, clock, metrics_);
  if (engine) {
    engine_ = *std::move(engine);
    engine_->Turn();
  } else {
    open_error_ = engine.error();
  }
}

std::optional<Result<JobView>> EngineBed::Ask(const Start& start) {
  // The reply may come later than this call ends.
  auto answer = std::make_shared<std::optional<Result<JobView>>>();
  start(*engine_, [answer](Result<JobView> view) { *answer = std::move(view); });
  engine_->Turn();
  return *answer;
}

JobView EngineBed::Create(const plan::JobSpec& spec, const std::string& request_id) {
  const auto reply = Ask([&](Engine& e, Reply r) { e.CreateJob(spec, request_id, std::move(r)); });
  ACTSEARCH_CHECK(reply && *reply, reply ? reply->error().message : "no reply");
  return **reply;
}

JobView EngineBed::View(const std::string& id) {
  JobView view;
  const auto looked = engine_->Inspect(id, [&](const Job& job) { view = job.View(); });
  EXPECT_TRUE(looked) << looked.error().message;
  return view;
}

std::shared_ptr<FakeLink> EngineBed::Connect(const std::string& worker, int slots,
                                             std::vector<LeaseId> leases) {
  auto link = std::make_shared<FakeLink>();
  engine_->Connect(link, {.worker = worker,
                          .device = "cpu",
                          .version = "1",
                          .slots = slots,
                          .language = 7,
                          .leases = std::move(leases)});
  engine_->Turn();
  return link;
}

void EngineBed::Work(const std::shared_ptr<FakeLink>& link) {
  std::vector<Report> reports;
  for (const Granted& granted : std::exchange(link->granted, {})) reports.push_back(Judge(granted));
  engine_->Take(link, std::move(reports));
  engine_->Turn();
}

JobView EngineBed::Finish(const std::string& id, const std::shared_ptr<FakeLink>& link) {
  for (int turn = 0; turn < 10000; ++turn) {
    Work(link);
    if (View(id).state != plan::JobState::kRunning) return View(id);
    clock_.Advance(1);
  }
  ADD_FAILURE() << "job " << id << " does not end";
  return View(id);
}

std::string EngineBed::Listing(const std::string& id) {
  std::ostringstream lines;
  const auto looked = engine_->Inspect(id, [&](const Job& job) {
    for (const plan::Record& record : job.Past().Records()) {
      lines << record.index << ' ' << plan::Name(record.stage) << ' ' << record.candidate;
      if (record.outcome)
        lines << ' ' << Name(record.outcome->status) << ' ' << record.outcome->Loss();
      lines << '\n';
    }
  });
  EXPECT_TRUE(looked);
  return lines.str();
}

double EngineBed::Metric(const std::string& name,
                         const std::map<std::string, std::string>& labels) {
  for (const auto& family : metrics_.Registry()->Collect()) {
    if (family.name != name) continue;
    for (const auto& metric : family.metric) {
      std::map<std::string, std::string> found;
      for (const auto& label : metric.label) found[label.name] = label.value;
      if (found != labels) continue;
      if (family.type == prometheus::MetricType::Counter) return metric.counter.value;
      if (family.type == prometheus::MetricType::Gauge) return metric.gauge.value;
      return static_cast<double>(metric.histogram.sample_count);
    }
  }
  ADD_FAILURE() << "no metric " << name;
  return 0;
}

}  // namespace actsearch::engine
