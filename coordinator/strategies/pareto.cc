#include "coordinator/strategies/pareto.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "coordinator/strategies/known_candidates.h"
#include "coordinator/strategies/losses.h"
#include "coordinator/strategies/non_dominated.h"
#include "coordinator/strategies/seeding.h"

namespace actsearch::strategies {
namespace {

struct Settings {
  std::size_t population;
  std::size_t tournament;
  double crossover;
  double seeds;
  double fresh;
  bool aging;
  bool loss, error, first_rung, cost, parameters;  // which objectives count
};

struct Member {
  Candidate candidate;
  Objectives objectives;
};

class Pareto final : public Strategy {
 public:
  Pareto(const Space& space, const Settings& settings)
      : space_(space), settings_(settings), known_(space), seeding_(space, settings.seeds) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    if (index < settings_.population) {
      if (auto seed = seeding_.Next(index, known_, rng)) return seed;
    } else if (!population_.empty() && !rng.Chance(settings_.fresh)) {
      if (auto child = known_.NewChild([&] { return Child(rng); }, rng)) return child;
    }
    return known_.SampleNew(rng);
  }

  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    const std::optional<double> loss = losses_.Read(index, outcome);
    if (!loss) return;
    population_.push_back({candidate, ObjectivesOf(candidate, outcome, *loss)});
    if (population_.size() > settings_.population) DropOne();
  }

  // Of the objectives only the loss is a mean over trainings.
  void Revise(const Candidate& candidate, double loss, int) override {
    if (!settings_.loss) return;
    for (Member& member : population_) {
      if (member.candidate == candidate) member.objectives.front() = loss;
    }
  }

 private:
  Candidate Child(Rng& rng) const {
    const Candidate& parent = Winner(rng);
    return rng.Chance(settings_.crossover) ? space_.Cross(parent, Winner(rng), rng)
                                           : space_.Mutate(parent, rng);
  }

  Objectives ObjectivesOf(const Candidate& candidate, const Outcome& outcome, double loss) const {
    const Complexity complexity = space_.ComplexityOf(candidate);
    Objectives objectives;
    if (settings_.loss) objectives.push_back(loss);
    if (settings_.error) {
      const double accuracy = actsearch::ValueOf(outcome.metrics, "accuracy");
      objectives.push_back(std::isfinite(accuracy) ? 1 - accuracy : 1);
    }
    if (settings_.first_rung) {
      const bool known = !outcome.rungs.empty() && std::isfinite(outcome.rungs[0].loss);
      objectives.push_back(known ? outcome.rungs[0].loss : loss);
    }
    if (settings_.cost) objectives.push_back(complexity.cost);
    if (settings_.parameters) objectives.push_back(complexity.parameters);
    if (objectives.empty()) objectives.push_back(loss);
    return objectives;
  }

  // Uniform among those of the sample that no other of it dominates.
  const Candidate& Winner(Rng& rng) const {
    std::vector<std::size_t> sample;
    for (std::size_t i = 0; i < settings_.tournament; ++i) {
      sample.push_back(rng.Below(population_.size()));
    }
    std::erase_if(sample, [&, all = sample](std::size_t i) {
      return std::ranges::any_of(all, [&](std::size_t other) {
        return Dominates(population_[other].objectives, population_[i].objectives);
      });
    });
    return population_[rng.Pick(sample)].candidate;
  }

  // The oldest, or the most crowded of the last front; the older of two alike.
  void DropOne() {
    std::size_t dropped = 0;
    if (!settings_.aging) {
      std::vector<Objectives> points;
      for (const Member& member : population_) points.push_back(member.objectives);
      const std::vector<int> fronts = FrontsOf(points);
      const int last = std::ranges::max(fronts);
      std::vector<std::size_t> front;
      for (std::size_t i = 0; i < fronts.size(); ++i) {
        if (fronts[i] == last) front.push_back(i);
      }
      const std::vector<double> crowding = CrowdingOf(points, front);
      dropped = front[static_cast<std::size_t>(std::ranges::min_element(crowding) -
                                               crowding.begin())];
    }
    population_.erase(population_.begin() + static_cast<std::ptrdiff_t>(dropped));
  }

  const Space& space_;
  const Settings settings_;
  KnownCandidates known_;
  Losses losses_;
  Seeding seeding_;
  std::vector<Member> population_;  // oldest first
};

std::unique_ptr<Strategy> MakePareto(const Space& space, const Options& options) {
  return std::make_unique<Pareto>(
      space, Settings{.population = SizeOf(options, "population"),
                      .tournament = SizeOf(options, "tournament"),
                      .crossover = ValueOf(options, "crossover"),
                      .seeds = ValueOf(options, "seeds"),
                      .fresh = ValueOf(options, "fresh"),
                      .aging = ValueOf(options, "aging") != 0,
                      .loss = ValueOf(options, "loss") != 0,
                      .error = ValueOf(options, "error") != 0,
                      .first_rung = ValueOf(options, "first_rung") != 0,
                      .cost = ValueOf(options, "cost") != 0,
                      .parameters = ValueOf(options, "parameters") != 0});
}

}  // namespace

StrategyRow ParetoRow() {
  return {.name = "pareto",
          .doc = "Evolution towards several objectives: fronts, crowding, non-dominated parents.",
          .options =
              {
                  {"population", 64, 2, 1000, true,
                   "members; also proposals before the first child"},
                  {"tournament", 10, 1, 1000, true,
                   "draws of which a random non-dominated one is the parent"},
                  {"crossover", 0.1, 0, 1, false, "share of children of two parents"},
                  {"seeds", 0.25, 0, 1, false, "share of the first population taken from the zoo"},
                  {"fresh", 0.05, 0, 1, false, "share of later proposals sampled anew"},
                  {"aging", 0, 0, 1, true, "1: the oldest member leaves; 0: the most crowded of "
                                           "the last front"},
                  {"loss", 1, 0, 1, true, "1: the loss is an objective"},
                  {"error", 0, 0, 1, true, "1: the share of wrong answers is an objective"},
                  {"first_rung", 0, 0, 1, true, "1: the loss at the first rung is an objective"},
                  {"cost", 1, 0, 1, true, "1: the cost of the graph is an objective"},
                  {"parameters", 0, 0, 1, true, "1: the number of parameters is an objective"},
              },
          .make = MakePareto};
}

}  // namespace actsearch::strategies
