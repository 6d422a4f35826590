#include "coordinator/strategies/exhaustive.h"

#include "search_spaces/enumeration.h"

namespace actsearch::strategies {
namespace {

class Exhaustive final : public Strategy {
 public:
  explicit Exhaustive(const Space& space) : walk_(space) {}

  std::optional<Candidate> Propose(std::uint64_t, Rng&) override {
    while (!walk_.AtEnd()) {
      auto found = walk_.Next();
      if (found && found->is_new_exact) return std::move(found->candidate);
    }
    return std::nullopt;
  }

  void Observe(std::uint64_t, const Candidate&, const Outcome&) override {}

 private:
  Enumeration walk_;
};

}  // namespace

StrategyRow ExhaustiveRow() {
  return {.name = "exhaustive",
          .doc = "All functions of a finite space in order, each once; needs space.shape.",
          .options = {},
          .make = [](const Space& space, const Options&) -> std::unique_ptr<Strategy> {
            return std::make_unique<Exhaustive>(space);
          },
          .needs_finite = true};
}

}  // namespace actsearch::strategies
