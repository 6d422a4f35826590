// The table of primitives as people read it: how each is written, its definition and
// derivatives, and docs/primitives.md, made of them. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {

// With the argument names of the table: a + b, -a, max(a, b).
std::string WrittenForm(const PrimitiveRow& row);

// Made of simpler primitives, or implemented by every engine itself.
std::string_view GroupOf(const PrimitiveRow& row);  // "composite" or "basic"

// The derivatives by a, b and c, separated by "; ".
std::string DerivativesOf(const PrimitiveRow& row);

// The definition; of one longer than `longest` characters its length only.
std::string ShortDefinition(const PrimitiveRow& row, std::size_t longest);

// docs/primitives.md, in Markdown.
std::string PrimitivesPage();

}  // namespace actsearch::expr
