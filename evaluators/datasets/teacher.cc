#include <cmath>
#include <utility>

#include "evaluators/datasets/functions.h"
#include "evaluators/datasets/teacher.row.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::datasets {
namespace {

// sum of outer f(weights . x + bias): pre-activations have variance 2, as inputs have 1.
struct Unit {
  std::vector<double> weights;
  double bias = 0;
  double outer = 0;
};

std::vector<Unit> DrawUnits(const Source& source, std::size_t variables) {
  Rng rng(static_cast<std::uint64_t>(FieldOf<std::int64_t>(source.fields, "seed")));
  rng = rng.Fork("units");
  std::vector<Unit> units(static_cast<std::size_t>(FieldOf<std::int64_t>(source.fields, "units")));
  for (Unit& unit : units) {
    for (std::size_t k = 0; k < variables; ++k) {
      unit.weights.push_back(rng.Normal() / std::sqrt(static_cast<double>(variables)));
    }
    unit.bias = rng.Normal();
    unit.outer = rng.Normal();
  }
  return units;
}

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadTeacher(const Source& source) {
  const std::string& formula = FieldOf<std::string>(source.fields, "function");
  const Result<expr::Expr> f = expr::ParseScalar(formula);
  if (!f) return Fail(ErrorCode::kInvalid, "task.function: " + f.error().message);
  const auto variables =
      static_cast<std::size_t>(FieldOf<std::int64_t>(source.fields, "variables"));
  const std::vector<Unit> units = DrawUnits(source, variables);
  const std::vector<double> parameters = expr::InitialParameters(*f);
  const double bound = std::sqrt(3.0);
  bool is_finite = true;
  const Variable variable{.name = "x", .low = -bound, .high = bound, .both_sides = true};
  const Function function{.name = "teacher " + formula,
                          .variables = std::vector<Variable>(variables, variable),
                          .value = [&](std::span<const double> x) {
                            std::vector<double> hidden;
                            for (const Unit& unit : units) {
                              double sum = unit.bias;
                              for (std::size_t k = 0; k < x.size(); ++k) {
                                sum += unit.weights[k] * x[k];
                              }
                              hidden.push_back(sum);
                            }
                            const auto values = expr::EvaluateMany(*f, hidden, parameters);
                            double answer = 0;
                            for (std::size_t j = 0; j < units.size(); ++j) {
                              answer += units[j].outer * values[j];
                            }
                            is_finite = is_finite && std::isfinite(answer);
                            return answer;
                          }};
  auto data = Sampled(function, source);
  if (!is_finite) {
    return Fail(ErrorCode::kInvalid, "task.function: '" + formula +
                                         "' is not finite at all points; take one that is");
  }
  return data;
}

}  // namespace actsearch::datasets
