#include "coordinator/store/rules.h"

#include <algorithm>

namespace actsearch::store {
namespace {

constexpr std::int64_t kLastMoment = std::int64_t{1} << 52;

std::string Quoted(std::string_view name) {
  std::string quoted(name);
  quoted.insert(quoted.begin(), '\'');
  quoted.push_back('\'');
  return quoted;
}

}  // namespace

Result<void> CheckName(std::string_view what, std::string_view name) {
  if (name.empty()) return Fail(ErrorCode::kInvalid, std::string(what) + " is empty; give one");
  if (name.size() > kLongestName) {
    return Fail(ErrorCode::kInvalid, std::string(what) + " " + Quoted(name.substr(0, 40)) +
                                         "... has " + std::to_string(name.size()) +
                                         " bytes; at most " + std::to_string(kLongestName) +
                                         " are allowed");
  }
  return {};
}

Result<void> CheckValue(std::string_view what, std::string_view value) {
  if (value.size() <= kLongestValue) return {};
  return Fail(ErrorCode::kInvalid, std::string(what) + " has " + std::to_string(value.size()) +
                                       " bytes; at most " + std::to_string(kLongestValue) +
                                       " are allowed");
}

Result<void> CheckAppend(std::string_view job, std::span<const std::string> events) {
  if (auto ok = CheckName("job name", job); !ok) return ok;
  for (const std::string& event : events) {
    if (auto ok = CheckValue("an event of job " + Quoted(job), event); !ok) return ok;
  }
  return {};
}

Result<void> CheckResults(std::span<const std::pair<std::string, std::string>> results) {
  for (const auto& [key, value] : results) {
    if (auto ok = CheckName("result key", key); !ok) return ok;
    if (auto ok = CheckValue("the result under " + Quoted(key), value); !ok) return ok;
  }
  return {};
}

Result<void> CheckLease(std::string_view owner, std::int64_t now_ms, std::int64_t ttl_ms) {
  if (auto ok = CheckName("owner of the leader lease", owner); !ok) return ok;
  if (ttl_ms <= 0 || ttl_ms > kLastMoment) {
    return Fail(ErrorCode::kInvalid,
                "leader lease of " + std::to_string(ttl_ms) + " ms; it must last more than 0 ms");
  }
  if (now_ms < 0 || now_ms > kLastMoment - ttl_ms) {
    return Fail(ErrorCode::kInvalid, "leader lease asked for at " + std::to_string(now_ms) +
                                         " ms; give wall time in milliseconds since 1970");
  }
  return {};
}

Result<LeaderLease> Claim(const LeaderLease& lease, std::string_view owner, std::int64_t now_ms,
                          std::int64_t ttl_ms) {
  const bool takes_over = lease.owner != owner;
  if (takes_over && now_ms < lease.expires_ms) {
    return std::unexpected(HeldBy(lease.owner, lease.expires_ms));
  }
  return LeaderLease{std::string(owner), lease.epoch + (takes_over ? 1 : 0), now_ms + ttl_ms};
}

Error HeldBy(std::string_view owner, std::int64_t expires_ms) {
  return {ErrorCode::kStale, Quoted(owner) + " leads this store until " +
                                 std::to_string(expires_ms) +
                                 " ms; wait until its lease ends or it resigns"};
}

Result<void> Fence(Epoch spoke, Epoch newest) {
  if (spoke == newest && newest > 0) return {};
  if (spoke < newest) {
    return Fail(ErrorCode::kStale, "epoch " + std::to_string(spoke) +
                                       " is over: a leader with epoch " + std::to_string(newest) +
                                       " took over; write nothing more");
  }
  return Fail(ErrorCode::kInvalid,
              "epoch " + std::to_string(spoke) +
                  " was never given out by this store (newest: " + std::to_string(newest) +
                  "); take the leader lease first. If it was taken, the "
                  "store lost what it held");
}

Result<std::uint64_t> AlreadyThere(std::string_view job, std::uint64_t length, std::uint64_t offset,
                                   std::uint64_t count) {
  if (offset > length) return std::unexpected(Gap(job, length, offset));
  return std::min(length - offset, count);
}

Error Gap(std::string_view job, std::uint64_t length, std::uint64_t offset) {
  return {ErrorCode::kInvalid, "job " + Quoted(job) + " has " + std::to_string(length) +
                                   " events; offset " + std::to_string(offset) +
                                   " is beyond its end. Read the log again"};
}

Error Conflict(std::string_view job, std::uint64_t index) {
  return {ErrorCode::kExists, "job " + Quoted(job) + " has another event at index " +
                                  std::to_string(index) + "; read the log again"};
}

Result<void> CheckSnapshot(std::string_view job, std::uint64_t length, const Snapshot& snapshot) {
  if (snapshot.offset > length) return std::unexpected(Gap(job, length, snapshot.offset));
  return {};
}

}  // namespace actsearch::store
