// The pieces on which a function rises, falls or stays, and the points where its slope
// passes through 0: there EAFO's quotient f''/f' has poles. Pure; any thread.
#pragma once

#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations::eafo {

// How far pre-activations are looked at: a standard normal input stays within with
// probability 1 - 6e-7.
inline constexpr double kReach = 5;

struct Piece {
  double low = -kReach;
  double high = kReach;
  int sense = 1;  // of the slope: -1, 0 or 1
};

struct Pieces {
  std::vector<Piece> pieces;     // cover [-kReach, kReach], ascending
  std::vector<double> critical;  // where the slope tends to 0 beside a rising or falling piece

  bool IsFlat() const;      // nowhere rising or falling
  bool IsMonotone() const;  // never both
};

// Of the function whose slope this is, at its initial parameters: bracketed on a grid, then
// bisected. Pieces narrower than 1/64 may be missed. kInvalid when the slope is not finite
// somewhere on the grid; the message says where.
Result<Pieces> FindPieces(const expr::Expr& slope);

}  // namespace actsearch::activations::eafo
