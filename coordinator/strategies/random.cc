#include "coordinator/strategies/random.h"

#include "coordinator/strategies/known_candidates.h"

namespace actsearch::strategies {
namespace {

class Random final : public Strategy {
 public:
  explicit Random(const Space& space) : known_(space) {}

  std::optional<Candidate> Propose(std::uint64_t, Rng& rng) override {
    return known_.SampleNew(rng);
  }

  void Observe(std::uint64_t, const Candidate&, const Outcome&) override {}

 private:
  KnownCandidates known_;
};

}  // namespace

StrategyRow RandomRow() {
  return {.name = "random",
          .doc = "Independent samples of the space, none twice.",
          .options = {},
          .make = [](const Space& space, const Options&) -> std::unique_ptr<Strategy> {
            return std::make_unique<Random>(space);
          }};
}

}  // namespace actsearch::strategies
