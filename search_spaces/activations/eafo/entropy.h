// Entropies of f(X), which EAFO changes. Differential entropy grows with the output's scale,
// H(a f) = H(f) + log|a|, which says nothing of a function: compare normalised ones, of outputs
// scaled to variance 1. In nats, at the functions' initial parameters. Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "search_spaces/activations/eafo/pieces.h"
#include "search_spaces/activations/eafo/pre_activations.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations::eafo {

// Resolution at which outputs are looked at, in their standard deviations. Atoms get this
// width (smoothed_density.h), which makes their entropy finite.
inline constexpr double kWidth = 0.05;

struct Entropies {
  double plain = 0;       // of f(X) with noise of kWidth standard deviations
  double normalised = 0;  // of f(X) / its standard deviation, with that noise
  double negentropy = 0;  // what a normal output of equal variance has more; at least 0
};

// Nothing when a value is not finite or all are equal.
std::optional<Entropies> EntropiesOf(const expr::Expr& f, const PreActivations& input,
                                     double width = kWidth);

// The outputs of one function, and how their normalised entropy answers to small changes.
class EntropySlope {
 public:
  static std::optional<EntropySlope> Make(const expr::Expr& f, const PreActivations& input,
                                          double width = kWidth);

  // d/deps of the normalised entropy of f + eps * change at eps = 0; `change` at input.x.
  double Along(std::span<const double> change) const;

  // (log q)' of the normalised output at input.x, with its noise averaged out.
  const std::vector<double>& Score() const { return score_; }
  double Deviation() const { return deviation_; }  // of f(X)

 private:
  EntropySlope() = default;

  std::vector<double> weight_;
  std::vector<double> standard_;  // (f - mean) / deviation
  std::vector<double> score_;
  double deviation_ = 1;
};

// The differential entropy of f(X), X standard normal, where the pieces in `where` rise or fall:
// integral of p (log|f'| - log p). Atoms are left out, as the paper does, so ReLU has the entropy
// of half a normal density. Without noise and not normalised. `slope` is f'; f is monotone on the
// pieces taken together, else their outputs overlap and this is an upper bound.
double PieceEntropy(const expr::Expr& slope, const Pieces& where);

// Its derivative by eps at 0 when f' is slope + eps * bend.
double PieceEntropySlope(const expr::Expr& slope, const expr::Expr& bend, const Pieces& where);

}  // namespace actsearch::activations::eafo
