#include "search_spaces/activations/core_units.h"

#include <utility>

namespace actsearch::activations {
namespace {

// Kinds of choices, by position; options of the first five by position too.
enum Kind { kUnits, kForm, kLeft, kFrom, kOrder, kUnary, kBinary };

enum Units { kOneUnit, kTwoUnits };
enum Form { kJoined, kNested };
enum Left { kRawInput, kOperated };
enum From { kX, kBelow };
enum Order { kAsBuilt, kExchanged };

class Builder {
 public:
  Builder(const Palette& palette, Chooser& chooser)
      : palette_(palette), chooser_(chooser), x_(edit_.AddInput()) {}

  expr::Expr Build() {
    NodeIndex top = x_;
    if (chooser_.Choose(kUnits) == kTwoUnits) top = AddUnit(top, false);
    return edit_.Output(AddUnit(top, true));
  }

 private:
  NodeIndex Unary(NodeIndex a) { return palette_.AddUnary(edit_, a, chooser_.Choose(kUnary)); }

  NodeIndex AddUnit(NodeIndex below, bool is_last) {
    if (!palette_.HasBinary() || chooser_.Choose(kForm) == kNested) return Unary(Unary(below));
    NodeIndex left = x_;
    if (!is_last || chooser_.Choose(kLeft) == kOperated) {
      left = Unary(below == x_ || chooser_.Choose(kFrom) == kX ? x_ : below);
    }
    NodeIndex right = Unary(below);
    if (chooser_.Choose(kOrder) == kExchanged) std::swap(left, right);
    return palette_.AddBinary(edit_, left, right, chooser_.Choose(kBinary));
  }

  const Palette& palette_;
  Chooser& chooser_;
  GraphEdit edit_;
  NodeIndex x_;
};

}  // namespace

// Two nested unaries in place of a binary: PANGAEA starts with one half of them.
CoreUnits::CoreUnits(const Palette& palette)
    : kinds_{MakeChoiceKind("units", {"one", "two"}, {0.6, 0.4}),
             MakeChoiceKind("form", {"binary", "nested"}, {0.8, 0.2}),
             MakeChoiceKind("left", {"x", "unary"}, {0.6, 0.4}),
             MakeChoiceKind("from", {"x", "unit"}, {0.5, 0.5}),
             MakeChoiceKind("order", {"kept", "exchanged"}, {0.5, 0.5}),
             palette.UnaryKind(),
             palette.BinaryKind()} {}

expr::Expr CoreUnits::Build(const Palette& palette, Chooser& chooser) const {
  return Builder(palette, chooser).Build();
}

}  // namespace actsearch::activations
