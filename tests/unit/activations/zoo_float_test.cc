#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "tests/support/single.h"

namespace actsearch::activations {
namespace {

using expr::Expr;
using testing::Single;

// The function and its derivatives by x and by each parameter.
std::vector<Expr> WithDerivatives(const Expr& e) {
  std::vector<Expr> functions = {e, expr::Derive(e)};
  for (std::size_t k = 0; k < e.parameters.size(); ++k) {
    functions.push_back(expr::DeriveParameter(e, k));
  }
  return functions;
}

std::vector<Single> Points() {
  std::vector<Single> points = {Single(-50), Single(-20), Single(20), Single(50)};
  for (double x = -8; x <= 8; x += 0.0625) points.emplace_back(x == 0 ? 1e-3 : x);
  return points;
}

// Training computes in float, and its inputs may be large: no overflow may become NaN.
TEST(ZooInFloat, ValuesAndSlopesAreFinite) {
  for (const ZooRow& row : Zoo().Rows()) {
    if (!IsScalar(row)) continue;
    const Expr e = expr::Parse(row.formula).value();
    const std::vector<Expr> functions = WithDerivatives(e);
    std::vector<Single> parameters;
    for (const double value : expr::InitialParameters(e)) parameters.emplace_back(value);
    for (std::size_t k = 0; k < functions.size(); ++k) {
      for (const Single x : Points()) {
        const float y = expr::EvaluateAs<Single>(functions[k], x, parameters).value;
        EXPECT_TRUE(std::isfinite(y))
            << row.name << ", derivative " << k << ": " << y << " at " << x.value;
      }
    }
  }
}

}  // namespace
}  // namespace actsearch::activations
