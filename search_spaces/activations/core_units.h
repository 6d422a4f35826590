// Functions as chains of core units b(u1(x1), u2(x2)) (Ramachandran, Zoph, Le 2017,
// section 3), built by choices whose priors are their findings: one or two units, and raw
// x in the last binary more often than not. Immutable; any thread.
#pragma once

#include <span>
#include <vector>

#include "search_spaces/activations/palette.h"
#include "search_spaces/base/choices.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

class CoreUnits {
 public:
  explicit CoreUnits(const Palette& palette);

  std::span<const ChoiceKind> Kinds() const { return kinds_; }

  // `palette` is the one it was made for. Not simplified, and not checked against any limit.
  expr::Expr Build(const Palette& palette, Chooser& chooser) const;

 private:
  std::vector<ChoiceKind> kinds_;
};

}  // namespace actsearch::activations
