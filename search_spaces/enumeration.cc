#include "search_spaces/enumeration.h"

#include <utility>

#include "search_spaces/base/hash.h"

namespace actsearch {

bool HashSet::Add(std::uint64_t hash) {
  if (hash == 0) hash = 1;
  if (!Put(hash)) return false;
  ++size_;
  if (size_ > slots_.size() / 3 * 2) Grow();
  return true;
}

bool HashSet::Put(std::uint64_t hash) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    if (slots_[i] == hash) return false;
    if (slots_[i] != 0) continue;
    slots_[i] = hash;
    return true;
  }
}

void HashSet::Grow() {
  std::vector<std::uint64_t> old(2 * slots_.size());
  old.swap(slots_);
  for (const std::uint64_t hash : old) {
    if (hash != 0) Put(hash);
  }
}

std::optional<Enumeration::Found> Enumeration::Next() {
  const std::uint64_t index = counts_.generated++;
  std::optional<Candidate> candidate = space_.At(index);
  if (!candidate) return std::nullopt;
  ++counts_.admissible;
  // Equal texts have equal fingerprints, which cost more than the text.
  if (!texts_.Add(HashText(candidate->text))) return std::nullopt;
  Found found{.index = index, .candidate = *std::move(candidate)};
  found.fingerprint = space_.FingerprintOf(found.candidate);
  found.is_new_exact = exact_.Add(found.fingerprint.exact);
  found.is_new_affine = affine_.Add(found.fingerprint.affine);
  counts_.canonical = texts_.Size();
  counts_.exact = exact_.Size();
  counts_.affine = affine_.Size();
  return found;
}

}  // namespace actsearch
