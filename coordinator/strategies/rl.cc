#include "coordinator/strategies/rl.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <utility>

#include "coordinator/strategies/known_candidates.h"
#include "coordinator/strategies/losses.h"
#include "coordinator/strategies/policy_network.h"
#include "coordinator/strategies/recent_quantile.h"

namespace actsearch::strategies {
namespace {

constexpr int kAttempts = 32;         // at a candidate that is not known
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
  Candidate candidate;
  Answers answers;
};

// What a proposal teaches when its outcome is known.
struct Pending {
  Answers answers;
  Answers astray;  // the first attempt before it that led to no candidate; empty: none
};

class Rl final : public Strategy {
 public:
  Rl(const Space& space, const Settings& settings)
      : space_(space), settings_(settings), known_(space), recent_(kRecent) {}

  // A settled policy repeats itself. So that it does not run dry, each further attempt leans
  // more on the prior, the last wholly; and it learns from those answers too.
  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    if (!policy_) {
      Rng weights = rng.Fork("weights");
      policy_.emplace(space_.ChoiceKinds(), settings_.policy, weights);
    }
    Pending pending;
    for (int i = 0; i < kAttempts; ++i) {
      PolicyNetwork::Session session(*policy_, rng, static_cast<double>(i) / (kAttempts - 1));
      std::optional<Candidate> candidate = space_.Build(session);
      if (!candidate) {
        if (pending.astray.empty()) pending.astray = std::move(session.answers);
      } else if (known_.Add(*candidate)) {
        pending.answers = std::move(session.answers);
        pending_[index] = std::move(pending);
        return candidate;
      }
    }
    return known_.SampleNew(rng);
  }

  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    const std::optional<double> loss = losses_.Read(index, outcome);
    if (loss) recent_.Add(*loss);
    auto pending = pending_.extract(index);
    if (!pending || outcome.status == Status::kCancelled) return;
    auto& [answers, astray] = pending.mapped();
    if (loss) Remember(*loss, candidate, answers);
    const double reward = loss ? std::pow(recent_.Of(*loss), settings_.power) : 0;
    if (!baseline_) baseline_ = reward;
    Add(std::move(answers), reward);
    if (!astray.empty()) Add(std::move(astray), 0);
    baseline_ = settings_.decay * *baseline_ + (1 - settings_.decay) * reward;
    if (++observed_ % settings_.batch == 0) Learn();
  }

  // The reward of the first training has been learnt from; what is imitated goes by the mean.
  void Revise(const Candidate& candidate, double loss, int) override {
    const auto known = std::ranges::find(elites_, candidate, &Elite::candidate);
    if (known == elites_.end()) return;
    known->loss = loss;
    if (std::isinf(loss)) elites_.erase(known);
    std::ranges::stable_sort(elites_, {}, &Elite::loss);
  }

 private:
  void Add(Answers answers, double reward) {
    batch_.push_back(std::move(answers));
    advantages_.push_back(reward - *baseline_);
  }

  void Remember(double loss, const Candidate& candidate, const Answers& answers) {
    const auto at = std::ranges::upper_bound(elites_, loss, {}, &Elite::loss);
    elites_.insert(at, {loss, candidate, answers});
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
    policy_->Update(episodes);
    batch_.clear();
    advantages_.clear();
  }

  const Space& space_;
  const Settings settings_;
  KnownCandidates known_;
  Losses losses_;
  RecentQuantile recent_;
  std::optional<PolicyNetwork> policy_;  // from the first proposal on
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::size_t observed_ = 0;  // proposals of the policy
  std::vector<Answers> batch_;
  std::vector<double> advantages_;  // of the batch
  std::optional<double> baseline_;
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
