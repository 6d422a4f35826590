// A walk through a finite space, and how many different functions it has. Keeps 64-bit
// hashes instead of texts: 12 to 24 bytes a candidate for each of three counts; among
// ten million candidates two collide with a chance of 3 in a million. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/space.h"

namespace actsearch {

// A set of 64-bit hashes: open addressing, at most two thirds full.
class HashSet {
 public:
  HashSet() : slots_(64) {}

  bool Add(std::uint64_t hash);  // true: it was not there
  std::uint64_t Size() const { return size_; }

 private:
  bool Put(std::uint64_t hash);
  void Grow();

  std::vector<std::uint64_t> slots_;  // 0 is free
  std::uint64_t size_ = 0;
};

class Enumeration {
 public:
  // What was met so far; each number is at most the one before it.
  struct Counts {
    std::uint64_t generated = 0;
    std::uint64_t admissible = 0;
    std::uint64_t canonical = 0;  // different texts
    std::uint64_t exact = 0;      // different functions
    std::uint64_t affine = 0;     // different up to an affine map of the output
  };

  // A candidate that is the first with its text.
  struct Found {
    std::uint64_t index = 0;
    Candidate candidate;
    expr::Fingerprint fingerprint;
    bool is_new_exact = false;
    bool is_new_affine = false;
  };

  // `space` is finite and outlives this.
  explicit Enumeration(const Space& space) : space_(space), size_(space.Size().value()) {}

  bool AtEnd() const { return counts_.generated == size_; }
  std::uint64_t Size() const { return size_; }

  // Looks at the next point: nothing when it is no candidate, or one whose text was
  // met before. Not to be called at the end.
  std::optional<Found> Next();

  const Counts& Counted() const { return counts_; }

 private:
  const Space& space_;
  const std::uint64_t size_;
  Counts counts_;
  HashSet texts_;
  HashSet exact_;
  HashSet affine_;
};

}  // namespace actsearch
