// What the plan asks of the candidate language: cost and key of a formula that the
// space or the zoo has made. Pure; a formula that does not parse is a broken
// invariant here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace actsearch::plan {

int CostOf(std::string_view formula);                // of the graph, from the primitive table
std::uint64_t ExactKeyOf(std::string_view formula);  // exact fingerprint
std::string BaselineFormula(std::string_view name);  // of the zoo

}  // namespace actsearch::plan
