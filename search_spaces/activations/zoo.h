// Activation functions from the literature as data: baselines of every job, seeds
// of strategies and oracles of tests. Formulas are in the candidate language with
// the parameters' usual initial values. Constant; any thread.
#pragma once

#include <string_view>

#include "search_spaces/base/registry.h"

namespace actsearch::activations {

struct ZooRow {
  std::string_view name;   // stable identifier: lower case, digits, underscores
  std::string_view title;  // as people write it
  std::string_view formula;
  std::string_view citation;
};

const Registry<ZooRow>& Zoo();

}  // namespace actsearch::activations
