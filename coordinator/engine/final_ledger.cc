#include "coordinator/engine/final_ledger.h"

#include <array>
#include <utility>
#include <vector>

namespace actsearch::engine {
namespace {

constexpr int kAtOnce = 32;  // entries of a read

std::string KeyOf(std::string_view digest, int position) {
  return "final/" + std::string(digest) + "/" + std::to_string(position);
}

}  // namespace

Result<FinalLedger::Readers*> FinalLedger::Read(std::string_view digest) {
  Readers& readers = Known(digest);
  for (;;) {
    const int begin = static_cast<int>(readers.size());
    std::vector<std::string> keys;
    for (int i = 0; i < kAtOnce; ++i) keys.push_back(KeyOf(digest, begin + i));
    const auto found = store_.GetResults(keys);
    if (!found) return std::unexpected(found.error());
    for (int i = 0; i < kAtOnce; ++i) {
      const auto& job = (*found)[static_cast<std::size_t>(i)];
      if (!job) return &readers;
      readers.emplace(*job, begin + i);
    }
  }
}

FinalLedger::Readers& FinalLedger::Known(std::string_view digest) {
  const auto known = readers_.find(digest);
  return known != readers_.end() ? known->second : readers_[std::string(digest)];
}

Result<int> FinalLedger::Before(std::string_view digest, const std::string& job) {
  const Readers& known = Known(digest);
  if (const auto own = known.find(job); own != known.end()) return own->second;
  const auto readers = Read(digest);
  if (!readers) return std::unexpected(readers.error());
  const auto own = (*readers)->find(job);
  return own != (*readers)->end() ? own->second : static_cast<int>((*readers)->size());
}

Result<int> FinalLedger::Note(std::string_view digest, const std::string& job,
                              store::Epoch epoch) {
  const auto before = Before(digest, job);
  Readers& readers = Known(digest);
  if (!before || readers.contains(job)) return before;
  const std::array entry = {std::pair(KeyOf(digest, *before), job)};
  if (const auto put = store_.PutResults(epoch, entry); !put) return std::unexpected(put.error());
  readers.emplace(job, *before);
  return before;
}

}  // namespace actsearch::engine
