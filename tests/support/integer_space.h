// A Space whose candidates are the integers 0 .. size - 1: neighbours are easy to
// recognise and it is exhausted quickly, so strategies can be tested by hand.
#pragma once

#include <charconv>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "search_spaces/base/hash.h"
#include "search_spaces/space.h"

namespace actsearch::testing {

class IntegerSpace final : public Space {
 public:
  explicit IntegerSpace(int size, std::vector<int> seeds = {})
      : size_(size), seeds_(std::move(seeds)) {
    std::vector<std::string> names;
    for (int value = 0; value < size; ++value) names.push_back(std::to_string(value));
    kinds_.push_back(MakeChoiceKind("integer", std::move(names),
                                    std::vector<double>(static_cast<std::size_t>(size), 1)));
  }

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

  std::uint64_t KeyUpTo(const Candidate& candidate, const Absorbs&) const override {
    return FingerprintOf(candidate).exact;
  }

  Complexity ComplexityOf(const Candidate& candidate) const override {
    return {.cost = Value(candidate), .nodes = 1};
  }

  std::vector<Candidate> Seeds() const override {
    std::vector<Candidate> seeds;
    for (const int value : seeds_) seeds.push_back(Of(value));
    return seeds;
  }

  std::optional<std::uint64_t> Size() const override { return static_cast<std::uint64_t>(size_); }
  std::optional<Candidate> At(std::uint64_t index) const override {
    return Of(static_cast<int>(index));
  }

  std::span<const ChoiceKind> ChoiceKinds() const override { return kinds_; }
  std::optional<Candidate> Build(Chooser& chooser) const override {
    return Of(chooser.Choose(0));
  }
  std::vector<double> FeaturesOf(const Candidate& candidate) const override {
    return {static_cast<double>(Value(candidate)) / size_};
  }

  // One step down.
  std::optional<Candidate> Correct(const Candidate& parent, Rng&) const override {
    if (Value(parent) == 0) return std::nullopt;
    return Of(Value(parent) - 1);
  }

 private:
  int size_;
  std::vector<int> seeds_;
  std::vector<ChoiceKind> kinds_;
};

}  // namespace actsearch::testing
