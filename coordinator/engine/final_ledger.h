// Which jobs have read the final split of which data, in the order of their first looks. Kept in
// the store beside the jobs' logs: deleting a job does not undo that it has looked. Not
// thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "coordinator/store/store.h"

namespace actsearch::engine {

class FinalLedger {
 public:
  explicit FinalLedger(store::Store& store) : store_(store) {}

  // Notes that `job` has read the final split of the data with this digest, unless it is noted
  // already; returns how many did before it. kUnavailable: perhaps noted, ask again.
  Result<int> Note(std::string_view digest, const std::string& job, store::Epoch epoch);

  // The same without noting: how many read it before the job did, or before now.
  Result<int> Before(std::string_view digest, const std::string& job);

 private:
  using Readers = std::unordered_map<std::string, int>;  // positions by job
  Readers& Known(std::string_view digest);
  // With what the store knows beyond that.
  Result<Readers*> Read(std::string_view digest);

  store::Store& store_;
  std::map<std::string, Readers, std::less<>> readers_;  // by digest
};

}  // namespace actsearch::engine
