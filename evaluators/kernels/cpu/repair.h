// Computes again in double what came out of float as infinite or NaN: float's range ends
// at 1e38, and inf * 0 or inf / inf inside a formula hides results that are perfectly
// finite. Rare, so speed does not matter. Immutable; any thread.
#pragma once

#include <vector>

#include "evaluators/kernels/cpu/runner.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::kernels::cpu {

// The formula and its slopes, for evaluation in double.
struct ExactFormulas {
  explicit ExactFormulas(const expr::Expr& f);

  expr::Expr value;
  expr::Expr input_slope;
  std::vector<expr::Expr> parameter_slopes;
};

// What the tiles' elements were computed from.
struct Sources {
  ConstArray x;
  ConstArray gradient;  // of the loss by the result; unused in a forward pass
  std::span<const float* const> parameters;
  ChannelLayout layout;
};

// The result y of a forward pass, its first store.
class ForwardRepair : public Repair {
 public:
  ForwardRepair(const ExactFormulas& exact, const Sources& sources)
      : exact_(exact), sources_(sources) {}
  void Fix(std::size_t begin, std::size_t n, std::span<float* const> stores,
           std::span<float* const> reduced) const override;

 private:
  const ExactFormulas& exact_;
  const Sources& sources_;
};

// A backward pass: dLoss/dx, its only store if any, and the terms of the parameters'
// gradients, in the order of Program::reductions.
class BackwardRepair : public Repair {
 public:
  BackwardRepair(const ExactFormulas& exact, const Sources& sources,
                 std::span<const Reduction> reductions)
      : exact_(exact), sources_(sources), reductions_(reductions) {}
  void Fix(std::size_t begin, std::size_t n, std::span<float* const> stores,
           std::span<float* const> reduced) const override;

 private:
  const ExactFormulas& exact_;
  const Sources& sources_;
  std::span<const Reduction> reductions_;
};

}  // namespace actsearch::kernels::cpu
