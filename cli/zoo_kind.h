// How rows of the zoo are sorted and flagged for people: for the verbs of the zoo. Pure; any
// thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::cli {

// What a formula needs beyond x, the first that applies: random draws, a gradient of its
// own, statistics of all elements, a second input; else "scalar".
std::string_view KindOf(const expr::Expr& e);
std::span<const std::string_view> Kinds();

// "jumps, unverified"; empty without flags.
std::string FlagsText(const activations::ZooFlags& flags);

}  // namespace actsearch::cli
