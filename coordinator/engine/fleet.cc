#include "coordinator/engine/fleet.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace actsearch::engine {

bool Worker::Holds(const LeaseId& lease) const {
  return std::ranges::find(held, lease) != held.end();
}

std::optional<LeaseId> Worker::AtRisk() const {
  if (running && Holds(*running)) return running;
  if (held.empty()) return std::nullopt;
  return held.front();
}

bool Worker::Drop(const LeaseId& lease) {
  const auto found = std::ranges::find(held, lease);
  if (found == held.end()) return false;
  held.erase(found);
  return true;
}

Worker& Fleet::Join(std::shared_ptr<WorkerLink> link, const std::string& name, int slots) {
  Worker& worker = workers_[name];
  if (worker.link && worker.link != link) {
    worker.link->Close({ErrorCode::kStale, "another connection now speaks for worker '" + name +
                                               "'; give each process its own name"});
    by_link_.erase(worker.link.get());
  }
  worker.name = name;
  worker.slots = slots;
  worker.draining = false;
  worker.acknowledged.clear();
  worker.granted.clear();
  worker.revoked.clear();
  worker.probes.clear();
  by_link_[link.get()] = &worker;
  worker.link = std::move(link);
  return worker;
}

Worker* Fleet::Behind(const WorkerLink* link) {
  const auto found = by_link_.find(link);
  return found == by_link_.end() ? nullptr : found->second;
}

void Fleet::Leave(Worker& worker, std::int64_t now_ms) {
  by_link_.erase(worker.link.get());
  worker.link.reset();
  LeaveLine(worker);
  worker.absent_since_ms = now_ms;
}

void Fleet::Forget(const std::string& name) {
  const auto found = workers_.find(name);
  if (found == workers_.end()) return;
  if (found->second.link) by_link_.erase(found->second.link.get());
  LeaveLine(found->second);
  std::erase(outbox_, &found->second);
  workers_.erase(found);
}

void Fleet::Outgoing(Worker& worker) {
  if (std::exchange(worker.in_outbox, true)) return;
  outbox_.push_back(&worker);
}

void Fleet::Greet(Worker& worker, Welcome welcome) {
  worker.welcome = std::move(welcome);
  Outgoing(worker);
}

void Fleet::Grant(Worker& worker, Granted granted) {
  worker.held.push_back(granted.lease);
  worker.granted.push_back(std::move(granted));
  Outgoing(worker);
}

void Fleet::Acknowledge(Worker& worker, LeaseId lease) {
  worker.acknowledged.push_back(std::move(lease));
  Outgoing(worker);
}

void Fleet::RevokeLease(Worker& worker, LeaseId lease, const std::string& reason) {
  worker.Drop(lease);
  worker.revoked[reason].push_back(std::move(lease));
  Outgoing(worker);
}

void Fleet::Ask(Worker& worker, Probe probe) {
  worker.probes.push_back(std::move(probe));
  Outgoing(worker);
}

std::vector<LeaseId> Fleet::RevokeJob(Worker& worker, std::string_view job,
                                      const std::string& reason) {
  const auto of_job = [&](const LeaseId& lease) { return lease.job == job; };
  std::erase_if(worker.granted, [&](const Granted& g) { return of_job(g.lease); });
  std::vector<LeaseId> taken;
  std::ranges::copy_if(worker.held, std::back_inserter(taken), of_job);
  for (const LeaseId& lease : taken) RevokeLease(worker, lease, reason);
  Feed(worker);
  return taken;
}

void Fleet::RevokeJob(std::string_view job, const std::string& reason) {
  const auto of_job = [&](const LeaseId& lease) { return lease.job == job; };
  for (auto& [name, worker] : workers_) {
    RevokeJob(worker, job, reason);
    std::vector<LeaseId> acknowledged;
    std::ranges::copy_if(worker.acknowledged, std::back_inserter(acknowledged), of_job);
    std::erase_if(worker.acknowledged, of_job);
    for (LeaseId& lease : acknowledged) RevokeLease(worker, std::move(lease), reason);
  }
}

void Fleet::LeaveLine(Worker& worker) {
  if (worker.hunger) hungry_.erase({*worker.hunger, &worker});
  worker.hunger.reset();
}

void Fleet::Feed(Worker& worker) {
  LeaveLine(worker);
  const bool full = std::cmp_greater_equal(worker.held.size(), worker.slots);
  if (!worker.link || worker.draining || worker.is_slow || full) return;
  worker.hunger = {worker.held.size(), ++tickets_};
  hungry_.insert({*worker.hunger, &worker});
}

Worker* Fleet::NextHungry() {
  if (hungry_.empty()) return nullptr;
  Worker* worker = hungry_.begin()->second;
  LeaveLine(*worker);
  return worker;
}

std::vector<std::int64_t> Fleet::Flush() {
  std::vector<std::int64_t> answered;
  for (Worker* worker : std::exchange(outbox_, {})) {
    worker->in_outbox = false;
    auto welcome = std::exchange(worker->welcome, std::nullopt);
    auto acknowledged = std::exchange(worker->acknowledged, {});
    auto granted = std::exchange(worker->granted, {});
    auto revoked = std::exchange(worker->revoked, {});
    auto probes = std::exchange(worker->probes, {});
    const auto asked_us = std::exchange(worker->asked_us, std::nullopt);
    if (!worker->link) continue;
    if (welcome) worker->link->Send(std::move(*welcome));
    if (!acknowledged.empty()) worker->link->Send(Acknowledged{std::move(acknowledged)});
    for (auto& [reason, leases] : revoked) worker->link->Send(Revoke{std::move(leases), reason});
    for (Probe& probe : probes) worker->link->Send(std::move(probe));
    if (granted.empty()) continue;
    worker->link->Send(Assignments{std::move(granted)});
    if (asked_us) answered.push_back(*asked_us);
  }
  return answered;
}

void Fleet::SendToAll(const ToWorker& message) {
  for (auto& [name, worker] : workers_) {
    if (worker.link) worker.link->Send(message);
  }
}

void Fleet::CloseAll(const Error& reason) {
  for (auto& [name, worker] : workers_) {
    if (worker.link) worker.link->Close(reason);
  }
}

}  // namespace actsearch::engine
