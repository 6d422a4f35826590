// The building blocks from which the activations space composes functions: the
// 25 unary and 10 binary operations of Ramachandran, Zoph, Le 2017 ("Searching
// for Activation Functions", table 1), as templates in the candidate language
// over the slots a and b. A new operation is a row. Constant; any thread.
#pragma once

#include <string_view>

#include "search_spaces/base/registry.h"

namespace actsearch::activations {

struct OperatorRow {
  std::string_view name;
  std::string_view doc;
  int slots;              // 1: over a; 2: over a and b
  std::string_view text;  // formula of the slots and of learnable parameters
  // Prior probability among the rows with as many slots, up to a factor. Section
  // 4.2 of the paper: good functions keep x itself, and division rarely trains.
  double weight;
};

const Registry<OperatorRow>& Operators();

}  // namespace actsearch::activations
