// Between a candidate's text and its graph. Pure; any thread.
#pragma once

#include "search_spaces/expr/expr.h"
#include "search_spaces/space.h"

namespace actsearch::activations {

// Aborts when the text is not of the language: candidates come from a space.
expr::Expr GraphOf(const Candidate& candidate);

Candidate TextOf(const expr::Expr& canonical);

Complexity ComplexityOfGraph(const expr::Expr& e);

}  // namespace actsearch::activations
