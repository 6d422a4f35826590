// Values of an expression: at one double, at many, or over another number type.
// Called by gates, fingerprints, moments and tests; the training kernels compile
// the graph instead. `params` holds one number for each of e.parameters, in their
// order (InitialParameters for the genome's own). Functions without `u` are for graphs
// that read x only (InputCount). Reductions run over all given points as one vector,
// whatever their index sets. Pure; safe from any thread.
#pragma once

#include <span>
#include <vector>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {

std::vector<double> InitialParameters(const Expr& e);

double Evaluate(const Expr& e, double x, std::span<const double> params);
double Evaluate(const Expr& e, double x, double u, std::span<const double> params);

// y[i] = e(x[i]), node by node over blocks of points: about as fast as the
// mathematical library allows. x, u and y have equal sizes.
void EvaluateMany(const Expr& e, std::span<const double> x, std::span<const double> params,
                  std::span<double> y);
void EvaluateMany(const Expr& e, std::span<const double> x, std::span<const double> u,
                  std::span<const double> params, std::span<double> y);
std::vector<double> EvaluateMany(const Expr& e, std::span<const double> x,
                                 std::span<const double> params);

// For any number type that speaks the vocabulary (vocabulary.h). Pointwise graphs only.
template <class T>
T EvaluateAs(const Expr& e, const T& x, const T& u, std::span<const T> params) {
  std::vector<T> values;
  values.reserve(e.nodes.size());
  for (const Node& node : e.nodes) {
    switch (node.kind) {
      case Kind::kInput:
        values.push_back(node.id == 0 ? x : u);
        break;
      case Kind::kConstant:
        values.push_back(T(node.value));
        break;
      case Kind::kParameter:
        values.push_back(params[node.id]);
        break;
      case Kind::kPrimitive: {
        const T args[kMaxArity] = {values[node.args[0]], values[node.args[1]],
                                   values[node.args[2]]};
        values.push_back(ApplyPrimitive<T>(node.id, args));
        break;
      }
      case Kind::kReduction:
        ACTSEARCH_CHECK(false, "a reduction has no value at one point");
    }
  }
  return values.back();
}
template <class T>
T EvaluateAs(const Expr& e, const T& x, std::span<const T> params) {
  ACTSEARCH_CHECK(InputCount(e) <= 1, "a formula of two inputs needs both");
  return EvaluateAs<T>(e, x, x, params);
}

}  // namespace actsearch::expr
