// A Space whose candidates are numbers of a few digits, built by one question a digit: what a
// strategy learns about answers can be read off its proposals. Counts how it is used, so it is
// not safe from several threads.
#pragma once

#include <cstdlib>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search_spaces/base/hash.h"
#include "search_spaces/space.h"

namespace actsearch::testing {

class DigitsSpace final : public Space {
 public:
  using Admits = std::function<bool(std::string_view digits)>;

  // Digits below `base`, at most 10. What is not admitted is no candidate.
  DigitsSpace(int base, int digits, Admits admits = [](std::string_view) { return true; })
      : digits_(digits), admits_(std::move(admits)) {
    std::vector<std::string> names;
    for (int digit = 0; digit < base; ++digit) names.push_back(std::to_string(digit));
    kinds_.push_back(MakeChoiceKind("digit", std::move(names),
                                    std::vector<double>(static_cast<std::size_t>(base), 1)));
  }

  int Builds() const { return builds_; }    // by a strategy's answers
  int Samples() const { return samples_; }  // asked for

  std::string_view Name() const override { return "digits"; }

  Candidate Sample(Rng& rng) const override {
    ++samples_;
    PriorChooser chooser(kinds_, rng);
    while (true) {
      if (std::optional<Candidate> candidate = Answered(chooser)) return *candidate;
    }
  }
  Candidate Mutate(const Candidate&, Rng& rng) const override { return Sample(rng); }
  Candidate Cross(const Candidate&, const Candidate&, Rng& rng) const override {
    return Sample(rng);
  }

  Result<Candidate> Parse(std::string_view text) const override {
    return Candidate{std::string(text)};
  }
  expr::Fingerprint FingerprintOf(const Candidate& candidate) const override {
    const std::uint64_t key = HashText(candidate.text);
    return {key, key};
  }
  Complexity ComplexityOf(const Candidate&) const override { return {.cost = 1, .nodes = 1}; }
  std::vector<Candidate> Seeds() const override { return {}; }

  std::uint64_t KeyUpTo(const Candidate& candidate, const Absorbs&) const override {
    return FingerprintOf(candidate).exact;
  }

  std::span<const ChoiceKind> ChoiceKinds() const override { return kinds_; }
  std::optional<Candidate> Build(Chooser& chooser) const override {
    ++builds_;
    return Answered(chooser);
  }
  std::vector<double> FeaturesOf(const Candidate& candidate) const override {
    return {std::atof(candidate.text.c_str())};
  }
  std::optional<Candidate> Correct(const Candidate&, Rng&) const override { return std::nullopt; }

 private:
  std::optional<Candidate> Answered(Chooser& chooser) const {
    Candidate candidate;
    for (int i = 0; i < digits_; ++i) {
      candidate.text += static_cast<char>('0' + chooser.Choose(0));
    }
    if (!admits_(candidate.text)) return std::nullopt;
    return candidate;
  }

  int digits_;
  Admits admits_;
  std::vector<ChoiceKind> kinds_;
  mutable int builds_ = 0;
  mutable int samples_ = 0;
};

}  // namespace actsearch::testing
