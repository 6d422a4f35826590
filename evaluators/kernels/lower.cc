#include "evaluators/kernels/lower.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::kernels {
namespace {

using expr::Expr;
using expr::Graph;
using expr::Kind;
namespace rows = expr::rows;

// Composite primitives for which a loop of their own beats their definition.
constexpr std::string_view kKept[] = {"reciprocal", "square",     "cube",      "min0",
                                      "relu",       "bessel_i0e", "bessel_i1e"};

// By primitive: its definition over parameters 0, 1, 2, or no nodes for what kernels have.
std::vector<Expr> ParseDefinitions() {
  std::vector<Expr> definitions(expr::kPrimitiveCount);
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    if (row.definition.empty() || std::ranges::find(kKept, row.name) != std::end(kKept)) continue;
    std::string text(row.definition);
    text += " where a: layer = 0, b: layer = 0, c: layer = 0";
    auto parsed = expr::Parse(text);
    ACTSEARCH_CHECK(parsed.has_value(), std::string(row.name) + ": " + parsed.error().message);
    definitions[row.id] = std::move(*parsed);
  }
  return definitions;
}

// node = scale * square(base) with a negative scale.
struct ScaledSquare {
  double scale = 1;
  NodeIndex base = 0;
};

std::optional<ScaledSquare> ReadScaledSquare(const Graph& graph, NodeIndex node) {
  ScaledSquare result;
  for (;;) {
    const Graph::Item& item = graph[node];
    if (item.kind != Kind::kPrimitive) return std::nullopt;
    const auto constant = [&](int k) { return graph[item.args[k]].kind == Kind::kConstant; };
    if (item.id == expr::IdOf<rows::NegRow>()) {
      result.scale = -result.scale;
      node = item.args[0];
    } else if (item.id == expr::IdOf<rows::MulRow>() && (constant(0) || constant(1))) {
      const int k = constant(0) ? 0 : 1;
      result.scale *= graph[item.args[k]].value;
      node = item.args[1 - k];
    } else if (item.id == expr::IdOf<rows::DivRow>() && constant(1)) {
      result.scale /= graph[item.args[1]].value;
      node = item.args[0];
    } else if (item.id == expr::IdOf<rows::SquareRow>()) {
      result.base = item.args[0];
      return result.scale < 0 ? std::optional(result) : std::nullopt;
    } else {
      return std::nullopt;
    }
  }
}

}  // namespace

std::vector<NodeIndex> Lowering::AddAll(const Expr& e) {
  std::vector<NodeIndex> at;
  at.reserve(e.nodes.size());
  for (const expr::Node& node : e.nodes) {
    if (node.kind != Kind::kPrimitive) {
      at.push_back(graph_.Add({.kind = node.kind, .id = node.id, .value = node.value}));
      continue;
    }
    NodeIndex args[expr::kMaxArity] = {};
    const auto arity = static_cast<std::size_t>(Ops()[node.id].arity);
    for (std::size_t k = 0; k < arity; ++k) args[k] = at[node.args[k]];
    at.push_back(Apply(node.id, {args, arity}));
  }
  return at;
}

bool Lowering::Fold(OpId op, std::span<const NodeIndex> args, NodeIndex& result) {
  double values[expr::kMaxArity] = {};
  for (std::size_t k = 0; k < args.size(); ++k) {
    if (graph_[args[k]].kind != Kind::kConstant) return false;
    values[k] = graph_[args[k]].value;
  }
  const double value = Ops()[op].apply(values);
  if (!std::isfinite(value)) return false;
  result = graph_.Constant(value);
  return true;
}

NodeIndex Lowering::Instantiate(const Expr& formula, std::span<const NodeIndex> args) {
  std::vector<NodeIndex> at;
  at.reserve(formula.nodes.size());
  for (const expr::Node& node : formula.nodes) {
    if (node.kind == Kind::kParameter) {
      at.push_back(args[node.id]);
    } else if (node.kind == Kind::kConstant) {
      at.push_back(graph_.Constant(node.value));
    } else {
      NodeIndex inner[expr::kMaxArity] = {};
      const auto arity = static_cast<std::size_t>(Ops()[node.id].arity);
      for (std::size_t k = 0; k < arity; ++k) inner[k] = at[node.args[k]];
      at.push_back(Apply(node.id, {inner, arity}));
    }
  }
  return at.back();
}

// The sign goes into a constant factor or turns a difference round.
NodeIndex Lowering::Negate(NodeIndex a) {
  const Graph::Item item = graph_[a];
  if (Is<rows::NegRow>(a)) return item.args[0];
  if (Is<rows::SubRow>(a)) return Make<rows::SubRow>(item.args[1], item.args[0]);
  if (Is<rows::MulRow>(a)) {
    for (int k = 0; k < 2; ++k) {
      const Graph::Item factor = graph_[item.args[k]];
      if (factor.kind != Kind::kConstant) continue;
      return ApplyProduct(graph_.Constant(-factor.value), item.args[1 - k]);
    }
  }
  return graph_.Primitive(expr::IdOf<rows::NegRow>(), {&a, 1});
}

NodeIndex Lowering::ApplyProduct(NodeIndex a, NodeIndex b) {
  for (int turn = 0; turn < 2; ++turn, std::swap(a, b)) {
    if (IsConstant(a, 1)) return b;
    if (IsConstant(a, -1)) return Make<rows::NegRow>(b);
    if (Is<rows::NegRow>(a)) return Make<rows::NegRow>(ApplyProduct(graph_[a].args[0], b));
    if (Is<rows::StepRow>(a)) return Make<fused::MaskRow>(graph_[a].args[0], b);
    if (Is<rows::SubRow>(a) && IsConstant(graph_[a].args[0], 1) &&
        Is<rows::StepRow>(graph_[a].args[1])) {
      const NodeIndex condition = graph_[graph_[a].args[1]].args[0];
      return Make<rows::SelectRow>(condition, graph_.Constant(0), b);
    }
  }
  if (NodeIndex joined = 0; JoinSlope(a, b, joined) || JoinSlope(b, a, joined)) return joined;
  if (a == b) return Make<rows::SquareRow>(a);
  const NodeIndex args[] = {std::min(a, b), std::max(a, b)};
  return graph_.Primitive(expr::IdOf<rows::MulRow>(), args);
}

// sigmoid(x) times sech(softplus(x))^2, one of them perhaps a factor of `a`.
bool Lowering::JoinSlope(NodeIndex a, NodeIndex b, NodeIndex& joined) {
  // The e of each kind of factor.
  const auto of_sigmoid = [this](NodeIndex node, NodeIndex& e) {
    e = graph_[node].args[0];
    return Is<fused::SigmoidOfRow>(node);
  };
  const auto of_sech = [this](NodeIndex node, NodeIndex& e) {
    if (!Is<rows::SquareRow>(node)) return false;
    const NodeIndex base = graph_[node].args[0];
    e = graph_[base].args[0];
    return Is<fused::SechSoftplusOfRow>(base);
  };
  const auto match = [&](NodeIndex p, NodeIndex q) {
    NodeIndex e = 0;
    NodeIndex other = 0;
    const bool found =
        (of_sigmoid(p, e) && of_sech(q, other)) || (of_sech(p, e) && of_sigmoid(q, other));
    if (!found || e != other) return false;
    joined = Make<fused::TanhSoftplusSlopeOfRow>(e);
    return true;
  };
  if (match(a, b)) return true;
  if (!Is<rows::MulRow>(a)) return false;
  for (int k = 0; k < 2; ++k) {
    const Graph::Item item = graph_[a];
    if (!match(item.args[k], b)) continue;
    joined = ApplyProduct(item.args[1 - k], joined);
    return true;
  }
  return false;
}

// Sigmoid of -b reads the same exponential as sigmoid of b.
NodeIndex Lowering::ApplySigmoid(NodeIndex arg) {
  bool negative = false;
  const Graph::Item item = graph_[arg];
  if (Is<rows::NegRow>(arg)) {
    negative = true;
    arg = item.args[0];
  } else if (Is<rows::MulRow>(arg)) {
    for (int k = 0; k < 2; ++k) {
      const Graph::Item& factor = graph_[item.args[k]];
      if (factor.kind != Kind::kConstant || factor.value >= 0) continue;
      negative = true;
      arg = ApplyProduct(graph_.Constant(-factor.value), item.args[1 - k]);
      break;
    }
  } else if (Is<rows::SubRow>(arg) && item.args[0] > item.args[1]) {
    negative = true;
    arg = Make<rows::SubRow>(item.args[1], item.args[0]);
  }
  const NodeIndex e = Make<fused::ExpCappedRow>(arg);
  return negative ? Make<fused::SigmoidNegOfRow>(e) : Make<fused::SigmoidOfRow>(e);
}

// tanh or sech.
NodeIndex Lowering::ApplyHyperbolic(OpId op, NodeIndex arg) {
  const bool is_tanh = op == expr::IdOf<rows::TanhRow>();
  if (Is<fused::SoftplusOfRow>(arg)) {
    const NodeIndex e = graph_[arg].args[1];
    return is_tanh ? Make<fused::TanhSoftplusOfRow>(e) : Make<fused::SechSoftplusOfRow>(e);
  }
  const OpId target = is_tanh ? op : FusedId<fused::SechRow>();
  return graph_.Primitive(target, {&arg, 1});
}

NodeIndex Lowering::ApplyExp(NodeIndex arg) {
  if (const auto square = ReadScaledSquare(graph_, arg)) {
    const NodeIndex root = graph_.Constant(std::sqrt(-square->scale));
    return Make<fused::GaussianRow>(ApplyProduct(root, square->base));
  }
  return graph_.Primitive(expr::IdOf<rows::ExpRow>(), {&arg, 1});
}

NodeIndex Lowering::ApplyErrorFunction(OpId op, NodeIndex arg) {
  const NodeIndex g = Make<fused::GaussianRow>(arg);
  const NodeIndex args[] = {arg, g};
  const bool is_erf = op == expr::IdOf<rows::ErfRow>();
  return graph_.Primitive(is_erf ? FusedId<fused::ErfOfRow>() : FusedId<fused::ErfcOfRow>(), args);
}

// The sign of a gaussian's argument does not matter.
NodeIndex Lowering::ApplyGaussian(NodeIndex arg) {
  const Graph::Item item = graph_[arg];
  if (Is<rows::NegRow>(arg)) arg = item.args[0];
  if (Is<rows::MulRow>(arg)) {
    for (int k = 0; k < 2; ++k) {
      const Graph::Item& factor = graph_[item.args[k]];
      if (factor.kind != Kind::kConstant || factor.value >= 0) continue;
      arg = ApplyProduct(graph_.Constant(-factor.value), item.args[1 - k]);
      break;
    }
  }
  return graph_.Primitive(FusedId<fused::GaussianRow>(), {&arg, 1});
}

NodeIndex Lowering::Apply(OpId op, std::span<const NodeIndex> args) {
  static const std::vector<Expr> definitions = ParseDefinitions();
  if (NodeIndex folded = 0; Fold(op, args, folded)) return folded;
  switch (op) {
    case expr::IdOf<rows::AddRow>():
      if (IsConstant(args[0], 0)) return args[1];
      if (IsConstant(args[1], 0)) return args[0];
      if (Is<rows::NegRow>(args[1])) return Make<rows::SubRow>(args[0], graph_[args[1]].args[0]);
      if (Is<rows::NegRow>(args[0])) return Make<rows::SubRow>(args[1], graph_[args[0]].args[0]);
      break;
    case expr::IdOf<rows::SubRow>():
      if (IsConstant(args[0], 0)) return Make<rows::NegRow>(args[1]);
      if (IsConstant(args[1], 0)) return args[0];
      if (Is<rows::NegRow>(args[1])) return Make<rows::AddRow>(args[0], graph_[args[1]].args[0]);
      break;
    case expr::IdOf<rows::MulRow>():
      return ApplyProduct(args[0], args[1]);
    case expr::IdOf<rows::DivRow>():
      if (graph_[args[1]].kind == Kind::kConstant && std::isnormal(1 / graph_[args[1]].value)) {
        return ApplyProduct(graph_.Constant(1 / graph_[args[1]].value), args[0]);
      }
      break;
    case expr::IdOf<rows::NegRow>():
      return Negate(args[0]);
    case expr::IdOf<rows::SelectRow>():
      if (args[1] == args[2]) return args[1];
      if (IsConstant(args[2], 0)) return Make<fused::MaskRow>(args[0], args[1]);
      break;
    case FusedId<fused::MaskRow>():
      if (IsConstant(args[1], 1)) return Make<rows::StepRow>(args[0]);
      if (IsConstant(args[1], 0)) return args[1];
      break;
    case expr::IdOf<rows::SigmoidRow>():
      return ApplySigmoid(args[0]);
    case expr::IdOf<rows::SoftplusRow>():
      return Make<fused::SoftplusOfRow>(args[0], Make<fused::ExpCappedRow>(args[0]));
    case expr::IdOf<rows::TanhRow>():
    case expr::IdOf<rows::SechRow>():
      return ApplyHyperbolic(op, args[0]);
    case expr::IdOf<rows::ErfRow>():
    case expr::IdOf<rows::ErfcRow>():
      return ApplyErrorFunction(op, args[0]);
    case expr::IdOf<rows::NormalCdfRow>(): {
      const NodeIndex scaled = ApplyProduct(graph_.Constant(std::numbers::sqrt2 / 2), args[0]);
      return Make<fused::NormalCdfOfRow>(args[0], Make<fused::GaussianRow>(scaled));
    }
    case expr::IdOf<rows::ExpRow>():
      return ApplyExp(args[0]);
    case expr::IdOf<rows::SurrogateRow>():
      return args[0];
    case expr::IdOf<rows::GaussianRow>():
    case FusedId<fused::GaussianRow>():
      return ApplyGaussian(args[0]);
    default:
      break;
  }
  if (op < definitions.size() && !definitions[op].nodes.empty()) {
    return Instantiate(definitions[op], args);
  }
  return graph_.Primitive(op, args);
}

std::vector<NodeIndex> Reachable(const Graph& graph, std::span<const NodeIndex> outputs,
                                 std::span<const NodeIndex> stops) {
  std::vector<bool> needed(graph.size(), false);
  for (const NodeIndex output : outputs) needed[output] = true;
  std::vector<NodeIndex> order;
  for (std::size_t i = graph.size(); i-- > 0;) {
    if (!needed[i]) continue;
    order.push_back(static_cast<NodeIndex>(i));
    if (graph[i].kind != Kind::kPrimitive || std::ranges::find(stops, i) != stops.end()) continue;
    for (int k = 0; k < Ops()[graph[i].id].arity; ++k) needed[graph[i].args[k]] = true;
  }
  std::ranges::reverse(order);
  return order;
}

}  // namespace actsearch::kernels
