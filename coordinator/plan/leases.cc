#include "coordinator/plan/leases.h"

#include <algorithm>

namespace actsearch::plan {

void Leases::Open(std::uint64_t index) { open_.insert(index); }

void Leases::Close(std::uint64_t index) {
  open_.erase(index);
  leases_.erase(index);
}

void Leases::CloseAll() {
  open_.clear();
  leases_.clear();
}

std::optional<Grant> Leases::Lease(std::string_view worker, std::int64_t deadline,
                                   std::size_t limit, const MayHave& may_have) {
  if (leases_.size() >= limit) return std::nullopt;
  const auto found = std::ranges::find_if(open_, may_have);
  if (found == open_.end()) return std::nullopt;
  const std::uint64_t index = *found;
  open_.erase(found);
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

bool Leases::IsCurrent(std::uint64_t index, std::uint64_t epoch) const {
  const auto held = leases_.find(index);
  return held != leases_.end() && held->second.epoch == epoch;
}

void Leases::Release(std::uint64_t index, std::uint64_t epoch) {
  if (!IsCurrent(index, epoch)) return;
  leases_.erase(index);
  open_.insert(index);
}

void Leases::ReleaseAll(std::string_view worker) {
  std::erase_if(leases_, [&](const auto& entry) {
    const auto& [index, holder] = entry;
    if (holder.worker != worker) return false;
    open_.insert(index);
    return true;
  });
}

std::vector<Expired> Leases::Expire(std::int64_t now) {
  std::vector<Expired> expired;
  std::erase_if(leases_, [&](const auto& entry) {
    const auto& [index, holder] = entry;
    if (holder.deadline > now) return false;
    open_.insert(index);
    expired.push_back({index, holder.epoch, holder.worker});
    return true;
  });
  return expired;
}

}  // namespace actsearch::plan
