#include "coordinator/strategies/portfolio.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "coordinator/strategies/arm.h"
#include "coordinator/strategies/bandit.h"
#include "coordinator/strategies/known_candidates.h"
#include "coordinator/strategies/losses.h"
#include "coordinator/strategies/recent_quantile.h"

namespace actsearch::strategies {
namespace {

// Which strategies can be arms, and whether they are unless the job file says otherwise. A
// strategy becomes one by its name here.
struct ArmName {
  std::string_view name;
  bool usual;
};
constexpr ArmName kArms[] = {
    {"eafo", false},   {"evolution", true}, {"lahc", false}, {"mcts", false},
    {"pareto", false}, {"random", false},   {"rl", false},   {"surrogate", true},
};

constexpr int kAsks = 32;             // of one arm for something new, before another's turn
constexpr std::size_t kRecent = 100;  // losses among which a reward is judged

struct Settings {
  double exploration;
  double discount;
  double power;
};

class Portfolio final : public Strategy {
 public:
  Portfolio(const Space& space, std::vector<Arm> arms, const Settings& settings)
      : space_(space),
        power_(settings.power),
        arms_(std::move(arms)),
        bandit_(arms_.size(), settings.exploration, settings.discount),
        recent_(kRecent) {}

  // An arm that finds nothing that is not known loses its turn; when all do, a fresh sample.
  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    for (std::size_t turn = 0; turn < 2 * arms_.size(); ++turn) {
      const std::optional<std::size_t> arm = bandit_.Best();
      if (!arm) return std::nullopt;
      Rng own = rng.Fork("arm", turn);
      if (auto candidate = Ask(*arm, index, own)) {
        proposals_.push_back({*arm, std::nullopt});
        bandit_.Pull(*arm);
        return candidate;
      }
    }
    return SampleNew(index, rng);
  }

  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    const std::optional<double> loss = losses_.Read(index, outcome);
    Proposal& proposal = proposals_[index];
    proposal.outcome = OwnOutcome(loss, outcome);
    if (proposal.arm) bandit_.Reward(*proposal.arm, RewardOf(loss));
    if (loss) {
      recent_.Add(*loss);
      best_ = std::min(best_, *loss);
    }
    for (std::size_t i = 0; i < arms_.size(); ++i) {
      arms_[i].Deliver(index, *proposal.outcome);
      if (loss && proposal.arm != i) arms_[i].Adopt(candidate, *loss);
    }
  }

  void Revise(const Candidate& candidate, double loss, int trainings) override {
    if (const auto first = first_.find(KeyOf(candidate)); first != first_.end()) {
      std::optional<Outcome>& known = proposals_[first->second].outcome;
      if (known && std::isfinite(loss)) known->losses = {loss};
      if (known && !std::isfinite(loss)) *known = {.status = Status::kRejected};
    }
    for (Arm& arm : arms_) arm.Revise(candidate, loss, trainings);
  }

 private:
  struct Proposal {
    std::optional<std::size_t> arm;  // nothing: a sample of no arm
    std::optional<Outcome> outcome;  // kept for arms that propose the same later
  };

  // Something new from this arm; nothing when it is exhausted, then it leaves, or has proposed
  // only what is known.
  std::optional<Candidate> Ask(std::size_t i, std::uint64_t index, Rng& rng) {
    Arm& arm = arms_[i];
    for (int ask = 0; ask < kAsks; ++ask) {
      Rng own = rng.Fork("ask", static_cast<std::uint64_t>(ask));
      std::optional<Candidate> candidate = arm.Propose(own);
      if (!candidate) {
        bandit_.Close(i);
        return std::nullopt;
      }
      const auto [first, is_new] = first_.try_emplace(KeyOf(*candidate), index);
      if (is_new) {
        arm.AwaitOutcome(*candidate, index);
        return candidate;
      }
      const std::optional<Outcome>& known = proposals_[first->second].outcome;
      if (known) {
        arm.TakeOutcome(*candidate, *known);
      } else {
        arm.AwaitOutcome(*candidate, first->second);
      }
    }
    bandit_.Pull(i);
    bandit_.Reward(i, 0);
    return std::nullopt;
  }

  std::optional<Candidate> SampleNew(std::uint64_t index, Rng& rng) {
    for (int attempt = 0; attempt < kPatience; ++attempt) {
      Candidate candidate = space_.Sample(rng);
      if (!first_.try_emplace(KeyOf(candidate), index).second) continue;
      proposals_.push_back({});
      return candidate;
    }
    return std::nullopt;
  }

  std::uint64_t KeyOf(const Candidate& candidate) const {
    return space_.KeyOf(candidate);
  }

  // As arms may see it: they do not know the indices that a duplicate names.
  static Outcome OwnOutcome(std::optional<double> loss, const Outcome& outcome) {
    Outcome own = outcome;
    own.duplicate_of.reset();
    if (loss) own.status = Status::kScored;
    return own;
  }

  double RewardOf(std::optional<double> loss) const {
    if (!loss) return 0;
    return *loss < best_ ? 1 : std::pow(recent_.Of(*loss), power_);
  }

  const Space& space_;
  const double power_;
  std::vector<Arm> arms_;
  Bandit bandit_;
  Losses losses_;
  RecentQuantile recent_;
  double best_ = std::numeric_limits<double>::infinity();
  std::vector<Proposal> proposals_;                         // by index
  std::unordered_map<std::uint64_t, std::uint64_t> first_;  // index by exact fingerprint
};

Arm MakeArm(const StrategyRow& row, const Space& space) {
  return Arm(row.make(space, *CompleteOptions(row, {})));
}

std::unique_ptr<Strategy> MakePortfolio(const Space& space, const Options& options) {
  std::vector<Arm> arms;
  for (const ArmName& arm : kArms) {
    const StrategyRow& row = **Strategies().Find(arm.name);
    if (ValueOf(options, arm.name) == 0 || (row.needs_finite && !space.Size())) continue;
    arms.push_back(MakeArm(row, space));
  }
  if (arms.empty()) arms.push_back(MakeArm(**Strategies().Find("random"), space));
  return std::make_unique<Portfolio>(space, std::move(arms),
                                     Settings{.exploration = ValueOf(options, "exploration"),
                                              .discount = ValueOf(options, "discount"),
                                              .power = ValueOf(options, "power")});
}

}  // namespace

StrategyRow PortfolioRow() {
  StrategyRow row{
      .name = "portfolio",
      .doc = "Other strategies share the budget; a bandit gives more to those that do well.",
      .options = {{"exploration", 0.2, 0, 100, false,
                   "weight of the confidence bound; 0: always the one that did best"},
                  {"discount", 0.99, 0.5, 1, false, "what a reward weighs after the next one"},
                  {"power", 4, 0.1, 100, false,
                   "of the quantile that is the reward; large: only the best count"}},
      .make = MakePortfolio};
  for (const ArmName& arm : kArms) {
    row.options.push_back({arm.name, arm.usual ? 1.0 : 0.0, 0, 1, true,
                           "1: this strategy takes part; when none does, random does"});
  }
  return row;
}

}  // namespace actsearch::strategies
