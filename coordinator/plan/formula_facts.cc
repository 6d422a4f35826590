#include "coordinator/plan/formula_facts.h"

#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/check.h"
#include "search_spaces/expr/cost.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::plan {
namespace {

expr::Expr Parsed(std::string_view formula) {
  Result<expr::Expr> parsed = expr::Parse(formula);
  ACTSEARCH_CHECK(parsed.has_value(), std::string(formula));
  return std::move(*parsed);
}

}  // namespace

int CostOf(std::string_view formula) { return expr::Cost(Parsed(formula)); }

std::uint64_t ExactKeyOf(std::string_view formula) {
  return expr::FingerprintOf(Parsed(formula)).exact;
}

std::string BaselineFormula(std::string_view name) {
  const auto row = activations::Zoo().Find(name);
  ACTSEARCH_CHECK(row.has_value(), std::string(name));
  return expr::Print(expr::Canonical(Parsed((*row)->formula)));
}

}  // namespace actsearch::plan
