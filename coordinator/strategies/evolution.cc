#include "coordinator/strategies/evolution.h"

#include <cmath>
#include <cstddef>
#include <deque>
#include <unordered_set>
#include <utility>
#include <vector>

#include "coordinator/strategies/known_candidates.h"

namespace actsearch::strategies {
namespace {

// Children tried before a proposal falls back to a fresh sample. Each comes from
// parents of its own, so one parent with a worn-out neighbourhood costs little.
constexpr int kChildren = 32;

struct Settings {
  std::size_t population;
  std::size_t tournament;
  double crossover;
  double seeds;
  double fresh;
};

struct Member {
  Candidate candidate;
  double loss;
};

class Evolution final : public Strategy {
 public:
  Evolution(const Space& space, const Settings& settings)
      : space_(space), settings_(settings), known_(space), seeds_(space.Seeds()) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    if (index < settings_.population) {
      if (auto seed = NextSeed(index, rng)) return seed;
    } else if (!population_.empty() && !rng.Chance(settings_.fresh)) {
      if (auto child = NextChild(rng)) return child;
    }
    return known_.SampleNew(rng);
  }

  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    if (!HasLoss(outcome)) return;
    scored_.insert(index);
    population_.push_back({candidate, outcome.loss});
    if (population_.size() > settings_.population) population_.pop_front();
  }

 private:
  bool HasLoss(const Outcome& outcome) const {
    if (!std::isfinite(outcome.loss)) return false;
    if (outcome.status == Status::kScored) return true;
    // The loss of a duplicate means something only if the original was scored.
    return outcome.status == Status::kDuplicate && outcome.duplicate_of &&
           scored_.contains(*outcome.duplicate_of);
  }

  // Seeds are spread evenly over the first population, so that a short job still
  // sees random candidates early. Nothing: this index is not a seed's, or none is left.
  std::optional<Candidate> NextSeed(std::uint64_t index, Rng& rng) {
    const auto due = [&](std::uint64_t i) { return std::floor(settings_.seeds * double(i)); };
    if (due(index + 1) == due(index)) return std::nullopt;
    while (!seeds_.empty()) {
      std::swap(seeds_[rng.Below(seeds_.size())], seeds_.back());
      Candidate seed = std::move(seeds_.back());
      seeds_.pop_back();
      if (known_.Add(seed)) return seed;
    }
    return std::nullopt;
  }

  std::optional<Candidate> NextChild(Rng& rng) {
    for (int attempt = 0; attempt < kChildren; ++attempt) {
      const Candidate& parent = Winner(rng);
      Candidate child = rng.Chance(settings_.crossover) ? space_.Cross(parent, Winner(rng), rng)
                                                        : space_.Mutate(parent, rng);
      if (known_.Add(child)) return child;
    }
    return std::nullopt;
  }

  // The best of `tournament` draws with replacement; the first drawn wins a tie.
  const Candidate& Winner(Rng& rng) const {
    const Member* best = &rng.Pick(population_);
    for (std::size_t i = 1; i < settings_.tournament; ++i) {
      const Member& rival = rng.Pick(population_);
      if (rival.loss < best->loss) best = &rival;
    }
    return best->candidate;
  }

  const Space& space_;
  const Settings settings_;
  KnownCandidates known_;
  std::vector<Candidate> seeds_;              // not yet proposed
  std::deque<Member> population_;             // oldest first
  std::unordered_set<std::uint64_t> scored_;  // indices
};

std::unique_ptr<Strategy> MakeEvolution(const Space& space, const Options& options) {
  const auto value = [&](std::string_view name) { return options.find(name)->second; };
  return std::make_unique<Evolution>(
      space, Settings{.population = static_cast<std::size_t>(value("population")),
                      .tournament = static_cast<std::size_t>(value("tournament")),
                      .crossover = value("crossover"),
                      .seeds = value("seeds"),
                      .fresh = value("fresh")});
}

}  // namespace

// Population and tournament are those of PANGAEA (Bingham and Miikkulainen 2020,
// P = 64) with the smaller tournament that suits a few hundred proposals; nine
// mutations to one crossing as in AutoML-Zero (Real et al. 2020).
StrategyRow EvolutionRow() {
  return {.name = "evolution",
          .doc = "Aging evolution: the best of a tournament among recent candidates is mutated.",
          .options =
              {
                  {"population", 64, 2, 100000, true,
                   "most recently scored candidates that can become parents; also the number of "
                   "proposals before the first child"},
                  {"tournament", 10, 1, 10000, true, "draws of which the best is the parent"},
                  {"crossover", 0.1, 0, 1, false, "share of children of two parents"},
                  {"seeds", 0.5, 0, 1, false, "share of the first population taken from the zoo"},
                  {"fresh", 0.05, 0, 1, false, "share of later proposals sampled anew"},
              },
          .make = MakeEvolution};
}

}  // namespace actsearch::strategies
