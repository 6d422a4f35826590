#include "coordinator/store/memory.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "coordinator/store/rules.h"

namespace actsearch::store {
namespace {

class MemoryStore final : public Store {
 public:
  Result<Epoch> Lead(std::string_view owner, std::int64_t now_ms, std::int64_t ttl_ms) override {
    if (auto ok = CheckLease(owner, now_ms, ttl_ms); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(mutex_);
    auto claimed = Claim(lease_, owner, now_ms, ttl_ms);
    if (!claimed) return std::unexpected(claimed.error());
    lease_ = *std::move(claimed);
    return lease_.epoch;
  }

  Result<void> Resign(std::string_view owner) override {
    const std::lock_guard lock(mutex_);
    if (lease_.owner == owner) lease_.expires_ms = 0;
    return {};
  }

  Result<std::uint64_t> Append(std::string_view job, Epoch epoch, std::uint64_t offset,
                               std::span<const std::string> events) override {
    if (auto ok = CheckAppend(job, events); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(mutex_);
    if (auto ok = Fence(epoch, lease_.epoch); !ok) return std::unexpected(ok.error());
    const auto found = logs_.find(job);
    const std::uint64_t length = found == logs_.end() ? 0 : found->second.size();
    const auto there = AlreadyThere(job, length, offset, events.size());
    if (!there) return std::unexpected(there.error());
    for (std::uint64_t i = 0; i < *there; ++i) {
      if (found->second[offset + i] != events[i]) return std::unexpected(Conflict(job, offset + i));
    }
    if (*there < events.size()) {
      std::vector<std::string>& log = logs_[std::string(job)];
      log.insert(log.end(), events.begin() + static_cast<std::ptrdiff_t>(*there), events.end());
    }
    return offset + events.size();
  }

  Result<std::vector<std::string>> Read(std::string_view job, std::uint64_t offset,
                                        std::uint64_t limit) override {
    if (auto ok = CheckName("job name", job); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(mutex_);
    const auto found = logs_.find(job);
    if (found == logs_.end() || offset >= found->second.size()) return std::vector<std::string>{};
    const std::uint64_t count = std::min<std::uint64_t>(limit, found->second.size() - offset);
    const auto first = found->second.begin() + static_cast<std::ptrdiff_t>(offset);
    return std::vector<std::string>(first, first + static_cast<std::ptrdiff_t>(count));
  }

  Result<std::vector<std::string>> Jobs() override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> jobs;
    for (const auto& [job, log] : logs_) jobs.push_back(job);
    return jobs;
  }

  Result<void> Delete(std::string_view job, Epoch epoch) override {
    if (auto ok = CheckName("job name", job); !ok) return ok;
    const std::lock_guard lock(mutex_);
    if (auto ok = Fence(epoch, lease_.epoch); !ok) return ok;
    if (const auto found = logs_.find(job); found != logs_.end()) logs_.erase(found);
    if (const auto found = snapshots_.find(job); found != snapshots_.end()) snapshots_.erase(found);
    return {};
  }

  Result<void> PutSnapshot(std::string_view job, Epoch epoch, const Snapshot& snapshot) override {
    if (auto ok = CheckName("job name", job); !ok) return ok;
    if (auto ok = CheckValue("the snapshot", snapshot.bytes); !ok) return ok;
    const std::lock_guard lock(mutex_);
    if (auto ok = Fence(epoch, lease_.epoch); !ok) return ok;
    const auto found = logs_.find(job);
    const std::uint64_t length = found == logs_.end() ? 0 : found->second.size();
    if (auto ok = CheckSnapshot(job, length, snapshot); !ok) return ok;
    snapshots_[std::string(job)] = snapshot;
    return {};
  }

  Result<std::optional<Snapshot>> GetSnapshot(std::string_view job) override {
    if (auto ok = CheckName("job name", job); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(mutex_);
    const auto found = snapshots_.find(job);
    if (found == snapshots_.end()) return std::nullopt;
    return found->second;
  }

  Result<void> PutResults(Epoch epoch,
                          std::span<const std::pair<std::string, std::string>> results) override {
    if (auto ok = CheckResults(results); !ok) return ok;
    const std::lock_guard lock(mutex_);
    if (auto ok = Fence(epoch, lease_.epoch); !ok) return ok;
    results_.insert(results.begin(), results.end());
    return {};
  }

  Result<std::vector<std::optional<std::string>>> GetResults(
      std::span<const std::string> keys) override {
    const std::lock_guard lock(mutex_);
    std::vector<std::optional<std::string>> values;
    for (const std::string& key : keys) {
      const auto found = results_.find(key);
      values.push_back(found == results_.end() ? std::nullopt : std::optional(found->second));
    }
    return values;
  }

 private:
  std::mutex mutex_;
  LeaderLease lease_;
  std::map<std::string, std::vector<std::string>, std::less<>> logs_;
  std::map<std::string, Snapshot, std::less<>> snapshots_;
  std::map<std::string, std::string, std::less<>> results_;
};

}  // namespace

Result<std::unique_ptr<Store>> OpenMemory(std::string_view address) {
  if (address != "memory:") {
    return Fail(ErrorCode::kInvalid,
                "store address '" + std::string(address) + "': nothing may follow 'memory:'");
  }
  return std::make_unique<MemoryStore>();
}

}  // namespace actsearch::store
