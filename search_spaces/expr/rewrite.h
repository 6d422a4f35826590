// The rules behind Simplify, Canonical and Derive: Apply builds the application of
// a primitive to arguments that are already in normal form, and returns its normal
// form. Sums are kept as ((p1 + p2) - n1), products as ((c * f1) * f2) / d1 with the
// sign and the constant in front, max and min as balanced trees; their parts are in
// one order. Local to one call; not thread-safe.
//
// Rules keep values up to rounding and may only remove singularities (x - x -> 0,
// 0 * f -> 0). They never cancel a factor against a divisor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {

class Rewriter {
 public:
  // colours[k] stands for parameter k when parts are ordered; distinct colours
  // make the order complete.
  explicit Rewriter(std::vector<std::uint64_t> colours) : colours_(std::move(colours)) {}

  NodeIndex Input(std::uint16_t id);
  NodeIndex Constant(double value);
  NodeIndex Parameter(std::uint16_t index);
  NodeIndex Apply(std::uint16_t id, std::span<const NodeIndex> args);
  NodeIndex Reduce(const Node& reduction, NodeIndex arg);

  // The normal form of each of e's nodes.
  std::vector<NodeIndex> Rewrite(const Expr& e);

  const Graph& graph() const { return graph_; }

 private:
  // coefficient * node, a part of a sum; node is no constant and has no coefficient.
  struct Term {
    double coefficient = 1;
    NodeIndex node = 0;
  };
  struct Sum {
    std::vector<Term> terms;
    double constant = 0;
  };
  // node ^ exponent, a part of a product.
  struct Factor {
    NodeIndex node = 0;
    int exponent = 1;
  };
  struct Product {
    double coefficient = 1;
    std::vector<Factor> factors;
    std::vector<Factor> divisors;
  };

  // coefficient * factor, or coefficient / factor: what stands below an exponent.
  struct PowerBase {
    bool ok = false;
    double coefficient = 1;
    Factor factor;
    bool divides = false;
  };
  struct Extremum {
    bool is_max = true;
    std::vector<NodeIndex> args;
    std::optional<double> constant;
  };

  // ---- rewrite.cc
  NodeIndex Add(const Graph::Item& item);
  NodeIndex Raw(std::uint16_t id, std::span<const NodeIndex> args);
  template <class R, class... Nodes>
  NodeIndex Make(Nodes... args) {
    const NodeIndex list[] = {args...};
    return Raw(IdOf<R>(), list);
  }
  template <class R>
  bool Is(NodeIndex node) const {
    return graph_[node].kind == Kind::kPrimitive && graph_[node].id == IdOf<R>();
  }
  bool IsConstant(NodeIndex node) const { return graph_[node].kind == Kind::kConstant; }
  bool IsConstant(NodeIndex node, double value) const;
  bool IsSum(NodeIndex node) const;
  bool IsProduct(NodeIndex node) const;
  bool IsNonnegative(NodeIndex node) const;
  bool FoldConstants(std::uint16_t id, std::span<const NodeIndex> args, double& value) const;
  NodeIndex ApplyCall(std::uint16_t id, std::span<const NodeIndex> args);
  NodeIndex ApplySymmetric(std::uint16_t id, NodeIndex arg);

  // Order of the parts of products and other lists: constants, parameters, the
  // input, then primitives, small before large. In sums parameters come last.
  bool Before(NodeIndex a, NodeIndex b) const;
  bool BeforeInSum(NodeIndex a, NodeIndex b) const;

  // ---- rewrite_sum.cc
  NodeIndex ApplySum(std::uint16_t id, std::span<const NodeIndex> args);
  // False when the sum grows beyond the limits; then it stays as it is written.
  bool ReadSum(NodeIndex node, double coefficient, Sum& sum);
  bool JoinTerms(Sum& sum);
  NodeIndex WriteSum(const Sum& sum);
  // -1 when -node is the preferred one of the pair, else 1. `node` is a sum.
  double PreferredSign(NodeIndex node);
  signed char FindPreferredSign(NodeIndex node);
  NodeIndex Negate(NodeIndex node);

  // ---- rewrite_product.cc
  NodeIndex ApplyProduct(std::uint16_t id, std::span<const NodeIndex> args);
  bool ReadProduct(NodeIndex node, Product& product);
  bool ReadFactor(NodeIndex node, bool divides, Product& product);
  bool ReadPower(NodeIndex base, int exponent, bool divides, Product& product);
  PowerBase ReadBase(NodeIndex base);
  bool ReadDivisor(NodeIndex node, Product& product);
  void JoinFactors(std::vector<Factor>& factors) const;
  NodeIndex WriteProduct(Product product);
  NodeIndex WriteFactors(double coefficient, const std::vector<NodeIndex>& factors);
  void WritePower(const Factor& factor, std::vector<NodeIndex>& nodes);
  NodeIndex Power(NodeIndex node, int exponent);
  // Takes the sign out of `node`: returns 1 or -1 and leaves the preferred one.
  double TakeSign(NodeIndex& node);

  // ---- rewrite_extremum.cc
  NodeIndex ApplyExtremum(std::uint16_t id, std::span<const NodeIndex> args);
  bool ReadExtremum(NodeIndex node, Extremum& list) const;
  void GatherConstant(double value, Extremum& list) const;
  void DropDominated(Extremum& list) const;
  NodeIndex WriteExtremum(const Extremum& list);
  NodeIndex WriteTree(bool is_max, std::span<const NodeIndex> args);

  std::vector<std::uint64_t> colours_;
  Graph graph_;
  std::vector<std::uint64_t> hashes_;  // of the subgraph below each node
  std::vector<std::uint32_t> sizes_;   // of that subgraph written as a tree, saturating
  std::unordered_map<NodeIndex, PowerBase> bases_;
  std::vector<signed char> signs_;  // PreferredSign, 0 where it is not known yet
};

}  // namespace actsearch::expr
