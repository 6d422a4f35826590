// What workers report of trials.
#include <spdlog/spdlog.h>

#include <utility>

#include "coordinator/engine/engine.h"

namespace actsearch::engine {

void Engine::Take(std::shared_ptr<WorkerLink> link, std::vector<Report> reports) {
  PostMessage(std::move(link), [this, reports = std::move(reports),
                                asked_us = clock_.MonotonicUs()](Worker& worker) mutable {
    if (!worker.asked_us) worker.asked_us = asked_us;
    for (Report& report : reports) TakeReport(worker, std::move(report));
    fleet_.Feed(worker);
  });
}

void Engine::TakeReport(Worker& worker, Report report) {
  const bool was_held = worker.Drop(report.lease);
  Job* job = FindJob(report.lease.job);
  const LeaseId lease = report.lease;
  const bool is_over = job == nullptr || job->Plan() == nullptr;
  auto events = is_over ? Fail(ErrorCode::kStale, "the job has ended")
                        : EndTrial(worker, *job, std::move(report), was_held);
  if (!events) {
    metrics_.StaleReport();
    return fleet_.RevokeLease(worker, lease, "the trial has ended or passed to another worker");
  }
  Record(*job, *std::move(events));
  Touch(*job);
  fleet_.Acknowledge(worker, lease);
  if (job->Past().IsAside(worker.name)) ShutOut(worker, *job);
}

// An outcome that no worker can have, or of other data, says that the worker cannot do it.
Result<std::vector<plan::Event>> Engine::EndTrial(Worker& worker, Job& job, Report report,
                                                  bool was_held) {
  plan::Plan& plan = *job.Plan();
  const LeaseId& lease = report.lease;
  Attempt attempt;
  if (auto* outcome = std::get_if<Outcome>(&report.end)) {
    outcome->timing.worker = worker.name;
    auto events = plan.Complete(lease.index, lease.epoch, std::move(*outcome));
    if (events) Remember(worker, job, lease.index);
    if (events || events.error().code == ErrorCode::kStale) return events;
    attempt.end = AttemptEnd::kError;
    attempt.error = events.error();
  } else {
    attempt = std::get<Attempt>(std::move(report.end));
  }
  if (attempt.end == AttemptEnd::kPreempted && !worker.draining) {
    attempt.end = AttemptEnd::kError;
    attempt.error = {ErrorCode::kInternal, "it gave a trial back and does not leave"};
  }
  // Only the holder's go at the trial can end without an outcome.
  if (!was_held) return Fail(ErrorCode::kStale, "another worker holds it");
  attempt.worker = worker.name;
  options_.log->info("job {}: trial {} was {} on worker {} {}", job.Id(), lease.index,
                     Name(attempt.end), worker.name, attempt.error.message);
  return plan.EndAttempt(lease.index, lease.epoch, std::move(attempt));
}

void Engine::Remember(const Worker& worker, const Job& job, std::uint64_t index) {
  const plan::JobSpec& spec = job.Past().Spec();
  if (!IsKept(spec.task, worker.machine)) return;
  const plan::Record& record = job.Past().Records()[index];
  results_.Keep(ResultKey(plan::TrialOf(spec, record), worker.machine), *record.outcome);
}

void Engine::Complain(std::shared_ptr<WorkerLink> link, Error error) {
  PostMessage(std::move(link), [this, error = std::move(error)](Worker& worker) {
    options_.log->warn("worker {} sent what makes no sense: {}; its connection ends", worker.name,
                       error.message);
  });
}

}  // namespace actsearch::engine
