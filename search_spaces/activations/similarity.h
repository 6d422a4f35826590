// Operators in an order in which neighbours behave alike, for strategies that halve
// sets of options. Pure; any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "search_spaces/activations/operator_templates.h"
#include "search_spaces/base/choices.h"

namespace actsearch::activations {

// The leaves of an average-linkage clustering, from left to right. Two operators are
// alike when their values on a grid of their slots, centred and scaled, are. O(n^3).
std::vector<int> SimilarOrder(std::span<const OperatorTemplate> operators);

// The choice among these operators, in similar order. At least one operator.
ChoiceKind OperatorKind(std::string_view name, std::span<const OperatorTemplate> operators,
                        std::span<const double> weights);

}  // namespace actsearch::activations
