// Two keys of a function's behaviour on fixed probe points (design.md section 3):
// equal functions get equal keys, whatever their spelling. `exact` decides that a
// candidate is a duplicate; `affine` also ignores an affine map of the output.
#pragma once

#include <cstdint>

#include "search_spaces/base/absorbs.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

struct Fingerprint {
  std::uint64_t exact = 0;
  std::uint64_t affine = 0;

  bool operator==(const Fingerprint&) const = default;
};

// Learnable parameters count by what they do at and around their initial values, by
// shape and by initial value, never by name or order; one that changes nothing does
// not count, and for `affine` neither does one that only scales or shifts the output.
// Constants share one affine key. Reductions count by name, index set and what they reduce;
// draws and surrogate gradients count beside the values (training_probe.h).
// Deterministic on every machine with IEEE doubles and a faithful libm. Pure.
Fingerprint FingerprintOf(const Expr& e);

// The key of what is left of the function when the layers after it absorb so much: nothing gives
// `exact`, all of it `affine`. Parameters that only do what is absorbed do not count.
std::uint64_t KeyUpTo(const Expr& e, const Absorbs& absorbs);

// Hash of the tables of primitives (names, arities, derivatives) and reductions, and of the
// semantics version: coordinator and worker compare it when they meet.
std::uint64_t LanguageFingerprint();

}  // namespace actsearch::expr
