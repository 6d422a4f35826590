// EAFO step by step, for people: from a function to the function with its correction, and what
// that does to the entropy. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

#include "search_spaces/activations/eafo/entropy.h"
#include "search_spaces/activations/eafo/numeric.h"
#include "search_spaces/activations/eafo/pieces.h"
#include "search_spaces/activations/eafo/pre_activations.h"
#include "search_spaces/activations/eafo/symbolic.h"
#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations::eafo {

// f + eps * correction.
struct Step {
  double eps = 0;
  std::optional<Entropies> entropies;  // nothing where the sum is constant
  // Of the pieces on which f rises or falls (PieceEntropy); for monotone f and normal input.
  std::optional<double> piece_entropy;
  bool keeps_sense = true;  // its slope has nowhere on [-5, 5] the opposite sign of f'
};

struct Derivation {
  expr::Expr slope;      // f'
  expr::Expr curvature;  // f''
  Pieces pieces;
  // With a normal input. A fixed point has no correction, and nothing below is set.
  std::optional<SymbolicCorrection> symbolic;
  // With samples, or where f' passes through 0: what takes the formula's place.
  std::optional<BellFit> fit;
  expr::Expr correction;
  std::vector<Step> steps;  // eps = 0 and +-{0.001, 0.003, 0.01, 0.03, 0.1, 0.3}, ascending
  // d/deps at 0: as the first variation says, and between the steps of 0.001.
  double predicted = 0;  // of the normalised entropy
  double measured = 0;
  std::optional<double> piece_predicted;
  std::optional<double> piece_measured;
  double eps = 0;     // 0.01 or -0.01: the one with the smaller normalised entropy
  expr::Expr result;  // f + eps * correction, eps learnable; simplified

  bool IsFixedPoint() const { return symbolic && symbolic->fixed_point; }
  const Step& StepAt(double at) const;
};

// `f` is pointwise and reads x only. kInvalid, with the reason and where, for functions that
// are not finite or have no density.
Result<Derivation> DeriveCorrection(const expr::Expr& f, const PreActivations& input);

}  // namespace actsearch::activations::eafo
