// How people name rows of the zoo and sort them: for the verbs zoo and eval. Pure; any
// thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::cli {

inline constexpr std::string_view kZooPrefix = "zoo:";

// The row with this identifier or, whatever its case, title; "zoo:" may stand before
// it. kNotFound suggests rows of similar names or of titles that contain `text`.
Result<const activations::ZooRow*> FindZooEntry(std::string_view text);

// A formula, or the one of "zoo:NAME"; of NAME alone, or NAME(x), where no primitive has that name.
Result<expr::Expr> ReadFunction(std::string_view text);

// What a formula needs beyond x, the first that applies: random draws, a gradient of its
// own, statistics of all elements, a second input; else "scalar".
std::string_view KindOf(const expr::Expr& e);
std::span<const std::string_view> Kinds();

// "jumps, unverified"; empty without flags.
std::string FlagsText(const activations::ZooFlags& flags);

}  // namespace actsearch::cli
