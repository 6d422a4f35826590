// Reads the text form of the language, e.g.
//   x * sigmoid(beta * x) where beta: channel = 1
// Text comes from people and from the wire: it is parsed under limits, never run.
//
//   text     = formula [ "where" item { "," item } ]
//   item     = element ":" shape "=" value                   learnable parameter
//            | name ":" shape "[" integer "]" "=" values       parameters name[0], name[1], ...
//            | name ":=" formula                               shared subexpression
//   element  = name [ "[" integer "]" ]
//   shape    = "layer" | "channel" | "group" "(" integer ")"
//   values   = value | "(" value { "," value } ")"           one for all, or one for each
//   value    = [ "-" ] number
//   formula  = sum [ ("<" | ">" | "<=" | ">=") sum ]         1 where it holds, else 0
//   sum      = product { ("+" | "-") product }
//   product  = prefix { ("*" | "/") prefix }
//   prefix   = ("-" | "+") prefix | atom [ ("^" | "**") exponent ]
//   exponent = ["-"] atom                                    a whole or half number
//   atom     = number | "x" | "u" | "pi" | element | "(" formula ")"
//            | function "(" formula { "," formula } ")"
//            | reduction "{" index { "," index } "}" "(" formula ")"
//   index    = "b" | "c" [ "/" integer ] | "h" | "w"         c/4: within each of 4 groups
//
// A function is a primitive, also under the names of other tools (foreign_names.h), or
// where(comparison, formula, formula). Typographic signs are read as plain ones (plain_text.h).
//
// x is the input and u the second one, of gated units. Names of reductions are free
// elsewhere than before "{".
//
// "-" right before a number makes a negative constant (except before "^"). Equal
// subexpressions become one node, nodes stand in depth-first post-order, and only
// what the output reaches is kept; parameters stay in the order of declaration.
#pragma once

#include <string_view>

#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

struct Limits {
  int max_length = 4096;  // bytes of text
  int max_depth = 64;     // nesting of parentheses and calls, at most 1000
  int max_nodes = 256;    // of the parsed graph
  int max_parameters = 32;
};

// kInvalid with the 1-based column, what was met, what was expected, and a
// suggestion for a misspelt name.
Result<Expr> Parse(std::string_view text, const Limits& limits = {});

// Parse for those who take a function of x alone: kInvalid, with the reason, also for a
// formula that reads u or has reductions.
Result<Expr> ParseScalar(std::string_view text, const Limits& limits = {});

}  // namespace actsearch::expr
