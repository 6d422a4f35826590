#include "evaluators/datasets/functions.h"

#include <algorithm>
#include <utility>

#include "evaluators/datasets/vectors.h"

namespace actsearch::datasets {
namespace {

constexpr std::int64_t kLeastScored = 256;

double Near(const Variable& v, Rng& rng) { return rng.Uniform(v.low, v.high); }

double Far(const Variable& v, Rng& rng) {
  const double step = rng.Uniform(0, (v.high - v.low) / 2);
  return v.both_sides && rng.Below(2) == 1 ? v.low - step : v.high + step;
}

VectorRows Draw(const Function& function, std::int64_t count, bool far, Rng rng) {
  VectorRows rows;
  std::vector<double> x(function.variables.size());
  for (std::int64_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < x.size(); ++k) {
      x[k] = far ? Far(function.variables[k], rng) : Near(function.variables[k], rng);
    }
    rows.inputs.insert(rows.inputs.end(), x.begin(), x.end());
    rows.targets.push_back(function.value(x));
  }
  return rows;
}

}  // namespace

Result<std::unique_ptr<const Dataset>> Sampled(const Function& function, const Source& source) {
  const auto examples = FieldOf<std::int64_t>(source.fields, "examples");
  const Rng root = Rng(static_cast<std::uint64_t>(FieldOf<std::int64_t>(source.fields, "seed")));
  Vectors vectors{.name = function.name,
                  .shape = Features(static_cast<std::int64_t>(function.variables.size())),
                  .outputs = 1};
  for (const Subset subset : catalogue::kSubsets) {
    const bool trains = subset == Subset::kTrain;
    vectors.subsets[static_cast<std::size_t>(subset)] =
        Draw(function, trains ? examples : std::max(examples / 4, kLeastScored),
             catalogue::IsFar(subset), root.Fork("points").Fork(catalogue::Name(subset)));
  }
  return Standardised(std::move(vectors));
}

}  // namespace actsearch::datasets
