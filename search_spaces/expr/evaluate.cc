#include "search_spaces/expr/evaluate.h"

#include <algorithm>
#include <cstddef>

#include "search_spaces/base/check.h"

namespace actsearch::expr {
namespace {

constexpr std::size_t kBlock = 64;  // points at a time: the values of a graph stay in cache

// Values of every node over one block; constants and parameters are filled once.
class BlockEvaluator {
 public:
  BlockEvaluator(const Expr& e, std::span<const double> params)
      : e_(e), values_(e.nodes.size() * kBlock), at_(e.nodes.size()) {
    for (std::size_t i = 0; i < e.nodes.size(); ++i) {
      double* row = values_.data() + i * kBlock;
      at_[i] = row;
      const Node& node = e.nodes[i];
      if (node.kind == Kind::kConstant) std::fill_n(row, kBlock, node.value);
      if (node.kind == Kind::kParameter) std::fill_n(row, kBlock, params[node.id]);
    }
  }

  // n <= kBlock.
  void Run(const double* x, double* y, std::size_t n) {
    const auto table = Primitives();
    for (std::size_t i = 0; i < e_.nodes.size(); ++i) {
      const Node& node = e_.nodes[i];
      if (node.kind == Kind::kInput) at_[i] = x;
      if (node.kind != Kind::kPrimitive) continue;
      const double* args[kMaxArity] = {at_[node.args[0]], at_[node.args[1]], at_[node.args[2]]};
      table[node.id].apply_many(args, values_.data() + i * kBlock, n);
    }
    std::copy_n(at_.back(), n, y);
  }

 private:
  const Expr& e_;
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
  return EvaluateAs<double>(e, x, params);
}

void EvaluateMany(const Expr& e, std::span<const double> x, std::span<const double> params,
                  std::span<double> y) {
  ACTSEARCH_CHECK(x.size() == y.size(), "as many results as points");
  ACTSEARCH_CHECK(params.size() == e.parameters.size(), "one value for each parameter");
  BlockEvaluator evaluator(e, params);
  for (std::size_t begin = 0; begin < x.size(); begin += kBlock) {
    const std::size_t n = std::min(kBlock, x.size() - begin);
    evaluator.Run(x.data() + begin, y.data() + begin, n);
  }
}

std::vector<double> EvaluateMany(const Expr& e, std::span<const double> x,
                                 std::span<const double> params) {
  std::vector<double> y(x.size());
  EvaluateMany(e, x, params, y);
  return y;
}

}  // namespace actsearch::expr
