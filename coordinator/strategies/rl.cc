#include "coordinator/strategies/rl.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "coordinator/strategies/known_candidates.h"
#include "coordinator/strategies/losses.h"
#include "coordinator/strategies/policy_network.h"
#include "coordinator/strategies/recent_quantile.h"

namespace actsearch::strategies {
namespace {

constexpr int kAttempts = 32;         // before a proposal falls back to a fresh sample
constexpr std::size_t kRecent = 500;  // losses that a quantile is taken of

struct Settings {
  PolicySettings policy;
  std::size_t batch;
  double decay;
  double power;
  std::size_t elites;
  double imitation;
};

struct Elite {
  double loss;
  Answers answers;
};

class Rl final : public Strategy {
 public:
  Rl(const Space& space, const Settings& settings)
      : space_(space), settings_(settings), known_(space), recent_(kRecent),
        policy_(space.ChoiceKinds(), settings.policy, weights_rng_) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    for (int i = 0; i < kAttempts; ++i) {
      PolicyNetwork::Session session(policy_, rng);
      std::optional<Candidate> candidate = space_.Build(session);
      if (!candidate || !known_.Add(*candidate)) continue;
      pending_[index] = std::move(session.answers);
      return candidate;
    }
    return known_.SampleNew(rng);
  }

  void Observe(std::uint64_t index, const Candidate&, const Outcome& outcome) override {
    const std::optional<double> loss = losses_.Read(index, outcome);
    if (loss) recent_.Add(*loss);
    auto answers = pending_.extract(index);
    if (!answers) return;
    const double reward = loss ? std::pow(recent_.Of(*loss), settings_.power) : 0;
    if (!has_baseline_) baseline_ = reward;
    has_baseline_ = true;
    advantages_.push_back(reward - baseline_);
    baseline_ = settings_.decay * baseline_ + (1 - settings_.decay) * reward;
    if (loss) Remember(*loss, answers.mapped());
    batch_.push_back(std::move(answers.mapped()));
    if (batch_.size() >= settings_.batch) Learn();
  }

 private:
  void Remember(double loss, const Answers& answers) {
    const auto at = std::ranges::upper_bound(elites_, loss, {}, &Elite::loss);
    elites_.insert(at, {loss, answers});
    if (elites_.size() > settings_.elites) elites_.pop_back();
  }

  void Learn() {
    std::vector<Episode> episodes;
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      episodes.push_back({&batch_[i], advantages_[i]});
    }
    for (const Elite& elite : elites_) {
      episodes.push_back({&elite.answers, settings_.imitation, true});
    }
    policy_.Update(episodes);
    batch_.clear();
    advantages_.clear();
  }

  const Space& space_;
  const Settings settings_;
  KnownCandidates known_;
  Losses losses_;
  RecentQuantile recent_;
  Rng weights_rng_{1};
  PolicyNetwork policy_;
  std::unordered_map<std::uint64_t, Answers> pending_;
  std::vector<Answers> batch_;
  std::vector<double> advantages_;
  double baseline_ = 0;
  bool has_baseline_ = false;
  std::vector<Elite> elites_;  // best first
};

std::unique_ptr<Strategy> MakeRl(const Space& space, const Options& options) {
  return std::make_unique<Rl>(
      space, Settings{.policy = {.hidden = static_cast<int>(ValueOf(options, "hidden")),
                                 .learning_rate = ValueOf(options, "learning_rate"),
                                 .clip = ValueOf(options, "clip"),
                                 .entropy = ValueOf(options, "entropy"),
                                 .epochs = static_cast<int>(ValueOf(options, "epochs"))},
                      .batch = SizeOf(options, "batch"),
                      .decay = ValueOf(options, "baseline_decay"),
                      .power = ValueOf(options, "power"),
                      .elites = SizeOf(options, "elites"),
                      .imitation = ValueOf(options, "imitation")});
}

}  // namespace

StrategyRow RlRow() {
  return {.name = "rl",
          .doc = "An LSTM controller builds candidates answer by answer and learns by PPO.",
          .options =
              {
                  {"batch", 8, 1, 10000, true, "outcomes behind an update"},
                  {"hidden", 64, 1, 1024, true, "units of the LSTM"},
                  {"learning_rate", 5e-3, 1e-6, 1, false, "of Adam"},
                  {"clip", 0.2, 0.01, 10, false, "of the ratio of probabilities, either way"},
                  {"epochs", 4, 1, 100, true, "steps of Adam an update"},
                  {"entropy", 0.01, 0, 10, false, "weight of the bonus for undecided policies"},
                  {"baseline_decay", 0.95, 0, 0.9999, false, "of the moving mean of rewards"},
                  {"power", 2, 0.1, 100, false,
                   "of the quantile that is the reward; large: only the best count"},
                  {"elites", 8, 0, 10000, true, "best candidates so far that are imitated too"},
                  {"imitation", 0.25, 0, 100, false, "their weight, as an advantage"},
              },
          .make = MakeRl};
}

}  // namespace actsearch::strategies
