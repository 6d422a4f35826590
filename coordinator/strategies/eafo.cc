#include "coordinator/strategies/eafo.h"

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

#include "coordinator/strategies/known_candidates.h"
#include "coordinator/strategies/losses.h"
#include "coordinator/strategies/seeding.h"

namespace actsearch::strategies {
namespace {

// Corrections tried of one parent: as many as its signs and sizes in a space of formulas.
constexpr int kCorrections = 8;

struct Settings {
  std::size_t first;
  std::size_t pool;
  std::size_t tournament;
  double corrections;
  double seeds;
  double fresh;
};

struct Member {
  Candidate candidate;
  double loss;
  int corrections = 0;  // tried
};

class Eafo final : public Strategy {
 public:
  Eafo(const Space& space, const Settings& settings)
      : space_(space), settings_(settings), known_(space), seeding_(space, settings.seeds) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    if (index < settings_.first) {
      if (auto seed = seeding_.Next(index, known_, rng)) return seed;
    } else if (!pool_.empty() && !rng.Chance(settings_.fresh)) {
      if (auto child = NextChild(index, rng)) return child;
    }
    return known_.SampleNew(rng);
  }

  // A correction that does not improve on its parent is dropped: its own correction would
  // lead further on the way that has not helped.
  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    const std::optional<double> loss = losses_.Read(index, outcome);
    const auto corrected = parent_loss_.extract(index);
    if (!loss || (corrected && *loss >= corrected.mapped())) return;
    const auto place = std::ranges::upper_bound(pool_, *loss, {}, &Member::loss);
    pool_.insert(place, {candidate, *loss});
    if (pool_.size() > settings_.pool) pool_.pop_back();
  }

  void Revise(const Candidate& candidate, double loss, int) override {
    const auto known = std::ranges::find(pool_, candidate, &Member::candidate);
    if (known == pool_.end()) return;
    known->loss = loss;
    std::ranges::stable_sort(pool_, {}, &Member::loss);
  }

 private:
  std::optional<Candidate> NextChild(std::uint64_t index, Rng& rng) {
    if (rng.Chance(settings_.corrections)) {
      if (auto child = NextCorrection(index, rng)) return child;
    }
    return known_.NewChild([&] { return space_.Mutate(Winner(rng), rng); }, rng);
  }

  // Of the best among those corrected least often; nothing when its correction is known, or all
  // were corrected often enough.
  std::optional<Candidate> NextCorrection(std::uint64_t index, Rng& rng) {
    Member& parent = *std::ranges::min_element(pool_, {}, &Member::corrections);
    if (parent.corrections == kCorrections) return std::nullopt;
    ++parent.corrections;
    auto child = space_.Correct(parent.candidate, rng);
    if (!child || !known_.Add(*child)) return std::nullopt;
    parent_loss_[index] = parent.loss;
    return child;
  }

  const Candidate& Winner(Rng& rng) const {
    std::size_t best = rng.Below(pool_.size());
    for (std::size_t i = 1; i < settings_.tournament; ++i) {
      best = std::min(best, rng.Below(pool_.size()));
    }
    return pool_[best].candidate;
  }

  const Space& space_;
  const Settings settings_;
  KnownCandidates known_;
  Losses losses_;
  Seeding seeding_;
  std::vector<Member> pool_;  // best first
  std::unordered_map<std::uint64_t, double> parent_loss_;  // of corrections under way, by index
};

std::unique_ptr<Strategy> MakeEafo(const Space& space, const Options& options) {
  return std::make_unique<Eafo>(space,
                                Settings{.first = SizeOf(options, "first"),
                                         .pool = SizeOf(options, "pool"),
                                         .tournament = SizeOf(options, "tournament"),
                                         .corrections = ValueOf(options, "corrections"),
                                         .seeds = ValueOf(options, "seeds"),
                                         .fresh = ValueOf(options, "fresh")});
}

}  // namespace

StrategyRow EafoRow() {
  return {.name = "eafo",
          .doc = "Corrects the best functions so far to change their output's entropy (EAFO).",
          .options =
              {
                  {"first", 48, 1, 100000, true, "proposals before the first child"},
                  {"seeds", 0.5, 0, 1, false, "share of the first proposals taken from the zoo"},
                  {"pool", 32, 1, 10000, true, "best candidates that can become parents"},
                  {"corrections", 0.5, 0, 1, false,
                   "share of children that are corrections, while there are any; the others are "
                   "mutations"},
                  {"tournament", 2, 1, 1000, true, "draws of which the best is mutated"},
                  {"fresh", 0.1, 0, 1, false, "share of later proposals sampled anew"},
              },
          .make = MakeEafo};
}

}  // namespace actsearch::strategies
