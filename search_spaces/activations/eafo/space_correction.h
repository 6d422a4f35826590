// EAFO as a step of a search (Space::Correct): the correction of a function as a candidate
// of its space. Takes some hundred microseconds. Pure; any thread.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "search_spaces/activations/eafo/pre_activations.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations::eafo {

// The canonical form of a formula, or nothing when it is outside the space.
using Admit = std::function<std::optional<expr::Expr>(expr::Expr raw)>;

// f + eps * correction for spaces of formulas of any form: the symbolic correction, or, when
// `admit` refuses it or f' passes through 0, the numeric one with as many terms as it takes.
// eps is learnable where there is room for a parameter. Its size, 0.01 to 0.3, is drawn; its
// sign is mostly the one that lowers the normalised entropy, and in one of four cases the
// other: what lowers the entropy of one layer with a standard normal input may not be what the
// network wants, and eps learns slowly through 0. Nothing when f is a fixed point, has no
// density, or no form fits.
std::optional<expr::Expr> CorrectedFormula(const expr::Expr& f, Rng& rng, const Admit& admit);

// For spaces in which the correction itself is no candidate: how far another function lies
// in its direction.
class CorrectionJudge {
 public:
  // The sign of the direction is drawn as above.
  static std::optional<CorrectionJudge> Make(const expr::Expr& f, Rng& rng);

  // The cosine, at most 1, of the angle between the correction and the change from f to
  // `other`, both outputs scaled to mean 0 and variance 1 under a standard normal input, and
  // mirrored where that brings them closer. Nothing when `other` is not finite there or equals f
  // up to an affine map.
  std::optional<double> Agreement(const expr::Expr& other) const;

 private:
  CorrectionJudge() = default;

  PreActivations input_;
  std::vector<double> standard_;   // f scaled
  std::vector<double> direction_;  // of length 1, orthogonal to f and to constants
};

}  // namespace actsearch::activations::eafo
