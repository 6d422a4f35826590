#include "coordinator/strategies/lahc.h"

#include <limits>
#include <unordered_map>
#include <utility>

#include "coordinator/strategies/known_candidates.h"
#include "coordinator/strategies/losses.h"

namespace actsearch::strategies {
namespace {

constexpr int kNeighbours = 32;  // tried before a walker's surroundings count as worn out
constexpr double kNone = std::numeric_limits<double>::infinity();

struct Walker {
  std::optional<Candidate> at;
  double loss = kNone;
  double best = kNone;           // since it started
  std::vector<double> history;   // losses of where it stood, in a ring
  std::size_t step = 0;
  std::size_t idle = 0;          // outcomes since the best one
  std::uint64_t life = 0;        // starts so far: outcomes of an earlier life do not count
};

class Lahc final : public Strategy {
 public:
  Lahc(const Space& space, std::size_t walkers, std::size_t history, std::size_t patience,
       double seed_share)
      : space_(space), known_(space), seeds_(space.Seeds()), history_(history),
        patience_(patience), seed_share_(seed_share), walkers_(walkers) {
    for (Walker& walker : walkers_) Restart(walker);
  }

  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    const std::size_t turn = index % walkers_.size();
    Walker& walker = walkers_[turn];
    std::optional<Candidate> next = walker.at ? Neighbour(*walker.at, rng) : Start(rng);
    if (!next) {
      Restart(walker);
      next = Start(rng);
    }
    if (next) pending_[index] = {turn, walker.life};
    return next;
  }

  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    const std::optional<double> read = losses_.Read(index, outcome);
    const auto pending = pending_.extract(index);
    if (!pending) return;
    Walker& walker = walkers_[pending.mapped().first];
    if (walker.life != pending.mapped().second) return;
    const double loss = read.value_or(kNone);
    // The history of a start is its loss: else the first steps would go anywhere.
    if (read && !walker.at) walker.history.assign(history_, loss);
    double& late = walker.history[walker.step++ % history_];
    if (read && (loss <= walker.loss || loss <= late)) {
      walker.at = candidate;
      walker.loss = loss;
    }
    late = walker.loss;
    ++walker.idle;
    if (walker.loss < walker.best) {
      walker.best = walker.loss;
      walker.idle = 0;
    }
    if (walker.idle > patience_) Restart(walker);
  }

  void Revise(const Candidate& candidate, double loss, int) override {
    for (Walker& walker : walkers_) {
      if (walker.at == candidate) walker.loss = loss;
    }
  }

 private:
  void Restart(Walker& walker) {
    walker = {.history = std::vector<double>(history_, kNone), .life = walker.life + 1};
  }

  // Known functions are a share of the starts, while there are any.
  std::optional<Candidate> Start(Rng& rng) {
    while (!seeds_.empty() && rng.Chance(seed_share_)) {
      std::swap(seeds_[rng.Below(seeds_.size())], seeds_.back());
      Candidate seed = std::move(seeds_.back());
      seeds_.pop_back();
      if (known_.Add(seed)) return seed;
    }
    return known_.SampleNew(rng);
  }

  std::optional<Candidate> Neighbour(const Candidate& at, Rng& rng) {
    for (int i = 0; i < kNeighbours; ++i) {
      Candidate next = space_.Mutate(at, rng);
      if (known_.Add(next)) return next;
    }
    return std::nullopt;
  }

  const Space& space_;
  KnownCandidates known_;
  Losses losses_;
  std::vector<Candidate> seeds_;  // not yet proposed
  std::size_t history_;
  std::size_t patience_;
  double seed_share_;
  std::vector<Walker> walkers_;
  std::unordered_map<std::uint64_t, std::pair<std::size_t, std::uint64_t>> pending_;
};

}  // namespace

StrategyRow LahcRow() {
  return {.name = "lahc",
          .doc = "Late acceptance hill climbing: walkers that may step back a little.",
          .options = {{"walkers", 4, 1, 1000, true, "climbers that take turns"},
                      {"history", 3, 1, 10000, true,
                       "steps back to the loss that a neighbour may also be compared with"},
                      {"patience", 30, 1, 1000000, true,
                       "outcomes without a better one before a walker starts anew"},
                      {"seeds", 0.5, 0, 1, false, "share of starts taken from the zoo"}},
          .make = [](const Space& space, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<Lahc>(space, SizeOf(options, "walkers"),
                                          SizeOf(options, "history"), SizeOf(options, "patience"),
                                          ValueOf(options, "seeds"));
          }};
}

}  // namespace actsearch::strategies
