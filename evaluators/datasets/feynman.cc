#include <algorithm>
#include <utility>

#include "evaluators/datasets/feynman.row.h"
#include "evaluators/datasets/functions.h"

namespace actsearch::datasets {

Result<std::unique_ptr<const Dataset>> LoadFeynman(const Source& source) {
  const std::string& name = FieldOf<std::string>(source.fields, "equation");
  const auto equation = std::ranges::find(kEquations, name, &Equation::name);
  Function function{.name = "feynman " + name, .variables = {}, .value = nullptr};
  for (const EquationVariable& v : equation->variables) {
    function.variables.push_back({.name = std::string(v.name), .low = v.low, .high = v.high});
  }
  function.value = [&](std::span<const double> x) { return equation->value(x.data()); };
  return Sampled(function, source);
}

}  // namespace actsearch::datasets
