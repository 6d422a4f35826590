#include "coordinator/strategies/surrogate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "coordinator/strategies/gaussian_process.h"
#include "coordinator/strategies/known_candidates.h"
#include "coordinator/strategies/losses.h"
#include "coordinator/strategies/seeding.h"
#include "search_spaces/likeness.h"

namespace actsearch::strategies {
namespace {

using Point = Likeness::Point;

constexpr std::size_t kMaxPoints = 192;   // that the model learns from
constexpr std::size_t kBestPoints = 72;   // of them the best; the others are the latest
constexpr std::size_t kParents = 12;      // good candidates whose neighbours enter the pool
constexpr double kApart = 0.1;            // least distance between two of them
constexpr int kTunings = 16;              // outcomes between two looks for length and noise
constexpr double kLogisticScale = 1.702;  // brings logits nearest to normal scores

struct Settings {
  std::size_t start;
  std::size_t pool;
  std::size_t renewed;
  double seeds;
  double random;
  double kappa;
};

struct Observation {
  Candidate candidate;
  Point point;
  double loss;  // infinite for what was rejected or failed
};

// Scores of the ranks, the smallest loss highest: whatever the scale of the losses, and with
// no weight on how bad the bad ones are. They follow a logistic distribution near the standard
// normal one, whose longer tails set the few best apart. Ties, such as all that were rejected,
// share the score of their middle.
std::vector<double> RankScores(const std::vector<Observation>& observations) {
  const std::size_t n = observations.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  const auto loss = [&](std::size_t i) { return observations[i].loss; };
  std::ranges::stable_sort(order, std::greater<>(), loss);
  std::vector<double> scores(n);
  for (std::size_t begin = 0; begin < n;) {
    std::size_t end = begin;
    while (end < n && loss(order[end]) == loss(order[begin])) ++end;
    const double quantile = 0.5 * static_cast<double>(begin + end) / static_cast<double>(n);
    const double score = std::log(quantile / (1 - quantile)) / kLogisticScale;
    for (std::size_t i = begin; i < end; ++i) scores[order[i]] = score;
    begin = end;
  }
  return scores;
}

class Surrogate final : public Strategy {
 public:
  Surrogate(const Space& space, const Settings& settings)
      : space_(space), settings_(settings), known_(space), seeding_(space, settings.seeds),
        likeness_(space) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    if (index + adopted_ < settings_.start) {
      if (auto seed = seeding_.Next(index, known_, rng)) return seed;
    } else if (observations_.size() > 1 && !rng.Chance(settings_.random)) {
      RenewPool(rng);
      if (auto best = TakeBest(rng)) return best;
    }
    return known_.SampleNew(rng);
  }

  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    const std::optional<double> loss = losses_.Read(index, outcome);
    if (outcome.status == Status::kCancelled) return;
    Learn(candidate, loss.value_or(std::numeric_limits<double>::infinity()));
  }

  void Revise(const Candidate& candidate, double loss, int) override {
    const auto known = std::ranges::find(observations_, candidate, &Observation::candidate);
    if (known == observations_.end()) return;
    known->loss = loss;
    is_fitted_ = false;
  }

  void Adopt(const Candidate& candidate, double loss) override {
    if (!known_.Add(candidate)) return;
    ++adopted_;
    Learn(candidate, loss);
  }

 private:
  struct Choice {
    Candidate candidate;
    Point point;
  };

  void Learn(const Candidate& candidate, double loss) {
    observations_.push_back({candidate, likeness_.PointOf(candidate), loss});
    if (observations_.size() > kMaxPoints) DropOne();
    ++outcomes_;
    is_fitted_ = false;
  }

  // The worst of those that are not among the latest.
  void DropOne() {
    const auto old = observations_.begin() + static_cast<std::ptrdiff_t>(kBestPoints + 1);
    observations_.erase(std::max_element(
        observations_.begin(), old,
        [](const Observation& a, const Observation& b) { return a.loss < b.loss; }));
  }

  void RenewPool(Rng& rng) {
    const std::size_t wanted = pool_.empty() ? settings_.pool : settings_.renewed;
    const std::vector<const Observation*> parents = Parents();
    for (std::size_t i = 0; i < wanted; ++i) {
      Candidate candidate = parents.empty() || i % 2 == 0
                                ? space_.Sample(rng)
                                : space_.Mutate(parents[rng.Below(parents.size())]->candidate, rng);
      Point point = likeness_.PointOf(candidate);
      pool_.push_back({std::move(candidate), std::move(point)});
    }
  }

  // The best, without those that do nearly the same as a better one: else all are soon
  // variations of one function that differ in the third digit of a constant.
  std::vector<const Observation*> Parents() const {
    std::vector<const Observation*> best;
    for (const Observation& o : observations_) {
      if (std::isfinite(o.loss)) best.push_back(&o);
    }
    std::ranges::stable_sort(best, {}, [](const Observation* o) { return o->loss; });
    PointsApart points(kApart);
    std::vector<const Observation*> parents;
    for (const Observation* o : best) {
      if (parents.size() == kParents) break;
      if (points.Add(o->point)) parents.push_back(o);
    }
    return parents;
  }

  // The pool keeps those that the model thinks most of.
  std::optional<Candidate> TakeBest(Rng& rng) {
    Fit();
    std::vector<Point> points;
    for (const Choice& choice : pool_) points.push_back(choice.point);
    const std::vector<Prediction> predictions = model_.Predict(points);
    const double kappa = settings_.kappa * std::abs(rng.Normal());
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < pool_.size(); ++i) {
      order.emplace_back(-predictions[i].mean - kappa * predictions[i].deviation, i);
    }
    std::ranges::sort(order);
    std::optional<Candidate> best;
    std::vector<Choice> kept;
    for (const auto& [bound, i] : order) {
      if (!best) {
        if (known_.Add(pool_[i].candidate)) best = std::move(pool_[i].candidate);
      } else if (kept.size() < settings_.pool) {
        kept.push_back(std::move(pool_[i]));
      }
    }
    pool_ = std::move(kept);
    return best;
  }

  void Fit() {
    if (is_fitted_) return;
    std::vector<Point> points;
    for (const Observation& o : observations_) points.push_back(o.point);
    const bool tunes = outcomes_ >= next_tuning_;
    if (tunes) next_tuning_ = outcomes_ + kTunings + outcomes_ / 4;
    model_.Fit(points, RankScores(observations_), tunes);
    is_fitted_ = true;
  }

  const Space& space_;
  const Settings settings_;
  KnownCandidates known_;
  Losses losses_;
  Seeding seeding_;
  Likeness likeness_;
  std::vector<Observation> observations_;  // in order of arrival
  std::uint64_t adopted_ = 0;   // foreign candidates among them
  std::uint64_t outcomes_ = 0;  // adopted ones too
  std::uint64_t next_tuning_ = 0;
  std::vector<Choice> pool_;
  GaussianProcess model_;
  bool is_fitted_ = false;
};

std::unique_ptr<Strategy> MakeSurrogate(const Space& space, const Options& options) {
  return std::make_unique<Surrogate>(space, Settings{.start = SizeOf(options, "start"),
                                                     .pool = SizeOf(options, "pool"),
                                                     .renewed = SizeOf(options, "renewed"),
                                                     .seeds = ValueOf(options, "seeds"),
                                                     .random = ValueOf(options, "random"),
                                                     .kappa = ValueOf(options, "kappa")});
}

}  // namespace

StrategyRow SurrogateRow() {
  return {.name = "surrogate",
          .doc = "A Gaussian process over output signatures orders a pool of candidates.",
          .options =
              {
                  {"start", 8, 2, 100000, true, "proposals before the model is asked"},
                  {"seeds", 0.5, 0, 1, false, "share of them taken from the zoo"},
                  {"pool", 192, 2, 10000, true, "candidates that compete for a proposal"},
                  {"renewed", 32, 1, 10000, true, "of them new ones for each proposal"},
                  {"random", 0.1, 0, 1, false, "share of later proposals that pass the model by"},
                  {"kappa", 0.5, 0, 100, false, "weight of uncertainty against the mean"},
              },
          .make = MakeSurrogate};
}

}  // namespace actsearch::strategies
