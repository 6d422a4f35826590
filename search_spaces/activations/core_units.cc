#include "search_spaces/activations/core_units.h"

#include <utility>

namespace actsearch::activations {
namespace {

constexpr double kSecondUnit = 0.4;
// A unit of two nested unaries instead of a binary (PANGAEA starts with one half).
constexpr double kChain = 0.2;
constexpr double kRawInput = 0.6;  // x itself goes into the last binary: b(x, g(x))

NodeIndex AddUnit(const Palette& palette, GraphEdit& edit, NodeIndex x, NodeIndex below,
                  bool is_last, Rng& rng) {
  if (!palette.HasBinary() || rng.Chance(kChain)) {
    return palette.ApplyUnary(edit, palette.ApplyUnary(edit, below, rng), rng);
  }
  NodeIndex left = x;
  if (!is_last || !rng.Chance(kRawInput)) {
    left = palette.ApplyUnary(edit, rng.Chance(0.5) ? x : below, rng);
  }
  NodeIndex right = palette.ApplyUnary(edit, below, rng);
  if (rng.Chance(0.5)) std::swap(left, right);
  return palette.ApplyBinary(edit, left, right, rng);
}

}  // namespace

expr::Expr SampleCoreUnits(const Palette& palette, Rng& rng) {
  GraphEdit edit;
  const NodeIndex x = edit.AddInput();
  NodeIndex top = x;
  if (rng.Chance(kSecondUnit)) top = AddUnit(palette, edit, x, top, false, rng);
  top = AddUnit(palette, edit, x, top, true, rng);
  return edit.Output(top);
}

}  // namespace actsearch::activations
