#include "evaluators/kernels/reverse.h"

#include <span>

#include "search_spaces/expr/derive.h"

namespace actsearch::kernels {
namespace {

using expr::Kind;
namespace rows = expr::rows;

class Reverse {
 public:
  Reverse(const expr::Expr& f, Lowering& lowering)
      : f_(f),
        lowering_(lowering),
        zero_(lowering.graph().Constant(0)),
        at_(lowering.AddAll(f)),
        adjoints_(f.nodes.size(), zero_) {}

  Adjoints Run(NodeIndex seed) {
    adjoints_.back() = seed;
    for (std::size_t i = f_.nodes.size(); i-- > 0;) {
      if (f_.nodes[i].kind == Kind::kPrimitive && adjoints_[i] != zero_) Propagate(i);
    }
    Adjoints result{.result = at_.back(), .input = zero_};
    result.parameters.assign(f_.parameters.size(), zero_);
    for (std::size_t i = 0; i < f_.nodes.size(); ++i) {
      if (f_.nodes[i].kind == Kind::kInput) result.input = adjoints_[i];
      if (f_.nodes[i].kind == Kind::kParameter) result.parameters[f_.nodes[i].id] = adjoints_[i];
    }
    return result;
  }

 private:
  void Propagate(std::size_t i) {
    const expr::Node& node = f_.nodes[i];
    const expr::DerivativeRules& rules = expr::RulesOf(node.id);
    const int arity = expr::Primitives()[node.id].arity;
    NodeIndex args[expr::kMaxArity] = {};
    for (int k = 0; k < arity; ++k) args[k] = at_[node.args[k]];
    for (int k = 0; k < arity; ++k) {
      if (f_.nodes[node.args[k]].kind == Kind::kConstant) continue;
      const NodeIndex partial =
          lowering_.Instantiate(rules[k], {args, static_cast<std::size_t>(arity)});
      if (partial == zero_) continue;
      const NodeIndex share = lowering_.Make<rows::MulRow>(adjoints_[i], partial);
      NodeIndex& adjoint = adjoints_[node.args[k]];
      adjoint = lowering_.Make<rows::AddRow>(adjoint, share);
    }
  }

  const expr::Expr& f_;
  Lowering& lowering_;
  NodeIndex zero_;
  std::vector<NodeIndex> at_;  // by node of f
  std::vector<NodeIndex> adjoints_;
};

}  // namespace

Adjoints Accumulate(const expr::Expr& f, NodeIndex seed, Lowering& lowering) {
  return Reverse(f, lowering).Run(seed);
}

}  // namespace actsearch::kernels
