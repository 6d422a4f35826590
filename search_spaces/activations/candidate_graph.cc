#include "search_spaces/activations/candidate_graph.h"

#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/cost.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"

namespace actsearch::activations {

expr::Expr GraphOf(const Candidate& candidate) {
  Result<expr::Expr> e = expr::Parse(candidate.text);
  ACTSEARCH_CHECK(e.has_value(), "candidate '" + candidate.text +
                                     "' is not of the language: " + (e ? "" : e.error().message));
  return std::move(*e);
}

Candidate TextOf(const expr::Expr& canonical) { return {expr::Print(canonical)}; }

Complexity ComplexityOfGraph(const expr::Expr& e) {
  return {.cost = expr::Cost(e),
          .nodes = static_cast<int>(e.nodes.size()),
          .parameters = static_cast<int>(e.parameters.size())};
}

}  // namespace actsearch::activations
