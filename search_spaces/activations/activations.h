// The space of scalar activation functions f(x): core units after Ramachandran,
// Zoph, Le 2017, moved through by changes of their graphs, started from the zoo.
// Made by the table of spaces (search_spaces/spaces.cc).
#pragma once

#include <memory>
#include <string_view>

#include "search_spaces/base/error.h"
#include "search_spaces/space.h"

namespace actsearch::activations {

// kInvalid: a limit out of bounds, an unknown operator or parameter shape.
Result<std::unique_ptr<Space>> MakeActivations(const SpaceSpec& spec);

// A formula of x or a name of the zoo. kInvalid for what reads a second input or statistics.
Result<NamedFunction> ReadActivation(std::string_view text);

}  // namespace actsearch::activations
