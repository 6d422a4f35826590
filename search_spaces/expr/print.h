// Writes a graph in the text form that Parse reads: Parse(Print(e)) == e for every
// graph whose nodes are in the order in which Parse makes them (Canonical's order).
#pragma once

#include <string>

#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

std::string Print(const Expr& e);

}  // namespace actsearch::expr
