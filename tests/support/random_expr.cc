#include "tests/support/random_expr.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/reductions.h"

namespace actsearch::testing {
namespace {

using expr::Graph;
using expr::IdOf;
using expr::Kind;
using expr::Node;
using expr::NodeIndex;
namespace rows = expr::rows;

// Round numbers, as people write them, and any others.
double RandomConstant(Rng& rng) {
  constexpr std::array kRound = {0.0, 1.0, 2.0, -1.0, 0.5, 3.0, 6.0, -0.5, 0.1, 10.0};
  return rng.Chance(0.6) ? rng.Pick(kRound) : std::round(rng.Uniform(-4, 4) * 1000) / 1000;
}

std::string NameOf(char letter, int index) {
  std::string name(1, letter);
  name += std::to_string(index);
  return name;
}

class Grower {
 public:
  Grower(Rng& rng, const RandomExprOptions& options) : rng_(rng), options_(options) {
    const auto count = static_cast<int>(rng.Below(options.max_parameters + 1));
    for (int k = 0; k < count; ++k) {
      const auto shape = rng.Chance(0.5) ? expr::Shape::kLayer : expr::Shape::kChannel;
      parameters_.push_back({NameOf('b', k), shape, RandomConstant(rng)});
    }
    if (options.all_shapes) VaryShapes();
  }

  expr::Expr Run() {
    const NodeIndex root = Grow(options_.primitives);
    return graph_.Finish(root, parameters_);
  }

 private:
  // Some become elements of a vector v, some parameters of groups.
  void VaryShapes() {
    int element = rng_.Chance(0.8) ? 0 : 1;
    for (expr::Parameter& p : parameters_) {
      if (rng_.Chance(0.5)) p.name = "v[" + std::to_string(element++) + "]";
      if (rng_.Chance(0.7)) {
        p.shape = parameters_[0].shape;
        p.groups = parameters_[0].groups;
      }
      if (rng_.Chance(0.5)) p.initial = parameters_[0].initial;
      if (rng_.Chance(0.8)) continue;
      p.shape = expr::Shape::kGroup;
      p.groups = static_cast<std::uint16_t>(rng_.Below(4) + 1);
    }
  }

  NodeIndex Reduction(int budget) {
    const auto id = static_cast<std::uint16_t>(rng_.Below(expr::Reductions().size()));
    const auto axes = static_cast<std::uint8_t>(rng_.Below(15) + 1);
    const bool grouped = (axes & expr::kAxisC) != 0 && rng_.Chance(0.5);
    const auto groups = static_cast<std::uint16_t>(grouped ? rng_.Below(4) + 1 : 0);
    return graph_.Reduction(id, axes, groups, Grow(budget - 1));
  }

  NodeIndex Leaf() {
    const double u = rng_.Uniform();
    if (u < options_.constant_share) return graph_.Constant(RandomConstant(rng_));
    if (u < options_.constant_share + options_.parameter_share && !parameters_.empty()) {
      return graph_.Parameter(static_cast<std::uint16_t>(rng_.Below(parameters_.size())));
    }
    return graph_.Input(options_.second_share > 0 && rng_.Chance(options_.second_share) ? 1 : 0);
  }

  std::uint64_t RandomPrimitive() {
    const auto table = expr::Primitives();
    std::uint64_t id = rng_.Below(table.size());
    while (!table[id].custom_gradient.empty()) id = rng_.Below(table.size());
    return id;
  }

  // A tree with `budget` applications.
  NodeIndex Grow(int budget) {
    if (budget == 0) return Leaf();
    if (options_.reduction_share > 0 && rng_.Chance(options_.reduction_share)) {
      return Reduction(budget);
    }
    const auto table = expr::Primitives();
    const expr::PrimitiveRow& row = table[RandomPrimitive()];
    std::vector<int> share(row.arity, 0);
    for (int i = 1; i < budget; ++i) ++share[rng_.Below(share.size())];
    std::vector<NodeIndex> args;
    for (const int part : share) args.push_back(Grow(part));
    return graph_.Primitive(row.id, args);
  }

  Rng& rng_;
  RandomExprOptions options_;
  Graph graph_;
  std::vector<expr::Parameter> parameters_;
};

// Rebuilds a graph node by node and spells some of them differently.
class Speller {
 public:
  Speller(const expr::Expr& e, Rng& rng, bool rewrites) : e_(e), rng_(rng), rewrites_(rewrites) {
    order_.resize(e.parameters.size());
    std::iota(order_.begin(), order_.end(), 0);
    rng.Shuffle(order_);
  }

  expr::Expr Run() {
    std::vector<NodeIndex> spelled;
    for (const Node& node : e_.nodes) {
      NodeIndex made = Copy(node, spelled);
      if (rewrites_ && rng_.Chance(0.3)) made = Neutral(made);
      spelled.push_back(made);
    }
    std::vector<expr::Parameter> parameters(e_.parameters.size());
    for (std::size_t k = 0; k < order_.size(); ++k) {
      parameters[order_[k]] = e_.parameters[k];
      parameters[order_[k]].name = NameOf('q', order_[k]);
    }
    return graph_.Finish(spelled.back(), parameters);
  }

 private:
  template <class Row, class... Nodes>
  NodeIndex Make(Nodes... args) {
    const NodeIndex list[] = {args...};
    return graph_.Primitive(IdOf<Row>(), list);
  }
  NodeIndex One() { return graph_.Constant(1); }

  NodeIndex Copy(const Node& node, const std::vector<NodeIndex>& spelled) {
    switch (node.kind) {
      case Kind::kInput:
        return graph_.Input(node.id);
      case Kind::kConstant:
        return graph_.Constant(node.value);
      case Kind::kParameter:
        return graph_.Parameter(order_[node.id]);
      case Kind::kReduction:
        return graph_.Copy(node, spelled);
      case Kind::kPrimitive:
        break;
    }
    const expr::PrimitiveRow& row = expr::Primitives()[node.id];
    std::vector<NodeIndex> args;
    for (int k = 0; k < row.arity; ++k) args.push_back(spelled[node.args[k]]);
    if (row.commutative && rng_.Chance(0.5)) std::swap(args[0], args[1]);
    if (rewrites_ && rng_.Chance(0.7)) return Respell(node.id, args);
    return graph_.Primitive(node.id, args);
  }

  bool Is(NodeIndex node, std::uint16_t id) const {
    return graph_[node].kind == Kind::kPrimitive && graph_[node].id == id;
  }

  // a in a form that is equal to it whatever it is.
  NodeIndex Neutral(NodeIndex a) {
    switch (rng_.Below(4)) {
      case 0:
        return Make<rows::AddRow>(a, graph_.Constant(0));
      case 1:
        return Make<rows::MulRow>(One(), a);
      case 2:
        return Make<rows::NegRow>(Make<rows::NegRow>(a));
      default:
        return Make<rows::MaxRow>(a, a);
    }
  }

  NodeIndex Respell(std::uint16_t id, std::span<const NodeIndex> args) {
    const NodeIndex a = args[0];
    const NodeIndex b = args.size() > 1 ? args[1] : a;
    switch (id) {
      case IdOf<rows::AddRow>():
        if (Is(a, id)) {  // (p + q) + b -> p + (q + b)
          return Make<rows::AddRow>(graph_[a].args[0], Make<rows::AddRow>(graph_[a].args[1], b));
        }
        return Make<rows::SubRow>(a, Make<rows::NegRow>(b));
      case IdOf<rows::SubRow>():
        return Make<rows::AddRow>(Make<rows::NegRow>(b), a);
      case IdOf<rows::MulRow>():
        if (Is(a, IdOf<rows::AddRow>())) {  // (p + q) * b -> p * b + q * b
          return Make<rows::AddRow>(Make<rows::MulRow>(graph_[a].args[0], b),
                                    Make<rows::MulRow>(graph_[a].args[1], b));
        }
        if (Is(a, id)) {
          return Make<rows::MulRow>(graph_[a].args[0], Make<rows::MulRow>(graph_[a].args[1], b));
        }
        return Make<rows::NegRow>(Make<rows::MulRow>(Make<rows::NegRow>(a), b));
      case IdOf<rows::DivRow>():
        return Make<rows::MulRow>(a, Make<rows::ReciprocalRow>(b));
      case IdOf<rows::MaxRow>():
        if (Is(b, IdOf<rows::NegRow>()) && graph_[b].args[0] == a) return Make<rows::AbsRow>(a);
        return Make<rows::NegRow>(Make<rows::MinRow>(Make<rows::NegRow>(b), Make<rows::NegRow>(a)));
      case IdOf<rows::GateRow>():
        return Make<rows::MulRow>(b, Make<rows::SigmoidRow>(a));
      default:
        return RespellCall(id, args);
    }
  }

  NodeIndex RespellCall(std::uint16_t id, std::span<const NodeIndex> args) {
    const NodeIndex a = args[0];
    switch (id) {
      case IdOf<rows::SquareRow>():
        return Make<rows::MulRow>(a, a);
      case IdOf<rows::CubeRow>():
        return Make<rows::MulRow>(Make<rows::MulRow>(a, a), a);
      case IdOf<rows::ReluRow>():
        return RespellRelu(a);
      case IdOf<rows::Min0Row>():
        if (rng_.Chance(0.5)) {
          return Make<rows::NegRow>(Make<rows::ReluRow>(Make<rows::NegRow>(a)));
        }
        return Make<rows::MinRow>(a, graph_.Constant(0));
      case IdOf<rows::AbsRow>():
        if (rng_.Chance(0.5)) return Make<rows::MaxRow>(a, Make<rows::NegRow>(a));
        return Make<rows::AddRow>(Make<rows::ReluRow>(a),
                                  Make<rows::ReluRow>(Make<rows::NegRow>(a)));
      case IdOf<rows::TanhRow>():
        if (rng_.Chance(0.5)) {
          const NodeIndex twice = Make<rows::MulRow>(graph_.Constant(2), a);
          return Make<rows::SubRow>(
              Make<rows::MulRow>(graph_.Constant(2), Make<rows::SigmoidRow>(twice)), One());
        }
        return Make<rows::NegRow>(Make<rows::TanhRow>(Make<rows::NegRow>(a)));
      case IdOf<rows::SoftplusRow>():
        return Make<rows::AddRow>(Make<rows::SoftplusRow>(Make<rows::NegRow>(a)), a);
      case IdOf<rows::SelectRow>():
        return Make<rows::SelectRow>(Make<rows::AtanRow>(a), args[1], args[2]);
      case IdOf<rows::SinRow>():
      case IdOf<rows::AtanRow>(): {
        const NodeIndex negative[] = {Make<rows::NegRow>(a)};
        return Make<rows::NegRow>(graph_.Primitive(id, negative));
      }
      case IdOf<rows::SigmoidRow>():
        if (rng_.Chance(0.5)) {
          return Make<rows::SubRow>(One(), Make<rows::SigmoidRow>(Make<rows::NegRow>(a)));
        }
        return Make<rows::DivRow>(
            One(), Make<rows::AddRow>(Make<rows::ExpRow>(Make<rows::NegRow>(a)), One()));
      case IdOf<rows::GaussianRow>():
        return Make<rows::ExpRow>(Make<rows::NegRow>(Make<rows::SquareRow>(a)));
      default:
        return graph_.Primitive(id, args);
    }
  }

  // relu(a) as max(0, a), a * step(a), a - min0(a), or select(a, a, 0).
  NodeIndex RespellRelu(NodeIndex a) {
    switch (rng_.Below(4)) {
      case 0:
        return Make<rows::MaxRow>(graph_.Constant(0), a);
      case 1:
        return Make<rows::MulRow>(a, Make<rows::StepRow>(a));
      case 2:
        return Make<rows::SubRow>(a, Make<rows::Min0Row>(a));
      default:
        return Make<rows::SelectRow>(a, a, graph_.Constant(0));
    }
  }

  const expr::Expr& e_;
  Rng& rng_;
  const bool rewrites_;
  Graph graph_;
  std::vector<std::uint16_t> order_;  // new index of each parameter
};

}  // namespace

expr::Expr RandomExpr(Rng& rng, const RandomExprOptions& options) {
  return Grower(rng, options).Run();
}

expr::Expr Disguise(const expr::Expr& e, Rng& rng) { return Speller(e, rng, true).Run(); }

expr::Expr Shuffle(const expr::Expr& e, Rng& rng) { return Speller(e, rng, false).Run(); }

}  // namespace actsearch::testing
