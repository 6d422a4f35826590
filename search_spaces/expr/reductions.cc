#include "search_spaces/expr/reductions.h"

#include <array>
#include <cmath>
#include <vector>

#include "search_spaces/base/registry.h"

namespace actsearch::expr {
namespace {

double Sum(std::span<const double> values) {
  double sum = values.empty() ? std::nan("") : 0;
  for (const double v : values) sum += v;
  return sum;
}

double Mean(std::span<const double> values) {
  return Sum(values) / static_cast<double>(values.size());
}

// In two passes: a large mean must not swallow the variance.
double Variance(std::span<const double> values) {
  const double mean = Mean(values);
  double sum = values.empty() ? mean : 0;
  for (const double v : values) sum += (v - mean) * (v - mean);
  return sum / static_cast<double>(values.size());
}

double Maximum(std::span<const double> values) {
  double largest = values.empty() ? std::nan("") : values[0];
  for (const double v : values) {
    if (v > largest || std::isnan(v)) largest = v;
  }
  return largest;
}

constexpr std::array<ReductionRow, 4> kTable = {{
    {kMeanReduction, "mean", "arithmetic mean", 1, false, Mean},
    {kVarReduction, "var", "mean of the squared deviation from the mean (biased)", 3, true,
     Variance},
    {kSumReduction, "sum", "sum", 1, false, Sum},
    {kMaximumReduction, "maximum", "the largest element", 1, false, Maximum},
}};

}  // namespace

std::span<const ReductionRow> Reductions() { return kTable; }

Result<const ReductionRow*> FindReduction(std::string_view name) {
  std::vector<std::string_view> names;
  for (const ReductionRow& row : kTable) {
    if (row.name == name) return &row;
    names.push_back(row.name);
  }
  return std::unexpected(UnknownName("reduction", name, names));
}

}  // namespace actsearch::expr
