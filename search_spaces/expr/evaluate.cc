#include "search_spaces/expr/evaluate.h"

#include <algorithm>
#include <cstddef>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/reductions.h"

namespace actsearch::expr {
namespace {

constexpr std::size_t kBlock = 64;  // points at a time: the values of a graph stay in cache

// Values of every node over one block; constants and parameters are filled once.
class BlockEvaluator {
 public:
  BlockEvaluator(const Expr& e, std::span<const double> params, std::size_t block)
      : e_(e), block_(block), values_(e.nodes.size() * block), at_(e.nodes.size()) {
    for (std::size_t i = 0; i < e.nodes.size(); ++i) {
      double* row = values_.data() + i * block;
      at_[i] = row;
      const Node& node = e.nodes[i];
      if (node.kind == Kind::kConstant) std::fill_n(row, block, node.value);
      if (node.kind == Kind::kParameter) std::fill_n(row, block, params[node.id]);
    }
  }

  // n <= block.
  void Run(const double* x, const double* u, double* y, std::size_t n) {
    const auto table = Primitives();
    for (std::size_t i = 0; i < e_.nodes.size(); ++i) {
      const Node& node = e_.nodes[i];
      double* row = values_.data() + i * block_;
      if (node.kind == Kind::kInput) at_[i] = node.id == 0 ? x : u;
      if (node.kind == Kind::kPrimitive) {
        const double* args[kMaxArity] = {at_[node.args[0]], at_[node.args[1]], at_[node.args[2]]};
        table[node.id].apply_many(args, row, n);
      } else if (node.kind == Kind::kReduction) {
        std::fill_n(row, n, Reductions()[node.id].evaluate({at_[node.args[0]], n}));
      }
    }
    std::copy_n(at_.back(), n, y);
  }

 private:
  const Expr& e_;
  const std::size_t block_;
  std::vector<double> values_;
  std::vector<const double*> at_;
};

}  // namespace

std::vector<double> InitialParameters(const Expr& e) {
  std::vector<double> values;
  values.reserve(e.parameters.size());
  for (const Parameter& parameter : e.parameters) values.push_back(parameter.initial);
  return values;
}

double Evaluate(const Expr& e, double x, std::span<const double> params) {
  ACTSEARCH_CHECK(InputCount(e) <= 1, "a formula of two inputs needs both");
  return Evaluate(e, x, x, params);
}

double Evaluate(const Expr& e, double x, double u, std::span<const double> params) {
  if (IsPointwise(e)) return EvaluateAs<double>(e, x, u, params);
  double y = 0;
  EvaluateMany(e, {&x, 1}, {&u, 1}, params, {&y, 1});
  return y;
}

void EvaluateMany(const Expr& e, std::span<const double> x, std::span<const double> params,
                  std::span<double> y) {
  ACTSEARCH_CHECK(InputCount(e) <= 1, "a formula of two inputs needs both");
  EvaluateMany(e, x, x, params, y);
}

void EvaluateMany(const Expr& e, std::span<const double> x, std::span<const double> u,
                  std::span<const double> params, std::span<double> y) {
  ACTSEARCH_CHECK(x.size() == y.size() && u.size() == x.size(), "as many results as points");
  ACTSEARCH_CHECK(params.size() == e.parameters.size(), "one value for each parameter");
  const std::size_t block = IsPointwise(e) ? kBlock : x.size();
  BlockEvaluator evaluator(e, params, block);
  for (std::size_t begin = 0; begin < x.size(); begin += block) {
    const std::size_t n = std::min(block, x.size() - begin);
    evaluator.Run(x.data() + begin, u.data() + begin, y.data() + begin, n);
  }
}

std::vector<double> EvaluateMany(const Expr& e, std::span<const double> x,
                                 std::span<const double> params) {
  std::vector<double> y(x.size());
  EvaluateMany(e, x, params, y);
  return y;
}

}  // namespace actsearch::expr
