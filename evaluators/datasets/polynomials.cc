#include <cmath>
#include <utility>

#include "evaluators/datasets/functions.h"
#include "evaluators/datasets/polynomials.row.h"

namespace actsearch::datasets {
namespace {

struct Term {
  double factor = 0;
  std::vector<int> powers;  // one a variable
};

// All monomials of total degree 1 to `degree`, in a fixed order.
void AddTerms(std::size_t variable, int left, std::vector<int>& powers, std::vector<Term>& terms) {
  if (variable == powers.size()) {
    int total = 0;
    for (const int power : powers) total += power;
    if (total > 0) terms.push_back({.factor = 0, .powers = powers});
    return;
  }
  for (int power = 0; power <= left; ++power) {
    powers[variable] = power;
    AddTerms(variable + 1, left - power, powers, terms);
  }
  powers[variable] = 0;
}

double ValueAt(const std::vector<Term>& terms, std::span<const double> x) {
  double sum = 0;
  for (const Term& term : terms) {
    double product = term.factor;
    for (std::size_t k = 0; k < x.size(); ++k) {
      for (int i = 0; i < term.powers[k]; ++i) product *= x[k];
    }
    sum += product;
  }
  return sum;
}

constexpr std::size_t kMostTerms = 20000;

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadPolynomials(const Source& source) {
  const auto variables =
      static_cast<std::size_t>(FieldOf<std::int64_t>(source.fields, "variables"));
  const auto degree = static_cast<int>(FieldOf<std::int64_t>(source.fields, "degree"));
  std::vector<int> powers(variables);
  std::vector<Term> terms;
  AddTerms(0, degree, powers, terms);
  if (terms.size() > kMostTerms) {
    return Fail(ErrorCode::kInvalid, "task.degree: " + std::to_string(terms.size()) +
                                         " terms, at most " + std::to_string(kMostTerms) +
                                         ": lower task.degree or task.variables");
  }
  Rng rng(static_cast<std::uint64_t>(FieldOf<std::int64_t>(source.fields, "seed")));
  rng = rng.Fork("coefficients");
  for (Term& term : terms) term.factor = rng.Normal();
  const Function function{
      .name = "polynomials",
      .variables = std::vector<Variable>(variables, {.name = "x", .both_sides = true}),
      .value = [&terms](std::span<const double> x) { return ValueAt(terms, x); }};
  return Sampled(function, source);
}

}  // namespace actsearch::datasets
