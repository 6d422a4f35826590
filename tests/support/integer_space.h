// A Space whose candidates are the integers 0 .. size - 1: neighbours are easy to
// recognise and it is exhausted quickly, so strategies can be tested by hand.
#pragma once

#include <charconv>
#include <cstdlib>
#include <string>
#include <vector>

#include "search_spaces/base/hash.h"
#include "search_spaces/space.h"

namespace actsearch::testing {

class IntegerSpace final : public Space {
 public:
  explicit IntegerSpace(int size, std::vector<int> seeds = {})
      : size_(size), seeds_(std::move(seeds)) {}

  static Candidate Of(int value) { return {std::to_string(value)}; }
  static int Value(const Candidate& candidate) { return std::atoi(candidate.text.c_str()); }

  std::string_view Name() const override { return "integers"; }
  Candidate Sample(Rng& rng) const override { return Of(static_cast<int>(rng.Below(size_))); }

  // One step up or down, around the ends.
  Candidate Mutate(const Candidate& parent, Rng& rng) const override {
    return Of((Value(parent) + (rng.Chance(0.5) ? 1 : size_ - 1)) % size_);
  }
  Candidate Cross(const Candidate& a, const Candidate& b, Rng&) const override {
    return Of((Value(a) + Value(b)) / 2);
  }

  Result<Candidate> Parse(std::string_view text) const override {
    int value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value >= size_) {
      return Fail(ErrorCode::kInvalid, "not an integer of the space: " + std::string(text));
    }
    return Of(value);
  }

  expr::Fingerprint FingerprintOf(const Candidate& candidate) const override {
    const std::uint64_t key = MixBits(static_cast<std::uint64_t>(Value(candidate)));
    return {key, key};
  }

  std::vector<Candidate> Seeds() const override {
    std::vector<Candidate> seeds;
    for (const int value : seeds_) seeds.push_back(Of(value));
    return seeds;
  }

 private:
  int size_;
  std::vector<int> seeds_;
};

}  // namespace actsearch::testing
