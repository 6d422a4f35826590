// The formulas of a primitive's row, read and evaluated.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::expr {

// A formula of a row's over a, b, c.
inline Expr ParsedRule(const PrimitiveRow& row, std::string_view text) {
  const auto rule = Parse(std::string(text) + " where a: layer = 0, b: layer = 0, c: layer = 0");
  if (rule) return *rule;
  ADD_FAILURE() << row.name << ": " << rule.error().message;
  return *Parse("0 where a: layer = 0, b: layer = 0, c: layer = 0");
}

// The derivative text by argument k at these arguments.
inline double RuleAt(const PrimitiveRow& row, int k, const std::vector<double>& args) {
  // The rule may not use x.
  return Evaluate(ParsedRule(row, row.derivative[k]), std::nan(""), args);
}

}  // namespace actsearch::expr
