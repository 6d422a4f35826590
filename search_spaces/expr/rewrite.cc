#include "search_spaces/expr/rewrite.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <utility>

#include "search_spaces/base/hash.h"
#include "search_spaces/expr/reductions.h"

namespace actsearch::expr {
namespace {

constexpr std::uint32_t kMaxSize = 1'000'000'000;

}  // namespace

// ---- nodes

NodeIndex Rewriter::Input(std::uint16_t id) { return Add({.kind = Kind::kInput, .id = id}); }

NodeIndex Rewriter::Constant(double value) {
  return Add({.kind = Kind::kConstant, .value = value == 0 ? 0 : value});  // no -0
}

NodeIndex Rewriter::Parameter(std::uint16_t index) {
  return Add({.kind = Kind::kParameter, .id = index});
}

NodeIndex Rewriter::Raw(std::uint16_t id, std::span<const NodeIndex> args) {
  Graph::Item item{.kind = Kind::kPrimitive, .id = id};
  std::copy(args.begin(), args.end(), item.args);
  return Add(item);
}

NodeIndex Rewriter::Add(const Graph::Item& item) {
  const NodeIndex node = graph_.Add(item);
  if (node < hashes_.size()) return node;
  std::uint64_t hash = static_cast<std::uint64_t>(item.kind) + 1;
  std::uint32_t size = 1;
  if (item.kind == Kind::kConstant)
    hash = HashCombine(hash, std::bit_cast<std::uint64_t>(item.value));
  if (item.kind == Kind::kParameter) hash = HashCombine(hash, colours_[item.id]);
  if (item.kind == Kind::kInput && item.id != 0) hash = HashCombine(hash, item.id);
  if (item.kind == Kind::kReduction) {
    hash = HashCombine(HashCombine(hash, item.id), std::uint64_t{item.groups} << 8 | item.axes);
    hash = HashCombine(hash, hashes_[item.args[0]]);
    size = std::min(size + sizes_[item.args[0]], kMaxSize);
  }
  if (item.kind == Kind::kPrimitive) {
    hash = HashCombine(hash, item.id);
    for (int k = 0; k < Primitives()[item.id].arity; ++k) {
      hash = HashCombine(hash, hashes_[item.args[k]]);
      size = std::min(size + sizes_[item.args[k]], kMaxSize);
    }
  }
  hashes_.push_back(hash);
  sizes_.push_back(size);
  ranges_.push_back(FindRange(item));
  exists_.push_back(FindExistence(item, ranges_.back()));
  return node;
}

std::vector<NodeIndex> Rewriter::Rewrite(const Expr& e) {
  std::vector<NodeIndex> normal;
  normal.reserve(e.nodes.size());
  for (const Node& node : e.nodes) {
    switch (node.kind) {
      case Kind::kInput:
        normal.push_back(Input(node.id));
        break;
      case Kind::kConstant:
        normal.push_back(Constant(node.value));
        break;
      case Kind::kParameter:
        normal.push_back(Parameter(node.id));
        break;
      case Kind::kPrimitive: {
        NodeIndex args[kMaxArity] = {};
        const int arity = Primitives()[node.id].arity;
        for (int k = 0; k < arity; ++k) args[k] = normal[node.args[k]];
        normal.push_back(Apply(node.id, {args, static_cast<std::size_t>(arity)}));
        break;
      }
      case Kind::kReduction:
        normal.push_back(Reduce(node, normal[node.args[0]]));
        break;
    }
  }
  return normal;
}

// ---- what a node is

bool Rewriter::IsConstant(NodeIndex node, double value) const {
  return IsConstant(node) && graph_[node].value == value;
}

bool Rewriter::IsSum(NodeIndex node) const {
  return Is<rows::AddRow>(node) || Is<rows::SubRow>(node) ||
         (Is<rows::NegRow>(node) && IsSum(graph_[node].args[0]));
}

bool Rewriter::IsProduct(NodeIndex node) const {
  return Is<rows::MulRow>(node) || Is<rows::DivRow>(node) || Is<rows::NegRow>(node);
}

bool Rewriter::Before(NodeIndex a, NodeIndex b) const {
  const auto key = [this](NodeIndex node) {
    const Graph::Item& item = graph_[node];
    const int rank = item.kind == Kind::kConstant    ? 0
                     : item.kind == Kind::kParameter ? 1
                     : item.kind == Kind::kInput     ? 2
                                                     : 3;
    const int id = rank >= 2 ? item.id : 0;
    return std::tuple(rank, sizes_[node], id, item.value, hashes_[node]);
  };
  return key(a) < key(b);
}

bool Rewriter::BeforeInSum(NodeIndex a, NodeIndex b) const {
  const bool a_last = graph_[a].kind == Kind::kParameter;
  const bool b_last = graph_[b].kind == Kind::kParameter;
  return a_last != b_last ? b_last : Before(a, b);
}

// ---- applications

bool Rewriter::FoldConstants(std::uint16_t id, std::span<const NodeIndex> args,
                             double& value) const {
  if (Primitives()[id].random) return false;  // a draw is not its mean
  double values[kMaxArity] = {};
  for (std::size_t k = 0; k < args.size(); ++k) {
    if (!IsConstant(args[k])) return false;
    values[k] = graph_[args[k]].value;
  }
  value = ApplyPrimitive<double>(id, values);
  return std::isfinite(value) && (value != 0 || !HasVanished(id, values));
}

NodeIndex Rewriter::Apply(std::uint16_t id, std::span<const NodeIndex> args) {
  double value = 0;
  if (FoldConstants(id, args, value)) return Constant(value);
  if (IsExhausted()) return Raw(id, args);
  switch (id) {
    case IdOf<rows::AddRow>():
    case IdOf<rows::SubRow>():
      return ApplySum(id, args);
    case IdOf<rows::NegRow>():
      return Negate(args[0]);
    case IdOf<rows::MulRow>():
    case IdOf<rows::DivRow>():
    case IdOf<rows::ReciprocalRow>():
    case IdOf<rows::SquareRow>():
    case IdOf<rows::CubeRow>():
      return ApplyProduct(id, args);
    case IdOf<rows::MaxRow>():
    case IdOf<rows::MinRow>():
    case IdOf<rows::ReluRow>():
    case IdOf<rows::Min0Row>():
      return ApplyExtremum(id, args);
    default:
      return args.size() == 1 ? ApplySymmetric(id, args[0]) : ApplyCall(id, args);
  }
}

// A number for all elements alike: its mean and its maximum are the number itself.
NodeIndex Rewriter::Reduce(const Node& reduction, NodeIndex arg) {
  if (IsConstant(arg)) {
    if (reduction.id == kMeanReduction || reduction.id == kMaximumReduction) return arg;
    if (reduction.id == kVarReduction) return Constant(0);
  }
  const std::uint16_t groups = reduction.groups == 1 ? 0 : reduction.groups;
  return Add({.kind = Kind::kReduction,
              .id = reduction.id,
              .args = {arg},
              .axes = reduction.axes,
              .groups = groups});
}

}  // namespace actsearch::expr
