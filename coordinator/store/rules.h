// What every back end checks before it writes, and the words in which it refuses,
// so that callers meet the same answers whatever the store. Pure functions, used
// by the files of this folder; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "coordinator/store/store.h"

namespace actsearch::store {

// Longest job name, owner or result key, and longest event, snapshot or result
// value. Redis ends the connection above 512 MiB, so all stop well before.
inline constexpr std::size_t kLongestName = 512;
inline constexpr std::size_t kLongestValue = std::size_t{256} << 20;

// kInvalid for an empty or overlong name; `what` says which: "job name".
Result<void> CheckName(std::string_view what, std::string_view name);
Result<void> CheckValue(std::string_view what, std::string_view value);
Result<void> CheckAppend(std::string_view job, std::span<const std::string> events);
Result<void> CheckResults(std::span<const std::pair<std::string, std::string>> results);

// The longest representable moment is 2^52 ms, exact in Lua's doubles too.
Result<void> CheckLease(std::string_view owner, std::int64_t now_ms, std::int64_t ttl_ms);

// The leader lease as it is stored. An owner that resigned stays named, with
// expires_ms = 0: it keeps its epoch unless somebody else takes over.
struct LeaderLease {
  std::string owner;
  Epoch epoch = 0;
  std::int64_t expires_ms = 0;
};

// The lease after `owner` asked for it, or kStale while another holds it.
Result<LeaderLease> Claim(const LeaderLease& lease, std::string_view owner, std::int64_t now_ms,
                          std::int64_t ttl_ms);
Error HeldBy(std::string_view owner, std::int64_t expires_ms);

// Passes the newest epoch only. An older one is kStale. One that was never given
// out is kInvalid: the writer did not Lead, or the store lost what it held.
Result<void> Fence(Epoch spoke, Epoch newest);

// How many of `count` events at `offset` a log of `length` events has places for
// already; kInvalid when `offset` would leave a gap.
Result<std::uint64_t> AlreadyThere(std::string_view job, std::uint64_t length, std::uint64_t offset,
                                   std::uint64_t count);
Error Gap(std::string_view job, std::uint64_t length, std::uint64_t offset);
Error Conflict(std::string_view job, std::uint64_t index);

// kInvalid when a snapshot folds more events than the job has.
Result<void> CheckSnapshot(std::string_view job, std::uint64_t length, const Snapshot& snapshot);

}  // namespace actsearch::store
