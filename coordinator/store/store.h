// Where jobs outlive processes: an append-only event log for each job, a snapshot,
// a cache of outcomes, and the leader lease whose fencing epoch every write
// carries (design.md section 5). Back ends are rows of Stores(). Every call may be
// repeated after a failure: kUnavailable means "perhaps done". Safe from any
// thread; calls may block on disk or network.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/base/registry.h"

namespace actsearch::store {

using Epoch = std::uint64_t;

struct Snapshot {
  std::uint64_t offset = 0;  // events [0, offset) are folded into it
  std::string bytes;
};

class Store {
 public:
  virtual ~Store() = default;

  // Takes or renews the leader lease for `owner` until now_ms + ttl_ms. A new
  // owner gets a larger epoch than any before; the same owner keeps its own while
  // nobody took over. kStale: another owner holds it, named in the message.
  // now_ms is wall time in milliseconds, handed in by the caller.
  virtual Result<Epoch> Lead(std::string_view owner, std::int64_t now_ms, std::int64_t ttl_ms) = 0;

  // Gives the lease up at once, so that a successor need not wait. Idempotent.
  virtual Result<void> Resign(std::string_view owner) = 0;

  // Appends events at exactly `offset` (the number of events so far) and returns
  // the new number, durable under the back end's policy. Repeating an append that
  // was done is done again without effect. kStale: the epoch is older than the
  // newest leader's; kExists: other events stand at the offset; kInvalid: the
  // offset leaves a gap, or the epoch was never given out. Where the log already
  // holds the first few of the events, the rest is appended.
  virtual Result<std::uint64_t> Append(std::string_view job, Epoch epoch, std::uint64_t offset,
                                       std::span<const std::string> events) = 0;

  // Up to `limit` events from `offset` on; fewer at the end of the log.
  virtual Result<std::vector<std::string>> Read(std::string_view job, std::uint64_t offset,
                                                std::uint64_t limit) = 0;

  // Names of all jobs with at least one event, sorted.
  virtual Result<std::vector<std::string>> Jobs() = 0;

  // Removes a job's events and snapshot. Idempotent.
  virtual Result<void> Delete(std::string_view job, Epoch epoch) = 0;

  // Replaces the job's snapshot. kInvalid: its offset is beyond the log's end.
  virtual Result<void> PutSnapshot(std::string_view job, Epoch epoch, const Snapshot& snapshot) = 0;
  virtual Result<std::optional<Snapshot>> GetSnapshot(std::string_view job) = 0;

  // Result cache, shared by all jobs. The first value put under a key stays.
  virtual Result<void> PutResults(Epoch epoch,
                                  std::span<const std::pair<std::string, std::string>> results) = 0;
  // One entry for each key, in order.
  virtual Result<std::vector<std::optional<std::string>>> GetResults(
      std::span<const std::string> keys) = 0;

  // What an operator should know before trusting the store with a job, such as a
  // server that loses the last second on power loss. Empty: nothing.
  virtual std::vector<std::string> Warnings() { return {}; }
};

struct StoreRow {
  std::string_view name;  // scheme of the address: memory, sqlite, redis
  std::string_view doc;
  Result<std::unique_ptr<Store>> (*open)(std::string_view address);
};

const Registry<StoreRow>& Stores();

// Opens "memory:", "sqlite:PATH" or "redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]";
// Stores() lists the forms.
Result<std::unique_ptr<Store>> OpenStore(std::string_view address);

}  // namespace actsearch::store
