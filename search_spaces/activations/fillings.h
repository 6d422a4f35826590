// The fillings of a shape: an operator for every slot. They are numbered in mixed
// radix, the last slot changing fastest. Immutable; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "search_spaces/activations/operator_templates.h"
#include "search_spaces/activations/shape.h"
#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

// One operator for every slot, by position among those of its arity.
using Choices = std::vector<std::size_t>;

class Fillings {
 public:
  // A mutation walks through all of them (recovery.h), at about 2 ns each.
  static constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 26;

  // kInvalid: more than kMaxSize fillings, or no operator for some slot.
  static Result<Fillings> Make(FormulaShape shape, OperatorChoice operators);

  std::uint64_t Size() const { return size_; }
  const FormulaShape& Shape() const { return shape_; }
  std::span<const OperatorTemplate> OperatorsOf(std::size_t slot) const {
    return shape_.slots[slot].args.size() == 1 ? operators_.unary : operators_.binary;
  }

  Choices At(std::uint64_t index) const;

  // The formula, as written: not simplified.
  expr::Expr Build(const Choices& choices) const;

 private:
  Fillings(FormulaShape shape, OperatorChoice operators)
      : shape_(std::move(shape)), operators_(std::move(operators)) {}

  FormulaShape shape_;
  OperatorChoice operators_;
  std::uint64_t size_ = 1;
};

}  // namespace actsearch::activations
