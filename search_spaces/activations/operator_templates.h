// Operators as graphs over their slots, ready to be grafted, and the choice of them
// that a job file makes: by `operators`, or by `unary` and `binary`. Values; any thread.
#pragma once

#include <string>
#include <vector>

#include "search_spaces/activations/operators.h"
#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/space.h"

namespace actsearch::activations {

struct OperatorTemplate {
  std::string name;
  int slots = 1;
  double weight = 1;  // as in OperatorRow
  expr::Expr graph;
  std::vector<int> slot_of;  // by parameter: 0 for a, 1 for b, -1 for its own
};

OperatorTemplate TemplateOf(const OperatorRow& row);

// In the order of the job file, or of the operator table where it names none.
struct OperatorChoice {
  std::vector<OperatorTemplate> unary;
  std::vector<OperatorTemplate> binary;
};

// Names of `operators` are rows of the operator table. Names of `unary` and `binary`
// are rows with as many slots or else primitives of that arity; an empty list stands
// for all rows. kInvalid names the field, what is wrong with the name and the nearest;
// `operators` beside one of the two others is an error too.
Result<OperatorChoice> ChooseOperators(const SpaceSpec& spec);

// Does the job file restrict operators at all?
bool RestrictsOperators(const SpaceSpec& spec);

}  // namespace actsearch::activations
