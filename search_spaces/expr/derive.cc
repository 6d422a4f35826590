#include "search_spaces/expr/derive.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/rewrite.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::expr {
namespace {

std::vector<DerivativeRules> ParseRules() {
  std::vector<DerivativeRules> rules(Primitives().size());
  for (const PrimitiveRow& row : Primitives()) {
    for (int k = 0; k < row.arity; ++k) {
      std::string text(row.derivative[k]);
      text += " where a: layer = 0, b: layer = 0, c: layer = 0";
      auto rule = Parse(text);
      ACTSEARCH_CHECK(rule.has_value(), std::string(row.name) + ": " + rule.error().message);
      rules[row.id][k] = std::move(*rule);
    }
  }
  return rules;
}

// The order of parts does not matter here, only that it is the same in every run.
std::vector<std::uint64_t> Colours(std::size_t count) {
  std::vector<std::uint64_t> colours(count);
  for (std::size_t k = 0; k < count; ++k) colours[k] = MixBits(k);
  return colours;
}

class Differentiator {
 public:
  // By the input or the parameter with this number.
  Differentiator(const Expr& e, Kind kind, std::size_t id)
      : e_(Simplify(e)),
        rewriter_(Colours(e.parameters.size()), /*uses_all=*/false),
        values_(rewriter_.Rewrite(e_)) {
    ACTSEARCH_CHECK(IsPointwise(e), "only pointwise formulas have derivatives");
    zero_ = rewriter_.Constant(0);
    slopes_.reserve(e_.nodes.size());
    for (const Node& node : e_.nodes) {
      const bool is_variable = node.kind == kind && node.id == id;
      slopes_.push_back(is_variable                     ? rewriter_.Constant(1)
                        : node.kind == Kind::kPrimitive ? SlopeOf(node)
                                                        : zero_);
    }
  }

  Expr Result() const { return rewriter_.graph().Finish(slopes_.back(), e_.parameters); }

 private:
  // Of a choice between arguments, the slope of the chosen one, so that the other cannot
  // spoil it; of other primitives by the chain rule.
  NodeIndex SlopeOf(const Node& node) {
    const auto value = [&](int k) { return values_[node.args[k]]; };
    const auto slope = [&](int k) { return slopes_[node.args[k]]; };
    switch (node.id) {
      case IdOf<rows::SelectRow>():
        return Make<rows::SelectRow>(value(0), slope(1), slope(2));
      case IdOf<rows::MaxRow>():
        return Make<rows::SelectRow>(Make<rows::SubRow>(value(0), value(1)), slope(0), slope(1));
      case IdOf<rows::MinRow>():
        return Make<rows::SelectRow>(Make<rows::SubRow>(value(1), value(0)), slope(0), slope(1));
      case IdOf<rows::ReluRow>():
        return Make<rows::SelectRow>(value(0), slope(0), zero_);
      case IdOf<rows::Min0Row>():
        return Make<rows::SelectRow>(Make<rows::NegRow>(value(0)), slope(0), zero_);
      default:
        return ByChainRule(node);
    }
  }

  template <class Row, class... Nodes>
  NodeIndex Make(Nodes... args) {
    const NodeIndex list[] = {args...};
    return rewriter_.Apply(IdOf<Row>(), list);
  }

  // The sum over arguments of derivative * slope of the argument.
  NodeIndex ByChainRule(const Node& node) {
    const DerivativeRules& rules = RulesOf(node.id);
    NodeIndex slope = zero_;
    for (int k = 0; k < Primitives()[node.id].arity; ++k) {
      const NodeIndex inner = slopes_[node.args[k]];
      if (inner == zero_) continue;
      const NodeIndex outer = Instantiate(rules[k], node);
      if (outer == zero_) continue;
      const NodeIndex part[] = {outer, inner};
      const NodeIndex sum[] = {slope, rewriter_.Apply(IdOf<rows::MulRow>(), part)};
      slope = rewriter_.Apply(IdOf<rows::AddRow>(), sum);
    }
    return slope;
  }

  // The rule with the node's arguments in place of a, b, c.
  NodeIndex Instantiate(const Expr& rule, const Node& at) {
    std::vector<NodeIndex> made;
    made.reserve(rule.nodes.size());
    for (const Node& node : rule.nodes) {
      if (node.kind == Kind::kParameter) {
        made.push_back(values_[at.args[node.id]]);
      } else if (node.kind == Kind::kConstant) {
        made.push_back(rewriter_.Constant(node.value));
      } else {
        NodeIndex args[kMaxArity] = {};
        const auto arity = static_cast<std::size_t>(Primitives()[node.id].arity);
        for (std::size_t k = 0; k < arity; ++k) args[k] = made[node.args[k]];
        made.push_back(rewriter_.Apply(node.id, {args, arity}));
      }
    }
    return made.back();
  }

  const Expr e_;
  Rewriter rewriter_;
  std::vector<NodeIndex> values_;
  std::vector<NodeIndex> slopes_;
  NodeIndex zero_ = 0;
};

}  // namespace

const DerivativeRules& RulesOf(std::uint16_t primitive) {
  static const std::vector<DerivativeRules> rules = ParseRules();
  return rules[primitive];
}

Expr Derive(const Expr& e) { return DeriveInput(e, 0); }

Expr DeriveInput(const Expr& e, int input) {
  ACTSEARCH_CHECK(input == 0 || input == 1, "no such input");
  return Differentiator(e, Kind::kInput, static_cast<std::size_t>(input)).Result();
}

Expr DeriveParameter(const Expr& e, std::size_t k) {
  ACTSEARCH_CHECK(k < e.parameters.size(), "no such parameter");
  return Differentiator(e, Kind::kParameter, k).Result();
}

}  // namespace actsearch::expr
