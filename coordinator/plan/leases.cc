#include "coordinator/plan/leases.h"

namespace actsearch::plan {

Leases::Leases(std::uint64_t leader_epoch, int max_attempts)
    : newest_epoch_(leader_epoch << 32), max_attempts_(max_attempts) {}

void Leases::Open(std::uint64_t index) { open_.insert(index); }

void Leases::Close(std::uint64_t index) {
  open_.erase(index);
  leases_.erase(index);
  attempts_.erase(index);
}

void Leases::CloseAll() {
  open_.clear();
  leases_.clear();
  attempts_.clear();
}

std::optional<Grant> Leases::Lease(std::string_view worker, std::int64_t deadline,
                                   std::size_t limit) {
  if (open_.empty() || leases_.size() >= limit) return std::nullopt;
  const std::uint64_t index = *open_.begin();
  open_.erase(open_.begin());
  leases_[index] = {std::string(worker), ++newest_epoch_, deadline};
  return Grant{index, newest_epoch_};
}

bool Leases::Renew(std::string_view worker, std::uint64_t index, std::uint64_t epoch,
                   std::int64_t deadline) {
  const auto held = leases_.find(index);
  if (held != leases_.end()) {
    if (held->second.epoch != epoch || held->second.worker != worker) return false;
    held->second.deadline = deadline;
    return true;
  }
  if (!IsIssued(epoch) || open_.erase(index) == 0) return false;
  leases_[index] = {std::string(worker), epoch, deadline};
  return true;
}

bool Leases::Accepts(std::uint64_t index, std::uint64_t epoch) const {
  const auto held = leases_.find(index);
  if (held != leases_.end()) return held->second.epoch == epoch;
  return IsIssued(epoch) && open_.contains(index);
}

void Leases::Release(std::uint64_t index, std::uint64_t epoch) {
  const auto held = leases_.find(index);
  if (held == leases_.end() || held->second.epoch != epoch) return;
  leases_.erase(held);
  open_.insert(index);
}

std::vector<std::uint64_t> Leases::WorkerDied(std::string_view worker,
                                              std::optional<std::uint64_t> running) {
  std::vector<std::uint64_t> used_up;
  for (auto held = leases_.begin(); held != leases_.end();) {
    if (held->second.worker != worker) {
      ++held;
      continue;
    }
    open_.insert(held->first);
    if (running == held->first && AttemptsUsedUp(held->first)) used_up.push_back(held->first);
    held = leases_.erase(held);
  }
  return used_up;
}

std::vector<std::uint64_t> Leases::Expire(std::int64_t now, std::uint64_t* expired) {
  std::vector<std::uint64_t> used_up;
  std::uint64_t count = 0;
  for (auto held = leases_.begin(); held != leases_.end();) {
    if (held->second.deadline > now) {
      ++held;
      continue;
    }
    ++count;
    open_.insert(held->first);
    if (AttemptsUsedUp(held->first)) used_up.push_back(held->first);
    held = leases_.erase(held);
  }
  if (expired != nullptr) *expired = count;
  return used_up;
}

bool Leases::AttemptsUsedUp(std::uint64_t index) { return ++attempts_[index] >= max_attempts_; }

}  // namespace actsearch::plan
