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
  auto known = readers_.find(digest);
  if (known == readers_.end()) known = readers_.emplace(std::string(digest), Readers()).first;
  Readers& readers = known->second;
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

Result<int> FinalLedger::Before(std::string_view digest, const std::string& job) {
  const auto readers = Read(digest);
  if (!readers) return std::unexpected(readers.error());
  const auto own = (*readers)->find(job);
  return own == (*readers)->end() ? static_cast<int>((*readers)->size()) : own->second;
}

Result<int> FinalLedger::Note(std::string_view digest, const std::string& job,
                              store::Epoch epoch) {
  const auto readers = Read(digest);
  if (!readers) return std::unexpected(readers.error());
  const auto own = (*readers)->find(job);
  if (own != (*readers)->end()) return own->second;
  const int position = static_cast<int>((*readers)->size());
  const std::array entry = {std::pair(KeyOf(digest, position), job)};
  if (const auto put = store_.PutResults(epoch, entry); !put) return std::unexpected(put.error());
  (*readers)->emplace(job, position);
  return position;
}

}  // namespace actsearch::engine
