#include "coordinator/strategies/evolution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <cstddef>
#include <utility>
#include <vector>

#include "coordinator/strategies/hall_of_fame.h"
#include "coordinator/strategies/known_candidates.h"
#include "coordinator/strategies/losses.h"
#include "coordinator/strategies/population.h"
#include "coordinator/strategies/recent_quantile.h"
#include "coordinator/strategies/seeding.h"

namespace actsearch::strategies {
namespace {

// Children tried before a proposal falls back to a fresh sample. Each comes from
// parents of its own, so one parent with a worn-out neighbourhood costs little.
constexpr int kChildren = 32;
constexpr std::size_t kRecent = 100;   // losses among which an adopted one is judged
constexpr double kAdoptable = 0.8;     // its least quantile, once there is a population

struct Settings {
  std::size_t population;
  std::size_t first;
  std::size_t islands;
  std::size_t tournament;
  double parsimony;
  double crossover;
  double eafo;
  double migration;
  double fame;
  double seeds;
  double fresh;
};

class Evolution final : public Strategy {
 public:
  Evolution(const Space& space, const Settings& settings)
      : space_(space),
        settings_(settings),
        known_(space),
        seeding_(space, settings.seeds),
        islands_(settings.islands,
                 Population(std::max<std::size_t>(1, settings.population / settings.islands))),
        recent_(kRecent) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    Population& home = islands_[index % islands_.size()];
    if (index + adopted_ < settings_.first) {
      if (auto seed = seeding_.Next(index, known_, rng)) return seed;
    } else if (!home.IsEmpty() && !rng.Chance(settings_.fresh)) {
      LetIn(index % islands_.size(), rng);
      if (auto child = NextChild(home, rng)) return child;
    }
    return known_.SampleNew(rng);
  }

  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    const std::optional<double> loss = losses_.Read(index, outcome);
    if (loss) Settle(index % islands_.size(), candidate, *loss);
  }

  // What failed stays known, as the worst.
  void Revise(const Candidate& candidate, double loss, int) override {
    const double finite = std::min(loss, std::numeric_limits<double>::max());
    hall_.Revise(candidate, finite);
    for (Population& island : islands_) island.Revise(candidate, finite);
  }

  // A good one settles, the islands in turn; before there is a population any does.
  void Adopt(const Candidate& candidate, double loss) override {
    if (!known_.Add(candidate)) return;
    if (adopted_ >= settings_.first && recent_.Of(loss) < kAdoptable) return recent_.Add(loss);
    Settle(adopted_++ % islands_.size(), candidate, loss);
  }

 private:
  void Settle(std::size_t island, const Candidate& candidate, double loss) {
    const Member member{candidate, loss, space_.ComplexityOf(candidate).nodes};
    hall_.Add(member);
    islands_[island].Add(member);
    recent_.Add(loss);
  }

  // Members from the neighbouring island and from the hall of fame join now and then.
  void LetIn(std::size_t island, Rng& rng) {
    Population& home = islands_[island];
    Population& next = islands_[(island + 1) % islands_.size()];
    if (islands_.size() > 1 && rng.Chance(settings_.migration) && !next.IsEmpty()) {
      home.Add(Winner(next, rng));
    }
    if (rng.Chance(settings_.fame)) home.Add(hall_.Pick(rng));
  }

  std::optional<Candidate> NextChild(Population& home, Rng& rng) {
    for (int attempt = 0; attempt < kChildren; ++attempt) {
      Member& parent = Winner(home, rng);
      Candidate child = ChildOf(parent.candidate, home, rng);
      if (known_.Add(child)) {
        parent.stale = 0;
        return child;
      }
      ++parent.stale;
    }
    return std::nullopt;
  }

  Candidate ChildOf(const Candidate& parent, Population& home, Rng& rng) {
    if (rng.Chance(settings_.eafo)) {
      if (auto child = space_.Correct(parent, rng)) return *std::move(child);
    }
    return rng.Chance(settings_.crossover)
               ? space_.Cross(parent, Winner(home, rng).candidate, rng)
               : space_.Mutate(parent, rng);
  }

  Member& Winner(Population& population, Rng& rng) const {
    return population.Tournament(settings_.tournament, settings_.parsimony, rng);
  }

  const Space& space_;
  const Settings settings_;
  KnownCandidates known_;
  Losses losses_;
  Seeding seeding_;
  std::vector<Population> islands_;
  HallOfFame hall_;
  RecentQuantile recent_;
  std::size_t adopted_ = 0;  // foreign candidates that settled
};

std::unique_ptr<Strategy> MakeEvolution(const Space& space, const Options& options) {
  return std::make_unique<Evolution>(
      space,
      Settings{.population = SizeOf(options, "population"),
               .first = static_cast<std::size_t>(
                   std::ceil(ValueOf(options, "first") * ValueOf(options, "population"))),
               .islands = SizeOf(options, "islands"),
               .tournament = SizeOf(options, "tournament"),
               .parsimony = ValueOf(options, "parsimony"),
               .crossover = ValueOf(options, "crossover"),
               .eafo = ValueOf(options, "eafo"),
               .migration = ValueOf(options, "migration"),
               .fame = ValueOf(options, "fame"),
               .seeds = ValueOf(options, "seeds"),
               .fresh = ValueOf(options, "fresh")});
}

}  // namespace

// Population and tournament are those of PANGAEA (Bingham and Miikkulainen 2020, P = 64 and
// S = 16); nine mutations to one crossing as in AutoML-Zero (Real et al. 2020); the hall of
// fame feeds back about as often as in PySR. Islands pay in searches of tens of thousands
// of candidates (AutoML-Zero, PySR); they only thin out a population that sees a few hundred.
StrategyRow EvolutionRow() {
  return {.name = "evolution",
          .doc = "Aging evolution: the best of a tournament among recent candidates is mutated.",
          .options =
              {
                  {"population", 64, 2, 100000, true,
                   "most recently scored candidates that can become parents, over all islands"},
                  {"first", 0.5, 0, 1, false,
                   "proposals before the first child, as a share of the population"},
                  {"islands", 1, 1, 1000, true,
                   "parts of the population that breed apart; more than 1 pays when each holds 64 "
                   "and the job is long"},
                  {"migration", 0.05, 0, 1, false,
                   "chance at each child that a winner of the next island joins its own"},
                  {"fame", 0.05, 0, 1, false,
                   "chance at each child that one of the best of each size ever joins its island"},
                  {"tournament", 16, 1, 10000, true, "draws of which the best is the parent"},
                  {"parsimony", 0.2, 0, 100, false,
                   "how far candidates of frequent sizes stand back in a tournament; 0: not"},
                  {"crossover", 0.1, 0, 1, false, "share of children of two parents"},
                  {"eafo", 0.05, 0, 1, false,
                   "share of children by the entropy correction of EAFO, where there is one"},
                  {"seeds", 0.25, 0, 1, false,
                   "share of the first proposals taken from the zoo, spread by likeness"},
                  {"fresh", 0.05, 0, 1, false, "share of later proposals sampled anew"},
              },
          .make = MakeEvolution};
}

}  // namespace actsearch::strategies
