#include "workers/lease_book.h"

#include <algorithm>
#include <set>
#include <utility>

#include "search_spaces/base/check.h"

namespace actsearch::workers {

bool LeaseBook::Holds(const LeaseId& lease) const {
  const auto waits = [&](const Assignment& assignment) { return assignment.lease == lease; };
  return running_ == lease || reports_.contains(lease) || std::ranges::any_of(queued_, waits);
}

void LeaseBook::Queue(Assignment assignment) {
  if (!Holds(assignment.lease)) queued_.push_back(std::move(assignment));
}

std::optional<Assignment> LeaseBook::Start() {
  ACTSEARCH_CHECK(!running_, "two trials at once");
  if (queued_.empty()) return std::nullopt;
  Assignment assignment = std::move(queued_.front());
  queued_.pop_front();
  running_ = assignment.lease;
  dropped_ = false;
  return assignment;
}

void LeaseBook::Finish(Report report) {
  ACTSEARCH_CHECK(running_ == report.lease, "a report of a trial that does not run");
  running_.reset();
  if (!dropped_) FinishUnstarted(std::move(report));
}

void LeaseBook::FinishUnstarted(Report report) {
  LeaseId lease = report.lease;
  if (reports_.try_emplace(std::move(lease), Entry{std::move(report)}).second) ++unsent_;
}

void LeaseBook::Drop(const LeaseId& lease) {
  if (running_ == lease) dropped_ = true;
  std::erase_if(queued_, [&](const Assignment& assignment) { return assignment.lease == lease; });
  const auto found = reports_.find(lease);
  if (found == reports_.end()) return;
  if (!found->second.sent) --unsent_;
  reports_.erase(found);
}

void LeaseBook::KeepOnly(const std::vector<LeaseId>& kept) {
  const std::set<LeaseId> keep(kept.begin(), kept.end());
  for (const LeaseId& lease : Held()) {
    if (!keep.contains(lease)) Drop(lease);
  }
  for (auto& [lease, entry] : reports_) entry.sent = false;
  unsent_ = reports_.size();
}

std::vector<LeaseId> LeaseBook::ReleaseQueued() {
  std::vector<LeaseId> released;
  for (Assignment& assignment : queued_) released.push_back(std::move(assignment.lease));
  queued_.clear();
  return released;
}

std::vector<LeaseId> LeaseBook::ReleaseAll() {
  std::vector<LeaseId> released = ReleaseQueued();
  for (const auto& [lease, entry] : reports_) {
    if (!entry.sent) released.push_back(lease);
  }
  reports_.clear();
  unsent_ = 0;
  return released;
}

std::vector<Report> LeaseBook::TakeUnsent() {
  std::vector<Report> reports;
  if (unsent_ == 0) return reports;
  for (auto& [lease, entry] : reports_) {
    if (!std::exchange(entry.sent, true)) reports.push_back(entry.report);
  }
  unsent_ = 0;
  return reports;
}

std::vector<LeaseId> LeaseBook::Held() const {
  std::vector<LeaseId> held;
  if (running_ && !dropped_) held.push_back(*running_);
  for (const Assignment& assignment : queued_) held.push_back(assignment.lease);
  for (const auto& [lease, entry] : reports_) held.push_back(lease);
  return held;
}

}  // namespace actsearch::workers
