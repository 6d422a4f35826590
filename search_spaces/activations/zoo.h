// Activation functions from the literature as data: baselines of every job, seeds
// of strategies and oracles of tests. Formulas are in the candidate language with
// the parameters' usual initial values; docs/zoo.md says how they are chosen.
// Constant; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "search_spaces/base/registry.h"

namespace actsearch::activations {

// What tests of smoothness, of slopes and of values must know of a row.
struct ZooFlags {
  bool jump = false;             // not continuous
  bool unbounded_slope = false;  // continuous, with an infinite slope somewhere
  bool unverified = false;       // a constant or reading that no second source confirms
};

struct ZooRow {
  std::string_view name;   // stable identifier: lower case, digits, underscores
  std::string_view title;  // as people write it
  std::string_view formula;
  std::string_view citation;
  ZooFlags flags = {};
  std::string_view section = {};  // as docs/zoo.md numbers them, "1.1" to "1.13"
};

const Registry<ZooRow>& Zoo();

// A function of x alone, point by point, as the activations space and the networks take
// it. Other rows read a second input or statistics.
bool IsScalar(const ZooRow& row);

// Scalar, and training sees what the formula says: no random draws, no gradients other
// than its own. What searches start from.
bool IsPlain(const ZooRow& row);

// The rows that are scalar.
std::vector<std::string_view> ScalarNames();

}  // namespace actsearch::activations
