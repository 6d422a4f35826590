// What tests of kernels share: formulas from text, and each primitive as a formula.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string_view>
#include <vector>

#include "search_spaces/expr/expr.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::kernels {

inline expr::Expr Parsed(std::string_view text) {
  const Result<expr::Expr> e = expr::Parse(text);
  EXPECT_TRUE(e.has_value()) << text;
  return *e;
}

// f(x), f(x, 0.75) or f(x, 0.75, 0.5) as a graph.
inline expr::Expr Applied(const expr::PrimitiveRow& row) {
  expr::Expr e;
  e.nodes.push_back({.kind = expr::Kind::kInput});
  e.nodes.push_back({.kind = expr::Kind::kConstant, .value = 0.75});
  e.nodes.push_back({.kind = expr::Kind::kConstant, .value = 0.5});
  e.nodes.push_back({.kind = expr::Kind::kPrimitive, .id = row.id, .args = {0, 1, 2}});
  return e;
}

// Points of a primitive's probe domain, exact in float.
inline std::vector<float> PointsOf(const expr::PrimitiveRow& row, int count) {
  std::vector<float> points;
  for (int i = 0; i < count; ++i) {
    points.push_back(static_cast<float>(row.low + (row.high - row.low) * (i + 0.37) / count));
  }
  return points;
}

}  // namespace actsearch::kernels
