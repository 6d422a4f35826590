// The table of reductions: mean{b,h,w}(e) and the like, one number for all elements
// that agree in the other indices. The row's position is Node::id. Constant; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "search_spaces/base/error.h"

namespace actsearch::expr {

struct ReductionRow {
  std::uint16_t id = 0;
  std::string_view name;
  std::string_view doc;
  int cost = 0;              // for each element, relative to an addition
  bool nonnegative = false;  // whatever the argument, wherever it is not NaN
  // One number from all elements of a set; NaN from none. NaN goes through.
  double (*evaluate)(std::span<const double> values) = nullptr;
};

std::span<const ReductionRow> Reductions();

// kNotFound lists the known names and suggests the nearest. The pointer is into Reductions().
Result<const ReductionRow*> FindReduction(std::string_view name);

inline constexpr std::uint16_t kMeanReduction = 0;
inline constexpr std::uint16_t kVarReduction = 1;
inline constexpr std::uint16_t kSumReduction = 2;
inline constexpr std::uint16_t kMaximumReduction = 3;

}  // namespace actsearch::expr
