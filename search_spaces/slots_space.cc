#include "search_spaces/slots_space.h"

#include <limits>
#include <string>
#include <utility>

#include "search_spaces/base/hash.h"

namespace actsearch {
namespace {

constexpr std::string_view kSeparator = "; ";
constexpr int kAttempts = 64;
constexpr double kTied = 0.3;  // prior of one function for all layers

// What a mutation does, by weight: SAFS changes a layer and exchanges two.
enum Move { kChange, kExchange, kCopy };
constexpr double kMoves[] = {0.7, 0.15, 0.15};

Candidate Joined(const std::vector<Candidate>& slots) {
  Candidate all;
  for (const Candidate& slot : slots) {
    if (!all.text.empty()) all.text += kSeparator;
    all.text += slot.text;
  }
  return all;
}

std::vector<Candidate> SlotsOf(const Candidate& candidate) {
  std::vector<Candidate> slots;
  for (const std::string_view text : SplitSlots(candidate.text)) {
    slots.push_back({std::string(text)});
  }
  return slots;
}

class SlotsSpace final : public Space {
 public:
  SlotsSpace(std::unique_ptr<const Space> base, int slots, std::vector<Absorbs> absorbs)
      : base_(std::move(base)),
        slots_(static_cast<std::size_t>(slots)),
        absorbs_(std::move(absorbs)) {
    absorbs_.resize(slots_);
    for (const ChoiceKind& kind : base_->ChoiceKinds()) kinds_.push_back(kind);
    kinds_.push_back(MakeChoiceKind("layers", {"one function", "one each"}, {kTied, 1 - kTied}));
  }

  std::string_view Name() const override { return base_->Name(); }

  Candidate Sample(Rng& rng) const override {
    if (rng.Chance(kTied)) return Repeated(base_->Sample(rng));
    std::vector<Candidate> slots;
    for (std::size_t i = 0; i < slots_; ++i) slots.push_back(base_->Sample(rng));
    return Joined(slots);
  }

  Candidate Mutate(const Candidate& parent, Rng& rng) const override {
    const std::vector<Candidate> slots = SlotsOf(parent);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      std::vector<Candidate> child = slots;
      const std::size_t at = rng.Below(slots_);
      const std::size_t other = rng.Below(slots_);
      switch (rng.Weighted(kMoves)) {
        case kChange:
          child[at] = base_->Mutate(child[at], rng);
          break;
        case kExchange:
          std::swap(child[at], child[other]);
          break;
        default:
          child[at] = child[other];
      }
      if (child != slots) return Joined(child);
    }
    return Sample(rng);
  }

  // Each layer's function from either parent.
  Candidate Cross(const Candidate& a, const Candidate& b, Rng& rng) const override {
    std::vector<Candidate> child = SlotsOf(a);
    const std::vector<Candidate> other = SlotsOf(b);
    for (std::size_t i = 0; i < slots_; ++i) {
      if (rng.Chance(0.5)) child[i] = other[i];
    }
    Candidate joined = Joined(child);
    return joined == a || joined == b ? Mutate(a, rng) : joined;
  }

  // A single function stands for all layers.
  Result<Candidate> Parse(std::string_view text) const override {
    const std::vector<std::string_view> parts = SplitSlots(text);
    if (parts.size() != 1 && parts.size() != slots_) {
      return Fail(ErrorCode::kInvalid, std::to_string(parts.size()) + " functions for " +
                                           std::to_string(slots_) +
                                           " layers (space.slots); give one, or one for each, "
                                           "separated by ';'");
    }
    std::vector<Candidate> slots;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Result<Candidate> slot = base_->Parse(parts[i]);
      if (!slot) {
        return Fail(slot.error().code,
                    "function " + std::to_string(i + 1) + ": " + slot.error().message);
      }
      slots.push_back(*std::move(slot));
    }
    return parts.size() == 1 ? Repeated(slots[0]) : Joined(slots);
  }

  expr::Fingerprint FingerprintOf(const Candidate& candidate) const override {
    expr::Fingerprint all;
    for (const Candidate& slot : SlotsOf(candidate)) {
      const expr::Fingerprint one = base_->FingerprintOf(slot);
      all = {HashCombine(all.exact, one.exact), HashCombine(all.affine, one.affine)};
    }
    return all;
  }

  std::uint64_t KeyUpTo(const Candidate& candidate, const Absorbs& absorbs) const override {
    return KeyUpToEach(candidate, std::vector<Absorbs>(slots_, absorbs));
  }

  std::uint64_t KeyOf(const Candidate& candidate) const override {
    return KeyUpToEach(candidate, absorbs_);
  }

  Complexity ComplexityOf(const Candidate& candidate) const override {
    Complexity sum;
    for (const Candidate& slot : SlotsOf(candidate)) {
      const Complexity one = base_->ComplexityOf(slot);
      sum = {sum.cost + one.cost, sum.nodes + one.nodes, sum.parameters + one.parameters};
    }
    return sum;
  }

  std::vector<Candidate> Seeds() const override {
    std::vector<Candidate> seeds;
    for (const Candidate& seed : base_->Seeds()) seeds.push_back(Repeated(seed));
    return seeds;
  }

  std::span<const ChoiceKind> ChoiceKinds() const override { return kinds_; }

  std::optional<Candidate> Build(Chooser& chooser) const override {
    const bool tied = chooser.Choose(static_cast<int>(kinds_.size()) - 1) == 0;
    std::vector<Candidate> slots;
    for (std::size_t i = 0; i < (tied ? 1 : slots_); ++i) {
      auto slot = base_->Build(chooser);
      if (!slot) return std::nullopt;
      slots.push_back(*std::move(slot));
    }
    return tied ? Repeated(slots[0]) : Joined(slots);
  }

  std::vector<double> FeaturesOf(const Candidate& candidate) const override {
    std::vector<double> all;
    for (const Candidate& slot : SlotsOf(candidate)) {
      const std::vector<double> one = base_->FeaturesOf(slot);
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }

  std::optional<Candidate> Correct(const Candidate& parent, Rng& rng) const override {
    std::vector<Candidate> slots = SlotsOf(parent);
    Candidate& slot = slots[rng.Below(slots_)];
    std::optional<Candidate> corrected = base_->Correct(slot, rng);
    if (!corrected) return std::nullopt;
    slot = *std::move(corrected);
    return Joined(slots);
  }

  // The last layer changes fastest. Nothing when the number does not fit.
  std::optional<std::uint64_t> Size() const override {
    const std::optional<std::uint64_t> one = base_->Size();
    if (!one) return std::nullopt;
    std::uint64_t size = 1;
    for (std::size_t i = 0; i < slots_; ++i) {
      if (size > std::numeric_limits<std::uint64_t>::max() / *one) return std::nullopt;
      size *= *one;
    }
    return size;
  }

  std::optional<Candidate> At(std::uint64_t index) const override {
    const std::optional<std::uint64_t> one = base_->Size();
    if (!one) return std::nullopt;
    std::vector<Candidate> slots(slots_);
    for (std::size_t i = slots_; i-- > 0; index /= *one) {
      auto slot = base_->At(index % *one);
      if (!slot) return std::nullopt;
      slots[i] = *std::move(slot);
    }
    return Joined(slots);
  }

 private:
  // A single function stands for all layers.
  std::uint64_t KeyUpToEach(const Candidate& candidate, const std::vector<Absorbs>& absorbs) const {
    const std::vector<Candidate> slots = SlotsOf(candidate);
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < slots_; ++i) {
      key = HashCombine(key, base_->KeyUpTo(slots[slots.size() == 1 ? 0 : i], absorbs[i]));
    }
    return key;
  }

  Candidate Repeated(const Candidate& slot) const {
    return Joined(std::vector<Candidate>(slots_, slot));
  }

  std::unique_ptr<const Space> base_;
  std::size_t slots_;
  std::vector<Absorbs> absorbs_;
  std::vector<ChoiceKind> kinds_;  // those of the base, then how many functions
};

}  // namespace

std::vector<std::string_view> SplitSlots(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(';');
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
}

std::unique_ptr<Space> MakeSlotsSpace(std::unique_ptr<const Space> base, int slots,
                                      std::vector<Absorbs> absorbs) {
  return std::make_unique<SlotsSpace>(std::move(base), slots, std::move(absorbs));
}

}  // namespace actsearch
