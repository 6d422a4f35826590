// The finite space of all fillings of a shape (space.shape): every slot takes one of
// the operators that the job file allows. Made by MakeActivations.
#pragma once

#include <memory>

#include "search_spaces/base/error.h"
#include "search_spaces/space.h"

namespace actsearch::activations {

// kInvalid: the shape does not parse, an operator is unknown or missing, a limit is
// out of bounds, there are too many fillings (Fillings::kMaxSize), or none of the
// first thousands is a function that varies and is finite.
Result<std::unique_ptr<Space>> MakeShapedSpace(const SpaceSpec& spec);

}  // namespace actsearch::activations
