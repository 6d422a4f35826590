// How people name rows of the zoo where a function is asked for. Pure; any thread.
#pragma once

#include <string_view>

#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

inline constexpr std::string_view kZooPrefix = "zoo:";

// The row with this identifier or, whatever its case, title; "zoo:" may stand before
// it. kNotFound suggests rows of similar names or of titles that contain `text`.
Result<const ZooRow*> FindZooRow(std::string_view text);

// A formula, or the one of "zoo:NAME"; of NAME alone, or NAME(x), where no primitive has that name.
Result<expr::Expr> ReadFunction(std::string_view text);

}  // namespace actsearch::activations
