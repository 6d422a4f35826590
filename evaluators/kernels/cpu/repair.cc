#include "evaluators/kernels/cpu/repair.h"

#include <bit>
#include <cmath>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"

namespace actsearch::kernels::cpu {
namespace {

double ValueAt(const ConstArray& array, std::size_t i) {
  if (array.storage == Storage::kFloat32) return static_cast<const float*>(array.data)[i];
  const std::uint16_t bits = static_cast<const std::uint16_t*>(array.data)[i];
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

std::vector<double> ParametersAt(const expr::Expr& f, const Sources& sources, std::size_t i) {
  std::vector<double> values;
  const std::size_t channel = sources.layout.ChannelOf(i);
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    const std::size_t index = IndexOf(f.parameters[k], channel, sources.layout.channels);
    values.push_back(sources.parameters[k][index]);
  }
  return values;
}

}  // namespace

ExactFormulas::ExactFormulas(const expr::Expr& f) : value(f), input_slope(expr::Derive(f)) {
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    parameter_slopes.push_back(expr::DeriveParameter(f, k));
  }
}

void ForwardRepair::Fix(std::size_t begin, std::size_t n, std::span<float* const> stores,
                        std::span<float* const>) const {
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isfinite(stores[0][i])) continue;
    const double x = ValueAt(sources_.x, begin + i);
    if (std::isnan(x)) continue;
    const std::vector<double> parameters = ParametersAt(exact_.value, sources_, begin + i);
    stores[0][i] = static_cast<float>(expr::Evaluate(exact_.value, x, parameters));
  }
}

void BackwardRepair::Fix(std::size_t begin, std::size_t n, std::span<float* const> stores,
                         std::span<float* const> reduced) const {
  for (std::size_t i = 0; i < n; ++i) {
    const double x = ValueAt(sources_.x, begin + i);
    const double gradient = ValueAt(sources_.gradient, begin + i);
    if (std::isnan(x) || !std::isfinite(gradient)) continue;
    const std::vector<double> parameters = ParametersAt(exact_.value, sources_, begin + i);
    const auto fix = [&](float& result, const expr::Expr& slope) {
      if (std::isfinite(result)) return;
      result = static_cast<float>(gradient * expr::Evaluate(slope, x, parameters));
    };
    if (!stores.empty()) fix(stores[0][i], exact_.input_slope);
    for (std::size_t r = 0; r < reduced.size(); ++r) {
      fix(reduced[r][i], exact_.parameter_slopes[reductions_[r].parameter]);
    }
  }
}

}  // namespace actsearch::kernels::cpu
